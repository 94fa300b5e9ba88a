"""An explanation in words: the largest numbers first, each with what tells the most."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from placement.explain import evidence
from placement.explain.roads import few, late, milliseconds, no_legal_path, no_path
from placement.model.policy import QUESTIONS
from placement.units import MICRO

if TYPE_CHECKING:
    from placement.explain.explanation import Explanation, Verdict

__all__ = ["counted", "money", "nearest", "placed", "reason_in_words", "room", "telling"]

MOST_ALTERNATIVES = 3
NEVER = 2**62


def money(micro: int) -> str:
    """Return a cost in units, with two places where it is not tiny."""
    places = 2 if micro == 0 or abs(micro) >= MICRO // 100 else 6
    return f"{micro / MICRO:,.{places}f}".rstrip("0").rstrip(".") or "0"


def counted(explanation: "Explanation") -> str:
    """Return how many sites each reason rules out, such as ``41 country, 22 latency (…)``."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in explanation.verdicts:
        if verdict.first is not None and verdict.site != explanation.site:
            groups.setdefault(verdict.first, []).append(verdict)
    parts = []
    for reason, group in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        told = telling(group)
        parts.append(f"{len(group):,} {reason}" + (f" ({told})" if told else ""))
    return ", ".join(parts)


def telling(group: Sequence["Verdict"]) -> str:
    """Return the number that tells the most of sites that fail the same rule first."""
    return TELLING[str(group[0].first)](group)


def reason_in_words(verdict: "Verdict") -> str:
    """Return the first reason against a site, with what it reads of this site."""
    reason = str(verdict.first)
    facts = verdict.reasons[reason]
    if reason == "latency":
        said, asides = late(facts)
        return f"latency: {said} ({'; '.join(asides)})" if asides else f"latency: {said}"
    roads = {"transit": no_legal_path, "unreachable": no_path}
    told = roads[reason](facts) if reason in roads else telling([verdict])
    return f"{reason}: {told}" if told else reason


def room(explanation: "Explanation") -> str:
    """Return where the workload may run."""
    possible = explanation.possible
    if not possible:
        return ""
    best = possible[0]
    others = f" and {len(possible) - 1:,} more" if len(possible) > 1 else ""
    free = "has room in this plan" if explanation.planned else "is cheapest"
    return f"{best.site} {free} ({_numbers(explanation, best)}){others}"


def placed(explanation: "Explanation") -> str:
    """Return why the workload is where it is."""
    here = next(one for one in explanation.verdicts if one.site == explanation.site)
    broken = f", which breaks {', '.join(here.reasons)}" if here.reasons else ""
    parts = [f"{here.site} ({_numbers(explanation, here)}){broken}"]
    others = explanation.alternatives
    if others:
        told = ", ".join(_alternative(one) for one in others[:MOST_ALTERNATIVES])
        more = len(others) - MOST_ALTERNATIVES
        parts.append(f"else {told}" + (f" and {more:,} more" if more > 0 else ""))
    against = counted_rules(explanation)
    if against:
        parts.append(f"ruled out: {against}")
    return "; ".join(parts)


def counted_rules(explanation: "Explanation") -> str:
    """Return how many sites each rule takes away; full sites are told as alternatives."""
    groups: dict[str, int] = {}
    for verdict in explanation.verdicts:
        if verdict.first is not None and verdict.cost is None and verdict.site != explanation.site:
            groups[verdict.first] = groups.get(verdict.first, 0) + 1
    ordered = sorted(groups.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{number:,} {reason}" for reason, number in ordered)


def _numbers(explanation: "Explanation", verdict: "Verdict") -> str:
    parts = []
    if verdict.rtt_ns is not None:
        bound = explanation.max_rtt_ns
        far = f"{milliseconds(verdict.rtt_ns)} ms"
        parts.append(far if bound is None else f"{far} of {milliseconds(bound)} ms")
    if verdict.cost is not None:
        parts.append(f"cost {money(verdict.cost)}")
    return ", ".join(parts)


def _alternative(verdict: "Verdict") -> str:
    extra = verdict.extra or 0
    sign = "+" if extra >= 0 else "−"
    told = f"{verdict.site} {sign}{money(abs(extra))}"
    if verdict.first is None:
        return told
    return f"{told} but {verdict.first} ({_short(verdict.reasons[verdict.first])})"


# ---- the number that tells the most, of the sites that one reason rules out


def _names(field: str, prefix: str = "") -> Callable[[Sequence["Verdict"]], str]:
    """Return a function that names what sites lack or have."""

    def tell(group: Sequence["Verdict"]) -> str:
        reason = str(group[0].first)
        names: list[str] = []
        for verdict in group:
            value = verdict.reasons[reason].get(field)
            names += [value] if isinstance(value, str) else value or ()
        return prefix + few(names) if names else ""

    return tell


def _country(group: Sequence["Verdict"]) -> str:
    facts = [verdict.reasons["country"] for verdict in group]
    allowed = few(facts[0]["allowed"]) or "none"
    return f"{few(one['country'] or 'unknown' for one in facts)}; allowed {allowed}"


def _agreement(group: Sequence["Verdict"]) -> str:
    hosts = few(str(verdict.reasons["agreement"]["host"] or "unknown") for verdict in group)
    return f"{group[0].reasons['agreement']['home']} with {hosts}"


def _law(group: Sequence["Verdict"]) -> str:
    laws: list[str] = []
    for verdict in group:
        facts = verdict.reasons["law"]
        laws += ["unknown"] if facts["laws"] is None else facts["exposed"]
    return few(laws)


def _evidence(group: Sequence["Verdict"]) -> str:
    return evidence.told([verdict.reasons[str(verdict.first)] for verdict in group])


def _latency(group: Sequence["Verdict"]) -> str:
    best = min(group, key=lambda one: (one.reasons["latency"]["rtt_ns"], one.site))
    said, asides = late(best.reasons["latency"], best.site)
    return "; ".join([f"best {said}", *asides])


def _transit(group: Sequence["Verdict"]) -> str:
    best = nearest(group, "without_transit")
    return no_legal_path(best.reasons["transit"], best.site)


def _unreachable(group: Sequence["Verdict"]) -> str:
    best = nearest(group, "without_slice")
    return no_path(best.reasons["unreachable"], best.site)


def nearest(group: Sequence["Verdict"], way: str) -> "Verdict":
    """Return the site that a way which a rule closes reaches soonest."""

    def far(one: "Verdict") -> tuple[int, str]:
        found = one.reasons[str(one.first)][way]
        return found["rtt_ns"] if found else NEVER, one.site

    return min(group, key=far)


def _shortage(group: Sequence["Verdict"]) -> str:
    reason = str(group[0].first)
    best = min(group, key=lambda one: (one.reasons[reason]["worst"], one.site))
    told = _short(best.reasons[reason])
    return told if len(group) == 1 else f"{told} at {best.site}"


def _short(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} short by {quantity(much)}" for name, much in facts["short"].items())


def quantity(value: float) -> str:
    """Return an amount in few digits, large ones in powers of 1024.

    Examples
    --------
    >>> from placement.explain.sentences import quantity
    >>> quantity(3), quantity(0.5), quantity(6 * 2**30)
    ('3', '0.5', '6Gi')
    """
    if value < 2**20:
        return f"{value:.4f}".rstrip("0").rstrip(".") if value >= 1e-4 else f"{value:g}"
    for suffix in ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"):
        value /= 1024
        if value < 1024 or suffix == "Ei":
            return f"{value:.1f}".rstrip("0").rstrip(".") + suffix
    raise AssertionError


TELLING: dict[str, Callable[[Sequence["Verdict"]], str]] = {
    "state": _names("state"),
    "pinned": _names("pinned_to", "pinned to "),
    "allow_deny": lambda _: "",
    "features": _names("missing", "missing "),
    "slice": lambda _: "",
    "agreement": _agreement,
    "country": _country,
    "seat": _names("outside"),
    "law": _law,
    "certification": _names("missing", "missing "),
    **dict.fromkeys(QUESTIONS, _evidence),
    "unreachable": _unreachable,
    "transit": _transit,
    "latency": _latency,
    "size": _shortage,
    "capacity": _shortage,
    "bandwidth": _shortage,
    "quota": _shortage,
    "budget": lambda _: "moves",
}
