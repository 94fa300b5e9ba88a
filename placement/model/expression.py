"""Policies as small expressions over facts, such as ``country in {EU, CH} and laws not in US-CLOUD-ACT``.

::

    expression  =  one {"or" one}          one   =  part {"and" part}
    part        =  "not" part  |  "(" expression ")"  |  test
    test        =  fact ["not"] "in" set   |  fact "has" set  |  fact "is" ("known" | "unknown")
                |  ("owners" | "owner") "outside" set "<=" share
    set         =  name  |  "{" [name {"," name}] "}"
    share       =  number ["%"]

What a fact is true of is known, not known, or known not to be: a test and an expression are true, false
or unknown (Kleene's logic), and a policy holds where its expression is *true*. ``is known`` and ``is
unknown`` are never unknown themselves: they say aloud what is to happen then.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from placement.model import certifications, countries
from placement.model.faults import did_you_mean
from placement.model.law import Law, being_read, reading
from placement.units import shown

__all__ = [
    "COUNTRY_FACTS",
    "NODE_FACTS",
    "SITE_FACTS",
    "All",
    "Any",
    "Expression",
    "Not",
    "Test",
    "canonical",
    "expression",
    "tests_of",
]

# What a fact's values are: countries and groups of them, or names.
COUNTRY_FACTS = frozenset(
    ("country", "seat", "parents", "staff", "subprocessors", "storage", "backups")
)
NODE_FACTS = ("country", "laws", "operator", "owners", "parents", "seat")
SITE_FACTS = (
    *("backups", "certifications", "country", "grounds", "keys", "laws", "operator", "owners"),
    *("parents", "seat", "staff", "storage", "subprocessors"),
)
KEYWORDS = ("and", "has", "in", "is", "known", "not", "or", "outside", "unknown")
TOKEN = re.compile(r'\s*(?:([A-Za-z0-9_.:/@+*-]+)|"([^"]*)"|(<=|[{}(),%]))')
DEEPEST, LONGEST, MOST_TESTS = 32, 10_000, 500
PLAIN = re.compile(r"[A-Za-z0-9_.:/@+*-]+")


@dataclass(frozen=True, slots=True)
class Test:
    """A question about one fact.

    Parameters
    ----------
    fact : str
        Of `SITE_FACTS`.
    verb : {'in', 'not in', 'has', 'is known', 'is unknown', 'outside'}
        What is asked; `outside`: how much of the operator owners outside the set hold.
    values : tuple of str
        Sorted.
    most : Decimal, optional
        With `outside`: at most this share.
    each : bool
        With `outside`: any one owner alone, not all together.
    """

    fact: str
    verb: str
    values: tuple[str, ...] = ()
    most: Decimal | None = None
    each: bool = False

    def __str__(self) -> str:
        if self.verb.startswith("is"):
            return f"{self.fact} {self.verb}"
        names = [name if _is_plain(name) else f'"{name}"' for name in self.values]
        values = names[0] if len(names) == 1 else "{" + ", ".join(names) + "}"
        if self.verb != "outside":
            return f"{self.fact} {self.verb} {values}"
        return f"{'owner' if self.each else 'owners'} outside {values} <= {self.most:f}"


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of an expression."""

    part: "Expression"

    def __str__(self) -> str:
        return f"not {_inner(self.part)}"


@dataclass(frozen=True, slots=True)
class All:
    """Several expressions, all of them."""

    parts: "tuple[Expression, ...]"

    def __str__(self) -> str:
        return " and ".join(map(_inner, self.parts))


@dataclass(frozen=True, slots=True)
class Any:
    """Several expressions, at least one of them."""

    parts: "tuple[Expression, ...]"

    def __str__(self) -> str:
        return " or ".join(map(_inner, self.parts))


Expression = Test | Not | All | Any


def _is_plain(name: str) -> bool:
    return name not in KEYWORDS and PLAIN.fullmatch(name) is not None


def _inner(part: Expression) -> str:
    return f"({part})" if isinstance(part, All | Any) else str(part)


def canonical(text: str, facts: tuple[str, ...]) -> str:
    """Return an expression in its canonical spelling.

    Parameters
    ----------
    text : str
        The expression.
    facts : tuple of str
        What it may ask for: `SITE_FACTS` or `NODE_FACTS`.

    Returns
    -------
    str
        Sets sorted, no more brackets than needed.

    Raises
    ------
    ValueError
        If it is none: with the column, what stands there, and what was expected.

    Examples
    --------
    >>> from placement.model.expression import SITE_FACTS, canonical
    >>> canonical("country in {UK,EU}  and (not (staff is unknown))", SITE_FACTS)
    'country in {EU, GB} and not staff is unknown'
    """
    if not isinstance(text, str):
        raise ValueError(f"expected text such as country in EU, got {shown(text)}")
    if len(text) > LONGEST:
        raise ValueError(f"{shown(text)} is longer than {LONGEST} characters")
    made = str(_Parser(text, facts).whole())
    if len(made) > LONGEST:
        raise ValueError(f"{shown(made)} is longer than {LONGEST} characters")
    return made


def expression(text: str, law: Law) -> Expression:
    """Return what a canonical text says, under the law that it was read under."""
    return _parsed(text, law)


@lru_cache(maxsize=4096)
def _parsed(text: str, law: Law) -> Expression:
    with reading(law):
        return _Parser(text, SITE_FACTS).whole()


def tests_of(some: Expression) -> Iterator[Test]:
    """Yield the tests in an expression, in the order of the text."""
    if isinstance(some, Test):
        yield some
    else:
        for part in (some.part,) if isinstance(some, Not) else some.parts:
            yield from tests_of(part)


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str, facts: tuple[str, ...]) -> None:
        self.facts, self.depth, self.n_tests = facts, 0, 0
        self.tokens: list[tuple[str, bool]] = []  # and whether it was in quotes
        self.columns: list[int] = []
        place, text = 0, text.rstrip()
        while place < len(text):
            match = TOKEN.match(text, place)
            if match is None:
                at = place + len(text[place:]) - len(text[place:].lstrip())
                raise ValueError(f"column {at + 1}: {shown(text[at])} has no meaning here")
            word, quoted, sign = match.groups()
            self.columns.append(match.start(match.lastindex or 0) + 1)
            self.tokens.append((word or sign or quoted or "", quoted is not None))
            place = match.end()
        self.columns.append(len(text) + 1)
        self.now = 0

    def whole(self) -> Expression:
        """Read all of it."""
        made = self._any()
        if self.now < len(self.tokens):
            self._refuse("expected and, or, or the end")
        return made

    def _peek(self) -> str | None:
        """Return the next word or sign; a quoted one is neither."""
        if self.now == len(self.tokens) or self.tokens[self.now][1]:
            return None
        return self.tokens[self.now][0]

    def _take(self, *wanted: str) -> bool:
        if self._peek() in wanted:
            self.now += 1
            return True
        return False

    def _need(self, wanted: str) -> None:
        if not self._take(wanted):
            self._refuse(f'expected "{wanted}"')

    def _refuse(self, told: str, at: int | None = None) -> None:
        at = self.now if at is None else at
        found = shown(self.tokens[at][0]) if at < len(self.tokens) else "the end"
        raise ValueError(f"column {self.columns[at]}: {found}: {told}")

    def _any(self) -> Expression:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        flat = _flat(parts, Any)
        return flat[0] if len(flat) == 1 else Any(flat)

    def _all(self) -> Expression:
        parts = [self._part()]
        while self._take("and"):
            parts.append(self._part())
        flat = _flat(parts, All)
        return flat[0] if len(flat) == 1 else All(flat)

    def _part(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            self._refuse(f"nested deeper than {DEEPEST}; write it flatter")
        if self._take("not"):
            made: Expression = Not(self._part())
        elif self._take("("):
            made = self._any()
            self._need(")")
        else:
            made = self._test()
        self.depth -= 1
        return made

    def _test(self) -> Test:
        self.n_tests += 1
        if self.n_tests > MOST_TESTS:
            self._refuse(f"more than {MOST_TESTS} tests")
        at, fact = self.now, self._peek()
        self.now += 1
        if fact in ("owners", "owner") and self._take("outside"):
            self._known("owners", at)
            values = self._set("seat", at)
            self._need("<=")
            return Test("owners", "outside", values, self._share(), fact == "owner")
        fact = self._known(fact, at)
        if self._take("is"):
            if self._take("known"):
                return Test(fact, "is known")
            self._need("unknown")
            return Test(fact, "is unknown")
        if fact == "owners":
            self._refuse("expected owners outside a set <= a share, or owners is known")
        if self._take("has"):
            values = self._set(fact, at, groups=False)
            return Test(fact, "has", values)
        if self._take("not"):
            self._need("in")
            return Test(fact, "not in", self._set(fact, at))
        if not self._take("in"):
            self._refuse("expected in, not in, has, or is known")
        return Test(fact, "in", self._set(fact, at))

    def _known(self, fact: str | None, at: int) -> str:
        if fact is None or fact not in self.facts:
            told = f"expected one of the facts {', '.join(self.facts)}"
            if fact in SITE_FACTS:
                told = f"is a fact of sites; of nodes there are {', '.join(self.facts)}"
            elif fact is not None and (hint := did_you_mean(fact, self.facts)).startswith("; did"):
                told = "is no fact" + hint
            self._refuse(told, at)
        return fact or ""

    def _set(self, fact: str, _: int, *, groups: bool = True) -> tuple[str, ...]:
        if not self._take("{"):
            return (self._value(fact, groups=groups),)
        found: set[str] = set()
        while not self._take("}"):
            if found:
                self._need(",")
            found.add(self._value(fact, groups=groups))
        return tuple(sorted(found))

    def _value(self, fact: str, *, groups: bool) -> str:
        at = self.now
        if at == len(self.tokens):
            self._refuse("expected a name, or names in { }")
        value, quoted = self.tokens[at]
        if not quoted and (PLAIN.fullmatch(value) is None or value in KEYWORDS):
            self._refuse("expected a name, or names in { }")
        self.now += 1
        try:
            if fact in COUNTRY_FACTS:
                if not groups and value in being_read().names:
                    raise ValueError(f"{shown(value)} is a group; ask for it with in")
                return countries.name_or_group(value)
            if fact == "certifications":
                return certifications.canonical(value)
        except ValueError as error:
            raise ValueError(f"column {self.columns[at]}: {error}") from error
        if not value or value != value.strip() or not value.isprintable():
            self._refuse("is no name", at)
        return value

    def _share(self) -> Decimal:
        at, text = self.now, self._peek()
        self.now += 1
        try:
            share = Decimal(text or "?")
        except InvalidOperation:
            self._refuse("expected a share such as 0.24 or 24%", at)
            raise
        if len(text or "") > 20 or "e" in (text or "").lower():
            self._refuse("expected a share such as 0.24 or 24%", at)
        if self._take("%"):
            share /= 100
        if not 0 <= share <= 1:
            self._refuse("expected a share from 0 to 1, or from 0 % to 100 %", at)
        return share.normalize() if share else Decimal(0)


def _flat(parts: list[Expression], kind: type[All | Any]) -> tuple[Expression, ...]:
    """Return the parts without brackets that say nothing, each once."""
    flat: list[Expression] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else [part]
    return tuple(dict.fromkeys(flat))
