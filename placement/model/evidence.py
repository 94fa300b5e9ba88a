"""What is known of sites and operators, and until when: how such fields are read."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from placement import units
from placement.model import parse
from placement.model.faults import Faults, did_you_mean
from placement.model.noun import Field, keys
from placement.units import Amount, shown

__all__ = ["EVIDENCE", "OWNERS", "SCOPES", "certificates", "check_owners", "days", "known_until"]

OPEN = ".."
MOST_STEPS = 64  # of owners, one above the other


def share(value: Any) -> Amount:
    """Read a share in a company: above 0 and at most 1."""
    parsed = parse.positive(value)
    if parsed > 1:
        raise ValueError(f"{shown(value)} is no share; expected a number above 0, at most 1")
    return parsed


def span(value: Any) -> str:
    """Read from when to when: two dates with a slash between them, or .. where it is open."""
    first, slash, last = value.partition("/") if isinstance(value, str) else ("", "", "")
    if not slash:
        told = "expected two dates such as 2024-04-01/2027-03-31, or .. for one of them"
        raise ValueError(f"{shown(value)} is no time; {told}")
    begin, end = (None if one == OPEN else parse.date(one) for one in (first, last))
    if begin is not None and end is not None and begin > end:
        raise ValueError(f"from {begin} is after until {end}")
    return f"{first}/{last}"


def days(text: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a time that was read."""
    first, _, last = text.partition("/")
    return (
        datetime.date.min if first == OPEN else datetime.date.fromisoformat(first),
        datetime.date.max if last == OPEN else datetime.date.fromisoformat(last),
    )


def dates_to_json(pairs: tuple[tuple[str, datetime.date], ...]) -> dict[str, str]:
    """Return dates by fact as JSON holds them."""
    return {fact: str(day) for fact, day in pairs}


def shares_to_json(pairs: tuple[tuple[str, Amount | None], ...]) -> dict[str, Any]:
    """Return shares as JSON holds them."""
    return {owner: None if part is None else units.to_json(part) for owner, part in pairs}


@dataclass(frozen=True, slots=True)
class Until:
    """Reads until when which of some facts are known."""

    facts: tuple[str, ...]

    def __call__(self, value: Any) -> tuple[tuple[str, datetime.date], ...]:
        """Read dates by fact; null is left out."""
        read = parse.mapping_of(self._fact, parse.date)
        return tuple(pair for pair in read(value) if pair[1] is not None)

    def _fact(self, value: Any) -> str:
        if value in self.facts and isinstance(value, str):
            return value
        hint = did_you_mean(str(value), self.facts)
        raise ValueError(f"{shown(value)} is no fact that may be known until a day{hint}")


def known_until(*facts: str) -> Field:
    """Return the field that says until when which of some facts are known."""
    return Field(Until(tuple(sorted(facts))), (), dates_to_json, mapping=True)


certificates = Field(parse.mapping_of(parse.certification, span), (), dict, mapping=True)
# Of sites and operators alike; left out is unknown, empty is none.
EVIDENCE: dict[str, Field] = {
    "staff": Field(parse.set_of(parse.country), None, list),
    "keys": Field(parse.set_of(parse.name), None, list),
    "subprocessors": Field(parse.mapping_of(parse.name, parse.country), None, dict, mapping=True),
    "grounds": Field(parse.set_of(parse.name), None, list),
}
OWNERS = Field(
    parse.mapping_of(parse.name, share), None, shares_to_json, keys, "operators", mapping=True
)
SCOPES = Field(parse.set_of(parse.name), None, list)


def check_owners(owners: Mapping[str, Mapping[str, Any] | None], faults: Faults) -> None:
    """Note owners that own themselves by way of others, chains without end, and shares above the whole.

    `owners` has the operators in the order of their rows.
    """
    place = {name: f"operators[{row}].owners" for row, name in enumerate(owners)}
    for name, held in owners.items():
        total = sum(
            (Fraction(part) for part in (held or {}).values() if part is not None), Fraction(0)
        )
        if total > 1:
            faults.add(place[name], f"the shares add up to {float(total):g}; expected at most 1")
    circles, steps = _walk({name: sorted(held or ()) for name, held in owners.items()})
    for circle in circles:
        told = " is owned by ".join(map(shown, [*circle, circle[0]]))
        faults.add(place[circle[0]], f"{told}: a company does not own itself")
    for name, above in steps.items():
        if above == MOST_STEPS + 1:
            faults.add(place[name], f"has more than {MOST_STEPS} owners one above the other")


def _walk(owners: Mapping[str, list[str]]) -> tuple[list[list[str]], dict[str, int]]:
    """Return the circles that a walk over all companies comes upon, and how many stand above each."""
    circles: list[list[str]] = []
    steps: dict[str, int] = {}
    for start in owners:
        path = {} if start in steps else {start: 0}
        stack = [iter(owners[name]) for name in path]
        while stack:
            other = next(stack[-1], None)
            if other is None:
                stack.pop()
                name, above = path.popitem()
                steps[name] = above
                if path:
                    last = next(reversed(path))
                    path[last] = max(path[last], above + 1)
            elif other in path:
                names = list(path)
                circles.append(names[names.index(other) :])
            elif other in steps:
                last = next(reversed(path))
                path[last] = max(path[last], steps[other] + 1)
            else:
                path[other] = 0
                stack.append(iter(owners.get(other, ())))
    return circles, steps
