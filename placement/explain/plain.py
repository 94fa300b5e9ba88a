"""Why a workload fits nowhere, in one sentence for whoever signs contracts and whoever lays cables."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from placement.explain import evidence
from placement.explain.roads import few, late, no_legal_path, no_path
from placement.explain.sentences import nearest, telling

if TYPE_CHECKING:
    from placement.explain.explanation import Explanation, Verdict

__all__ = ["left_out"]

Group = Sequence["Verdict"]
SINGULAR = {"are": "is", "cannot": "cannot", "do": "does", "have": "has"}


def left_out(explanation: "Explanation") -> str:
    """Return a sentence that accounts for every site once, under the first rule that it fails.

    What alone rules out most sites comes first.
    """
    groups: dict[str, list[Verdict]] = {}
    alone: dict[str, int] = {}
    for verdict in explanation.verdicts:
        reason = str(verdict.first)
        groups.setdefault(reason, []).append(verdict)
        alone[reason] = alone.get(reason, 0) + (len(verdict.reasons) == 1)
    order = sorted(groups, key=lambda reason: (-alone[reason], -len(groups[reason])))
    clauses = [_clause(groups[reason]) for reason in order]
    begin = "is left out" if explanation.planned else "fits nowhere"
    if not clauses:
        return f"{explanation.workload} {begin}: there are no sites"
    n_sites = len(explanation.verdicts)
    every = f"of {n_sites:,} sites, " if n_sites > 1 else "of 1 site, "
    return f"{explanation.workload} {begin}: {every}{'; '.join(clauses)}"


def _clause(group: Group) -> str:
    """Return what rules out the sites of a group, such as ``1 lacks gpu-l4``."""
    verb, rest = CLAUSES[str(group[0].first)]
    n = len(group)
    they = f"{n:,} {verb}" if n > 1 else f"1 {SINGULAR.get(verb, verb + 's')}"
    return f"{they} {rest(group)}"


def _facts(group: Group) -> list[Mapping[str, Any]]:
    return [one.reasons[str(one.first)] for one in group]


def _policy(facts: Mapping[str, Any]) -> str:
    """Return the policy with what it allows, such as ``policy "eu" (EU)``."""
    return f'policy "{facts["policy"]}" ({few(facts["allowed"]) or "nothing"})'


def _state(group: Group) -> str:
    return f"nothing new ({few(facts['state'] for facts in _facts(group))})"


def _pinned(group: Group) -> str:
    return f"not where it is pinned to ({_facts(group)[0]['pinned_to'] or 'nowhere'})"


def _features(group: Group) -> str:
    return few(one for facts in _facts(group) for one in facts["missing"])


def _slice(group: Group) -> str:
    facts = _facts(group)[0]
    if facts["unserved"]:
        return f"be used, since slice {facts['slice']} {facts['unserved']}"
    spans = facts["operators"]
    whose = "" if spans is None else f", which is of {few(spans) or 'nobody'}"
    return f"serve slice {facts['slice']}{whose}"


def _agreement(group: Group) -> str:
    every = _facts(group)
    hosts = few(str(facts["host"] or "an unknown operator") for facts in every)
    spans = {
        f"{span['valid_from'] or '…'} to {span['valid_until'] or '…'}"
        for facts in every
        for span in facts["agreements"]
    }
    known = f" (agreed: {few(spans)})" if spans else ""
    facts = every[0]
    missing = few(one for one_of in every for one in one_of["not_covered"])
    if missing:
        return f"to {hosts}, whose agreement with {facts['home']} does not cover {missing}"
    return (
        f"to {hosts}, with whom {facts['home']} has no agreement in force on {facts['at']}{known}"
    )


def _country(group: Group) -> str:
    every = _facts(group)
    where = few(facts["country"] or "an unknown country" for facts in every)
    return f"in {where}, where {_policy(every[0])} does not let data rest"


def _seat(group: Group) -> str:
    every = _facts(group)
    outside = few(seat for facts in every for seat in facts["outside"])
    return f"run or owned from {outside}, outside the seats of {_policy(every[0])}"


def _law(group: Group) -> str:
    every = _facts(group)
    exposed = few(law for facts in every for law in facts["exposed"])
    parts = [f"the law {exposed}"] if exposed else []
    if any(facts["laws"] is None for facts in every):
        parts.append("laws that are unknown")
    named = f'policy "{every[0]["policy"]}"'
    return f"to operators exposed to {' or '.join(parts)}, which {named} excludes"


def _certification(group: Group) -> str:
    every = _facts(group)
    missing = few(one for facts in every for one in facts["missing"])
    named = f'policy "{every[0]["policy"]}"'
    return f"not hold {missing}, which {named} asks for"


def _latency(group: Group) -> str:
    best = min(group, key=lambda one: (one.reasons["latency"]["rtt_ns"], one.site))
    said, asides = late(best.reasons["latency"])
    told = f" ({'; '.join(asides)})" if asides else ""
    return f"too far away, the nearest of them {best.site}: latency {said}{told}"


def _transit(group: Group) -> str:
    best = nearest(group, "without_transit")
    return f"be reached lawfully: {no_legal_path(best.reasons['transit'], best.site)}"


def _unreachable(group: Group) -> str:
    best = nearest(group, "without_slice")
    return f"be reached: {no_path(best.reasons['unreachable'], best.site)}"


def _budget(group: Group) -> str:
    now = _facts(group)[0]["running_on"]
    return f"only to be had by a move from {now} that the plan's budget of moves leaves no room for"


def _short(what: str) -> Callable[[Group], str]:
    return lambda group: f"{what}: {telling(group)}"


# The verb that the number of sites gets, and what follows it.
def _question(what: str) -> Callable[[Group], str]:
    """Return a function that says which expression of a policy sites do not meet, and why."""

    def tell(group: Group) -> str:
        facts = _facts(group)
        asked = f'not show what policy "{facts[0]["policy"]}" asks {what}, {facts[0]["asked"]}'
        return f"{asked} ({evidence.told(facts)})"

    return tell


CLAUSES: dict[str, tuple[str, Callable[[Group], str]]] = {
    "state": ("take", _state),
    "pinned": ("are", _pinned),
    "allow_deny": ("are", lambda _: "not among those that its customer allows"),
    "features": ("lack", _features),
    "slice": ("cannot", _slice),
    "agreement": ("belong", _agreement),
    "country": ("stand", _country),
    "seat": ("are", _seat),
    "law": ("belong", _law),
    "certification": ("do", _certification),
    "at_rest": ("do", _question("of data at rest")),
    "processing": ("do", _question("of processing")),
    "access": ("do", _question("of operation and support")),
    "ownership": ("do", _question("of ownership")),
    "backup": ("do", _question("of backups")),
    "unreachable": ("cannot", _unreachable),
    "transit": ("cannot", _transit),
    "latency": ("are", _latency),
    "size": ("are", _short("too small even when empty")),
    "capacity": ("have", _short("no room left in this plan")),
    "bandwidth": ("have", _short("no bandwidth left on the slice in this plan")),
    "quota": ("are", _short("beyond the quota that is left in this plan")),
    "budget": ("are", _budget),
}
