"""The law once more: facts and expressions with yes, no and unknown, plain and slow.

`Facts(problem)` answers for a site or a node; an expression is read from its text by Python's own grammar
after a few words are exchanged, so that nothing is shared with the library's reader.
"""

import re
from datetime import date
from fractions import Fraction

YES, NO, UNKNOWN = "yes", "no", "unknown"
WORD = re.compile(r'"[^"]*"|<=|[{}(),%]|[A-Za-z0-9_.:/@+*-]+')


class Facts:
    """What is known on the day of a problem."""

    def __init__(self, problem):
        self.problem, self.law, self.at = problem, problem.law, problem.at
        self.operators = {row.id: row for row in problem.operators or ()}

    # ---- facts: (known values, are these all)

    def gone(self, row, field):
        """Tell whether a row's field was known only until a day before."""
        last = dict(getattr(row, "known_until", None) or {}).get(field)
        return last is not None and last < self.at

    def said(self, row, field):
        """Return the value of a field, `None` where it is unknown."""
        return None if row is None or self.gone(row, field) else getattr(row, field)

    def host(self, thing):
        """Return the operator of a site or node, as far as it is known."""
        return self.operators.get(thing.operator)

    def fact(self, thing, name):
        """Return what is known of a fact, and whether that is all of it."""
        host = self.host(thing)
        if name == "seat":
            return as_set(self.said(host, "country"))
        if name == "laws":
            return as_set(self.said(host, "laws"))
        if name == "parents":
            return (set(), False) if host is None else self.parents(host)
        if name == "storage" and thing.storage is None and not self.gone(thing, "storage"):
            return as_set(self.said(thing, "country"))
        if name in ("staff", "keys", "subprocessors") or name == "on file":
            field = "grounds" if name == "on file" else name
            own = thing if getattr(thing, field) is not None or self.gone(thing, field) else host
            value = self.said(own, field)
            if name == "subprocessors" and value is not None:
                return {one for one in value.values() if one}, None not in value.values()
            return as_set(value)
        if name == "certifications":
            return self.certifications(thing)
        if name == "grounds":
            return self.grounds(thing)
        return as_set(self.said(thing, name))

    def parents(self, company):
        """Return where those sit that control a company."""
        if self.gone(company, "parents"):
            return set(), False
        found, whole = set(company.parents), True
        for owner, share in (self.said(company, "owners") or {}).items():
            if share is not None and Fraction(share) <= Fraction(1, 2):
                continue
            row = self.operators[owner]
            for values, all_of_them in (as_set(self.said(row, "country")), self.parents(row)):
                found |= values
                whole = whole and all_of_them
        return found, whole

    def certifications(self, site):
        """Return the certificates that hold on the day."""
        sure = not self.gone(site, "certifications")
        held = set(site.certifications) if sure else set()
        for name, span in (site.certificates or {}).items():
            if span is None:
                sure = False
                continue
            first, last = span.split("/")
            begun = first == ".." or date.fromisoformat(first) <= self.at
            over = last != ".." and date.fromisoformat(last) < self.at
            held |= {name} if begun and not over else set()
        return held, sure

    def grounds(self, site):
        """Return the grounds of a transfer to a site: on file, and by law."""
        found, sure = self.fact(site, "on file")
        country = self.said(site, "country")
        if country is None:
            return found, False
        if country in self.law.expand(["EEA"], self.at):
            found = found | {"EEA"}
        recipient, all_known = as_set(self.said(self.host(site), "scopes"))
        for row in self.law.adequacy:
            if row.country == country and row.first <= self.at <= row.last:
                if row.scope == "" or row.scope in recipient:
                    found = found | {"A45-3"}
                elif not all_known:
                    sure = sure and "A45-3" in found
        return found, sure

    # ---- owners: every way from the company up, one by one

    def held_outside(self, company, inside):
        """Return {owner: share} of those outside, and the share of nobody knows whom."""
        held, unknown = {}, Fraction(0)
        for share, owner in self.ways(company, Fraction(1), inside):
            if owner is None:
                unknown += share
            else:
                held[owner] = held.get(owner, Fraction(0)) + share
        return held, unknown

    def ways(self, company, share, inside):
        """Yield (share, owner outside or None) for each way up."""
        owners = None if company is None else self.said(company, "owners")
        if owners is None:
            yield share, None
            return
        rest = Fraction(1) if owners else Fraction(0)
        for owner, part in owners.items():
            if part is None:
                continue
            rest -= Fraction(part)
            row = self.operators[owner]
            seat = self.said(row, "country")
            if seat is None:
                yield share * Fraction(part), None
            elif seat not in inside:
                yield share * Fraction(part), owner
            else:
                yield from self.ways(row, share * Fraction(part), inside)
        yield share * rest, None

    # ---- tests and expressions

    def passes(self, thing, text):
        """Tell whether an expression is known to be true of a site or node."""
        words = WORD.findall(text)
        value = self.either(thing, words)
        assert not words, f"left over of {text}: {words}"
        return value == YES

    def either(self, thing, words):
        """Read one or more parts with `or` between them."""
        values = [self.both(thing, words)]
        while words and words[0] == "or":
            words.pop(0)
            values.append(self.both(thing, words))
        return YES if YES in values else UNKNOWN if UNKNOWN in values else NO

    def both(self, thing, words):
        """Read one or more parts with `and` between them."""
        values = [self.one(thing, words)]
        while words and words[0] == "and":
            words.pop(0)
            values.append(self.one(thing, words))
        return NO if NO in values else UNKNOWN if UNKNOWN in values else YES

    def one(self, thing, words):
        """Read a part."""
        word = words.pop(0)
        if word == "not":
            return {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[self.one(thing, words)]
        if word == "(":
            value = self.either(thing, words)
            assert words.pop(0) == ")"
            return value
        verb = words.pop(0)
        if verb == "outside":
            return self.outside(thing, word == "owner", words)
        if word == "owners":  # is known
            known = self.said(self.host(thing), "owners") is not None
            return YES if known == (words.pop(0) == "known") else NO
        known, whole = self.fact(thing, word)
        if verb == "is":
            return YES if whole == (words.pop(0) == "known") else NO
        if verb == "not":
            verb += words.pop(0)
        return self.asked(word, verb, (known, whole), a_set(words))

    def asked(self, fact, verb, told, wanted):
        """Return the answer to a test of what is known."""
        known, whole = told
        open_end = YES if whole else UNKNOWN
        if verb == "has":
            if fact == "certifications":
                has_all = all(self.law.satisfies(known, one) for one in wanted)
            else:
                has_all = set(wanted) <= known
            return YES if has_all else NO if whole else UNKNOWN
        if fact in ("country", "seat", "parents", "staff", "subprocessors", "storage", "backups"):
            wanted = self.law.expand(wanted, self.at)
        within = [one in wanted for one in known]
        if verb == "in":
            return open_end if all(within) else NO
        return NO if any(within) else open_end

    def outside(self, thing, each, words):
        """Return the answer to how much is held outside some countries."""
        inside = self.law.expand(a_set(words), self.at)
        assert words.pop(0) == "<="
        most = Fraction(words.pop(0))
        held, unknown = self.held_outside(self.host(thing), inside)
        least = max(held.values(), default=0) if each else sum(held.values())
        return NO if least > most else YES if least + unknown <= most else UNKNOWN


def as_set(value):
    """Return a value as a set, and whether it is known."""
    if value is None:
        return set(), False
    return ({value} if isinstance(value, str) else set(value)), True


def a_set(words):
    """Read a name, or names in braces."""
    word = words.pop(0)
    if word != "{":
        return [word.strip('"')]
    found = []
    while (word := words.pop(0)) != "}":
        found += [word.strip('"')] if word != "," else []
    return found
