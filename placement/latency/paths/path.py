"""What a path is: nodes and links in the order of travel, and what each of them costs."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement._core import MAX_VARIANCE
from placement.latency.index import NetworkIndex
from placement.latency.names import names_of

__all__ = ["Hop", "Path", "make_path"]


class Hop(NamedTuple):
    """A node of a path, and the link by which it is reached.

    Parameters
    ----------
    node : str
        Its id.
    country, operator : str or None
        Where it stands and who runs it, None where that is not known.
    link : int or None
        The row of the link that leads to it; None at the first node.
    link_ns : int
        How long the link takes.
    total_ns : int
        When the node is reached, from the start of the path on.
    processing_ns : int
        What is added there because the path goes on.
    """

    node: str
    country: str | None
    operator: str | None
    link: int | None
    link_ns: int
    total_ns: int
    processing_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A path through the network, in the order of travel.

    Parameters
    ----------
    nodes : tuple of str
        From one end to the other, both included.
    links : tuple of int
        One fewer: the rows of the links in the network's table.
    latency_ns : int
        Of the whole path, one way.
    variance : int, ns²
        Of the whole path; saturates at 2**62.
    link_latency_ns : tuple of int
        Of each link.
    link_variance : tuple of int, ns²
        Of each link.
    processing_ns : tuple of int
        Of each node that the path passes through: all but the two ends.
    node_countries : tuple of (str or None)
        Where each node stands, None where that is not known.
    node_operators, link_operators : tuple of (str or None)
        Who runs each node and each link, None where that is not known.

    Examples
    --------
    >>> from placement import Network, shortest_path
    >>> network = Network.from_links(
    ...     [("paris", "bern", 3), ("bern", "milan", 4)],
    ...     countries={"paris": "FR", "bern": "CH", "milan": "IT"})
    >>> path = shortest_path(network, "paris", "milan")
    >>> path.links, path.link_latency_ns, path.countries
    ((0, 1), (3000000, 4000000), ('FR', 'CH', 'IT'))
    >>> print(path)
    paris → bern → milan · 7.000000 ms · FR, CH, IT
    """

    nodes: tuple[str, ...]
    links: tuple[int, ...]
    latency_ns: int
    variance: int
    link_latency_ns: tuple[int, ...]
    link_variance: tuple[int, ...]
    processing_ns: tuple[int, ...]
    node_countries: tuple[str | None, ...]
    node_operators: tuple[str | None, ...]
    link_operators: tuple[str | None, ...]

    def __str__(self) -> str:
        way = " → ".join(self.nodes)
        countries = ", ".join(country or "unknown" for country in self.countries)
        return f"{way} · {self.latency_ns / 1e6:.6f} ms · {countries}"

    @property
    def countries(self) -> tuple[str | None, ...]:
        """The countries that the path touches, in the order of travel, the ends' included."""
        return _without_repeats(self.node_countries)

    @property
    def operators(self) -> tuple[str | None, ...]:
        """The operators of nodes and links in the order of travel."""
        ways = zip(self.node_operators[1:], self.link_operators, strict=True)
        told = (operator for node, link in ways for operator in (link, node))
        return _without_repeats([*self.node_operators[:1], *told])

    @property
    def hops(self) -> tuple[Hop, ...]:
        """The path node by node, with what adds up on the way."""
        told, total = [], 0
        for i, node in enumerate(self.nodes):
            link_ns = self.link_latency_ns[i - 1] if i else 0
            total += link_ns
            processing = self.processing_ns[i - 1] if 0 < i < len(self.links) else 0
            link = self.links[i - 1] if i else None
            whose = self.node_countries[i], self.node_operators[i]
            told.append(Hop(node, *whose, link, link_ns, total, processing))
            total += processing
        return tuple(told)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON knows it.

        Returns
        -------
        dict
            The fields, and `countries` and `operators`.
        """
        fields = {name: _listed(value) for name, value in asdict(self).items()}
        return fields | {"countries": list(self.countries), "operators": list(self.operators)}


def _without_repeats(values: Iterable[str | None]) -> tuple[str | None, ...]:
    kept: list[str | None] = []
    for value in values:
        if not kept or kept[-1] != value:
            kept.append(value)
    return tuple(kept)


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def make_path(
    index: NetworkIndex,
    nodes: NDArray[np.int32],
    links: NDArray[np.int32],
    latency: NDArray[np.int32],
    variance: NDArray[np.int64],
) -> Path:
    """Return the path over these nodes and links.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    nodes : ndarray of shape (n_links + 1,), int32
        Their rows in the index, in the order of travel.
    links : ndarray of shape (n_links,), int32
        Their rows in the network's table.
    latency, variance : ndarray of shape (n_links,), int32 and int64, ns and ns²
        Of each link.

    Returns
    -------
    Path
    """
    names, operators = names_of(index), index.operators
    processing = index.processing[nodes[1:-1]].tolist()
    times, spreads = latency.tolist(), variance.tolist()
    return Path(
        nodes=tuple([names[node] for node in nodes.tolist()]),
        links=tuple(links.tolist()),
        latency_ns=sum(times) + sum(processing),
        variance=min(sum(spreads), MAX_VARIANCE),
        link_latency_ns=tuple(times),
        link_variance=tuple(spreads),
        processing_ns=tuple(processing),
        node_countries=tuple([index.countries[code] for code in index.country[nodes].tolist()]),
        node_operators=tuple([operators[code] for code in index.operator[nodes].tolist()]),
        link_operators=tuple([operators[code] for code in index.link_operator[links].tolist()]),
    )
