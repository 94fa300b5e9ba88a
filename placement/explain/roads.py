"""What is said of a way that is too long, or closed: with the number of the faster one that a rule closes."""

from collections.abc import Iterable, Mapping
from typing import Any

from placement.units import NS_PER_MS

__all__ = ["few", "late", "milliseconds", "no_legal_path", "no_path"]

MOST_NAMES = 4


def milliseconds(ns: int) -> str:
    """Return nanoseconds as milliseconds with at most three places, rounded up.

    Examples
    --------
    >>> from placement.explain.roads import milliseconds
    >>> milliseconds(9_200_000), milliseconds(10_000_001)
    ('9.2', '10.001')
    """
    return f"{-(-ns // 1000) / 1000:.3f}".rstrip("0").rstrip(".")


def few(names: Iterable[str]) -> str:
    """Return the first names of a set."""
    ordered = sorted(set(names))
    more = "" if len(ordered) <= MOST_NAMES else f" and {len(ordered) - MOST_NAMES} more"
    return ", ".join(ordered[:MOST_NAMES]) + more


def late(facts: Mapping[str, Any], site: str = "") -> tuple[str, list[str]]:
    """Return what is said of a round trip above its bound, and of faster ones that rules close.

    Parameters
    ----------
    facts : mapping
        As for the reason ``latency``.
    site : str, optional
        Named behind the numbers.

    Examples
    --------
    >>> from placement.explain.roads import late
    >>> late({"rtt_ns": 11_400_000, "max_rtt_ns": 10_000_000,
    ...       "without_transit": {"rtt_ns": 6_100_000, "crosses": ["CH"], "allowed": ["EU"]}})
    ('11.4 ms inside EU > 10 ms', ['6.1 ms through CH, which the policy does not let data cross'])
    """
    # Both sides keep all their places, where three do not show which of them is larger.
    far, bound = (milliseconds(facts[name]) for name in ("rtt_ns", "max_rtt_ns"))
    if far == bound:
        far, bound = (f"{facts[name] / NS_PER_MS:.6f}" for name in ("rtt_ns", "max_rtt_ns"))
    free, wide = facts.get("without_transit"), facts.get("without_slice")
    if wide and wide["rtt_ns"] > facts["max_rtt_ns"]:
        wide = None  # the slice is not what stands in the way
    inside = f" inside {few(free['allowed']) or 'no country'}" if free else ""
    on = f" on slice {wide['slice']}" if wide and wide["slice"] else ""
    asides = []
    if free:
        still = "" if free["rtt_ns"] <= facts["max_rtt_ns"] else "still "
        asides.append(
            f"{still}{milliseconds(free['rtt_ns'])} ms through {few(free['crosses'])}, "
            "which the policy does not let data cross"
        )
    if wide:
        asides.append(
            f"{milliseconds(wide['rtt_ns'])} ms over {_closed_links(wide, wide['slice'])}"
        )
    where = f" at {site}" if site else ""
    return f"{far} ms{inside}{on} > {bound} ms{where}", asides


def no_legal_path(facts: Mapping[str, Any], site: str = "") -> str:
    """Return what is said where every path touches a country outside the transit set.

    Examples
    --------
    >>> from placement.explain.roads import no_legal_path
    >>> no_legal_path({"allowed": ["EU"], "without_transit": {"rtt_ns": 10**7, "crosses": ["CH"]}})
    'no path inside EU; the fastest one (10 ms) crosses CH, which the policy does not let data cross'
    """
    free, where = facts["without_transit"], f" to {site}" if site else ""
    return (
        f"no path inside {few(facts['allowed']) or 'no country'}; the fastest one{where} "
        f"({milliseconds(free['rtt_ns'])} ms) crosses {few(free['crosses'])}, "
        "which the policy does not let data cross"
    )


def no_path(facts: Mapping[str, Any], site: str = "") -> str:
    """Return what is said where no path leads, on the slice or at all.

    Examples
    --------
    >>> from placement.explain.roads import no_path
    >>> no_path({"slice": "2", "without_slice": None})
    'no path there and back over any links'
    """
    wide, where = facts["without_slice"], f" to {site}" if site else ""
    if wide is None:
        return f"no path there and back{where} over any links"
    on = "without a slice" if facts["slice"] is None else f"on slice {facts['slice']}"
    return (
        f"no path {on}; the fastest one{where} ({milliseconds(wide['rtt_ns'])} ms) needs "
        f"{_closed_links(wide, facts['slice'])}"
    )


def _closed_links(wide: Mapping[str, Any], slice_id: str | None) -> str:
    """Return the links that a way needs, and why they are closed."""
    whose = "reserved for slices" if slice_id is None else "not part of the slice"
    return f"{few(wide['crosses'])}, {whose}"
