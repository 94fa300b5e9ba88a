"""Find the paths of pairs of nodes: the latencies from each source, then a walk over tight arcs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from placement._core import UNREACHABLE_NS, trace_paths
from placement.latency.deal import deal_rows
from placement.latency.fill import fill_matrix
from placement.latency.index import Arcs, NetworkIndex
from placement.latency.names import precedence_of, rank_of
from placement.latency.paths.path import Path, make_path
from placement.latency.routing import RoutingClass

__all__ = ["Paths", "trace"]

# The latencies of all nodes from some sources, in memory at a time.
BLOCK_BYTES = 2**26
# Links of one path and arcs beside them, for a guess at how long a walk takes.
STEPS_A_PAIR = 100


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Paths(Sequence["Path | None"]):
    """The paths of many pairs; a `Path` is made when it is asked for.

    Parameters
    ----------
    network : NetworkIndex
        The network.
    sources, targets : ndarray of shape (n_pairs,), int32
        Rows in the index.
    latency_ns : ndarray of shape (n_pairs,), int32, ns
        One way; `UNREACHABLE_NS` where there is no path.
    begin, end : ndarray of shape (n_pairs,), int64
        The arcs of each path in `arcs`, from the source on.
    arcs : ndarray, int64
        Of `network.back`, or with `reverse` of `network.out`: where each comes from is its head there.
    reverse : bool
        Whether traffic goes from target to source.
    """

    network: NetworkIndex
    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    latency_ns: NDArray[np.int32]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    arcs: NDArray[np.int64]
    reverse: bool

    def __len__(self) -> int:
        return len(self.sources)

    def __repr__(self) -> str:
        found = int((self.latency_ns != UNREACHABLE_NS).sum())
        return f"<paths of {len(self)} pairs, {found} found>"

    @overload
    def __getitem__(self, key: int) -> Path | None: ...
    @overload
    def __getitem__(self, key: slice) -> "tuple[Path | None, ...]": ...
    def __getitem__(self, key: int | slice) -> "Path | tuple[Path | None, ...] | None":
        if isinstance(key, slice):
            return tuple(self._path(pair) for pair in range(*key.indices(len(self))))
        if not -len(self) <= key < len(self):
            raise IndexError(f"pair {key} of {len(self)}")
        return self._path(key % len(self))

    def __iter__(self) -> Iterator[Path | None]:
        return (self._path(pair) for pair in range(len(self)))

    def _path(self, pair: int) -> Path | None:
        if self.latency_ns[pair] == UNREACHABLE_NS:
            return None
        arcs = self.network.out if self.reverse else self.network.back
        chosen = self.arcs[self.begin[pair] : self.end[pair]]
        nodes = np.append(arcs.heads[chosen], self.targets[pair])
        if self.reverse:
            chosen, nodes = chosen[::-1], nodes[::-1]
        return make_path(
            self.network, nodes, arcs.link[chosen], arcs.latency[chosen], arcs.variance[chosen]
        )


def trace(
    index: NetworkIndex,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    routing: RoutingClass,
    *,
    jitter: bool = False,
    reverse: bool = False,
    threads: int | None = None,
    stop: NDArray[np.int64] | None = None,
) -> Paths:
    """Do what `shortest_paths` does for pairs that are given by their rows in the index.

    Parameters
    ----------
    index : NetworkIndex
        The network.
    sources, targets : ndarray of shape (n_pairs,), int32
        Rows in the index.
    routing : RoutingClass
        What their traffic may use.
    jitter : bool, default False
        Among paths of equal latency the one with the smallest variance counts.
    reverse : bool, default False
        Find the paths from target to source.
    threads : int, optional
        At most so many.
    stop : ndarray of shape (2,), int64, optional
        The stop token.

    Returns
    -------
    Paths

    Raises
    ------
    StoppedError
        If the token stopped it.
    """
    tracing = _Tracing(index, routing, jitter, reverse, threads, stop)
    starts, of_pair = np.unique(sources, return_inverse=True)
    order = np.argsort(of_pair, kind="stable")
    first = np.searchsorted(of_pair[order], np.arange(len(starts) + 1))
    row_bytes = max(1, len(index.rows)) * (12 if jitter else 4)
    n_rows = max(1, BLOCK_BYTES // row_bytes)
    latency, n_links = np.empty(len(order), np.int32), np.empty(len(order), np.int64)
    arcs = [np.empty(0, np.int64)]
    for begin in range(0, len(starts), n_rows):
        bounds = first[begin : begin + n_rows + 1]
        part = slice(bounds[0], bounds[-1])
        block = starts[begin : begin + n_rows], targets[order[part]], bounds - bounds[0]
        latency[part], n_links[part], found = tracing.block(*block)
        arcs.append(found)
    end = np.cumsum(n_links)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return Paths(
        network=index,
        sources=sources,
        targets=targets,
        latency_ns=latency[place],
        begin=(end - n_links)[place],
        end=end[place],
        arcs=np.concatenate(arcs),
        reverse=reverse,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Tracing:
    """What all blocks of one call share."""

    index: NetworkIndex
    routing: RoutingClass
    jitter: bool
    reverse: bool
    threads: int | None
    stop: NDArray[np.int64] | None

    def block(
        self, starts: NDArray[np.int32], targets: NDArray[np.int32], bounds: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
        """Return latencies, numbers of links, and arcs of the pairs, those of a start together."""
        nodes = np.arange(len(self.index.rows), dtype=np.int32)
        label = np.empty((len(starts), len(nodes)), np.int32)
        spread = np.empty((len(starts), len(nodes) if self.jitter else 0), np.int64)
        fill_matrix(
            self.index,
            starts,
            nodes,
            self.routing,
            out=label,
            out_variance=spread if self.jitter else None,
            reverse=self.reverse,
            threads=self.threads,
            stop=self.stop,
        )
        rows = np.repeat(np.arange(len(starts), dtype=np.int32), np.diff(bounds))
        ends = np.empty(len(targets), np.int64)
        parts: dict[int, NDArray[np.int64]] = {}
        arcs = self.index.out if self.reverse else self.index.back
        network = _network(self.index, arcs, self.routing)

        def fill(begin: int, end: int, token: NDArray[np.int64]) -> bool:
            pair, last = int(bounds[begin]), int(bounds[end])
            out = np.empty(max(len(nodes), 2**16), np.int64)
            while pair < last:
                done = trace_paths(
                    **network,
                    sources=starts,
                    label=label,
                    spread=spread,
                    rows=rows,
                    targets=targets,
                    ends=ends,
                    out=out,
                    begin=pair,
                    end=last,
                    stop=token,
                )
                if done < 0:
                    return False
                parts[pair] = out[: ends[done - 1]].copy()
                ends[pair:done] = np.diff(ends[pair:done], prepend=0)
                pair = done
            return True

        work = len(nodes) + STEPS_A_PAIR * len(targets) // len(starts)
        deal_rows(fill, len(starts), work_per_row=work, threads=self.threads, stop=self.stop)
        found = np.concatenate([parts[pair] for pair in sorted(parts)])
        return label[rows, targets], ends, found


def _network(index: NetworkIndex, arcs: Arcs, routing: RoutingClass) -> dict[str, Any]:
    return {
        "indptr": arcs.indptr,
        "tails": arcs.heads,
        "latency": arcs.latency,
        "variance": arcs.variance,
        "link": precedence_of(index)[arcs.link],
        "arc_open": routing.arc_open(index, arcs),
        "processing": index.processing,
        "rank": rank_of(index),
    }
