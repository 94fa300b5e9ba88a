"""What kind of network it is, and which way to its latencies pays."""

from dataclasses import dataclass
from typing import Literal

from placement.latency.fill import ready_for, tree_for
from placement.latency.index import NetworkIndex
from placement.latency.routing import RoutingClass

__all__ = ["NetworkShape", "shape_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkShape:
    """How a network looks once its nodes are eliminated; `str` says it in a sentence.

    Parameters
    ----------
    n_nodes, n_arcs : int
        Nodes, and links by direction.
    regime : {'sweep', 'search'}
        What fills a matrix from all nodes: sweeps down the elimination tree, or a search from each
        source.
    reason : str
        Why.
    height, width : int or None
        Of the elimination tree: the longest way up, and the most arcs of a node; None without one.
    core_width : int or None
        Nodes at its top of which each has an arc to each other.
    arcs_per_node : float or None
        Arcs of the tree that the class of everything needs, both ways, for each node.
    core_nodes : int or None
        Nodes that a sweep looks at; all others are a few gates away from them.
    core_arcs : int or None
        Their arcs, both ways.
    gates : int or None
        The most gates of a node.
    """

    n_nodes: int
    n_arcs: int
    regime: Literal["sweep", "search"]
    reason: str
    height: int | None = None
    width: int | None = None
    core_width: int | None = None
    arcs_per_node: float | None = None
    core_nodes: int | None = None
    core_arcs: int | None = None
    gates: int | None = None

    def __str__(self) -> str:
        return f"{self.n_nodes:,} nodes, {self.n_arcs:,} arcs: {self.regime}, {self.reason}"


def shape_of(index: NetworkIndex) -> NetworkShape:
    """Return the shape of a network; eliminates its nodes if that has not been done yet.

    Parameters
    ----------
    index : NetworkIndex
        The network.

    Returns
    -------
    NetworkShape
        For a matrix from all nodes to all nodes, for traffic that may cross any country.
    """
    n_nodes, n_arcs = len(index.rows), len(index.out.heads)
    tree = tree_for(index, n_nodes)
    if tree is None:
        return NetworkShape(n_nodes=n_nodes, n_arcs=n_arcs, regime="search", reason=_why_not(index))
    ready = ready_for(index, tree, RoutingClass(), reverse=False)
    gates = ready.gates
    core_arcs = len(gates.up) + len(gates.down)
    each = core_arcs / max(len(gates.processing), 1)
    hooks = gates.gates.shape[2]
    return NetworkShape(
        n_nodes=n_nodes,
        n_arcs=n_arcs,
        regime="sweep",
        reason=(
            f"a core of {len(gates.processing):,} nodes with {each:.1f} arcs each is left, and the others"
            f" hang below it by at most {hooks} gate{'' if hooks == 1 else 's'}"
        ),
        height=tree.height,
        width=tree.width,
        core_width=tree.core_width,
        arcs_per_node=(len(ready.weights.up) + len(ready.weights.down)) / max(n_nodes, 1),
        core_nodes=len(gates.processing),
        core_arcs=core_arcs,
        gates=hooks,
    )


def _why_not(index: NetworkIndex) -> str:
    if index.prepared.gave_up is None:
        return "which is as quick for so small a network"
    return f"as eliminating its nodes leaves too much behind: {index.prepared.gave_up}"
