"""The proof of a round-trip time: where the traffic of a workload goes, and why it may.

`path_proofs` makes them, `check_proof` checks one from the problem alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["PathProof", "ProofLink", "ProofNode", "ProofPath", "ProofTrip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofNode:
    """A node of a path, and why the traffic may be there.

    Parameters
    ----------
    node : str
        Its id.
    country, operator : str or None
        Where it stands and who runs it; None where that is not known.
    processing_ns : int
        What it adds; 0 at both ends of a path.
    rule : {'origin', 'transit', 'asked', 'any'}
        The traffic is the origin's own, which is exempt; the country is in the transit set, and what
        the policy asks of nodes is known to be true of it; only the latter is asked; or nothing is.
    via : str or None
        What of the transit set holds the country: itself, or a group such as ``EU``.
    """

    node: str
    country: str | None
    operator: str | None
    processing_ns: int
    rule: Literal["origin", "transit", "asked", "any"]
    via: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLink:
    """A link of a path in the direction of travel, and why the traffic may use it.

    Parameters
    ----------
    source, target : str
        From where to where.
    operator : str or None
        Who runs it.
    latency_ns : int
        What it takes.
    variance : int, ns²
        The square of its jitter.
    jitter_group : str or None
        What it varies together with.
    slices : tuple of str, or None
        What it carries; None: everything.
    rule : {'open', 'slice'}
        It carries everything, or the workload's slice.
    """

    source: str
    target: str
    operator: str | None
    latency_ns: int
    variance: int
    jitter_group: str | None
    slices: tuple[str, ...] | None
    rule: Literal["open", "slice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPath:
    """One way of a round trip, in the order of travel.

    Parameters
    ----------
    nodes : tuple of ProofNode
        Both ends included.
    links : tuple of ProofLink
        One fewer.
    latency_ns : int
        Of all links, and of the processing on the way.
    """

    nodes: tuple[ProofNode, ...]
    links: tuple[ProofLink, ...]
    latency_ns: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it.

        Returns
        -------
        dict
            The fields, those of the nodes and links inside.
        """
        made: dict[str, Any] = plain(self)
        return made

    @property
    def countries(self) -> tuple[str | None, ...]:
        """The countries that it touches, in the order of travel."""
        return _without_repeats(node.country for node in self.nodes)

    @property
    def operators(self) -> tuple[str | None, ...]:
        """The operators of its nodes and links, in the order of travel."""
        told = [node.operator for node in self.nodes[:1]]
        for link, node in zip(self.links, self.nodes[1:], strict=True):
            told += [link.operator, node.operator]
        return _without_repeats(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofTrip:
    """The round trip from one origin.

    Parameters
    ----------
    origin : str
        The node of the users.
    out, back : ProofPath
        From there to the site, and from the site to there.
    access_ns : int
        Between device and user-plane function, one way; counted twice.
    spread_ns : int
        How far the percentile is above the mean; 0 without one.
    rtt_ns : int
        Of all that together.
    """

    origin: str
    out: ProofPath
    back: ProofPath
    access_ns: int
    spread_ns: int
    rtt_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PathProof:
    """That the data of a workload may go to a site and back as fast as a plan says.

    Parameters
    ----------
    workload, site : str
        Their ids.
    node : str
        Where the site is.
    slice, policy : str or None
        The workload's.
    transit : tuple of str, or None
        The countries and groups that the policy lets data cross; None: any.
    in_transit : str or None
        What the policy asks of every node that data crosses, if it does.
    trips : tuple of ProofTrip
        One for each origin, by node; none where nobody waits for an answer.
    rtt_ns : int
        The largest of the trips': the `rtt_ms` of the plan; 0 without any.
    """

    workload: str
    site: str
    node: str
    slice: str | None
    policy: str | None
    transit: tuple[str, ...] | None
    in_transit: str | None
    trips: tuple[ProofTrip, ...]
    rtt_ns: int

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it.

        Returns
        -------
        dict
            The fields, those of the trips, paths, nodes and links inside.
        """
        made: dict[str, Any] = plain(self)
        return made


def plain(value: Any) -> Any:
    """Return dataclasses as dictionaries and tuples as lists, all the way down."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    fields = getattr(value, "__slots__", None)
    return value if fields is None else {name: plain(getattr(value, name)) for name in fields}


def _without_repeats(values: Iterable[str | None]) -> tuple[str | None, ...]:
    kept: list[str | None] = []
    for value in values:
        if not kept or kept[-1] != value:
            kept.append(value)
    return tuple(kept)
