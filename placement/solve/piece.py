"""A piece of a plan as a small problem of its own, and the search for the best there is of it."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.instance.rows import Rows
from placement.solve.model import Model
from placement.solve.solution import Counts, Solution, evaluate

__all__ = ["Piece", "PieceSearch", "among", "restrict", "rows_of_pairs"]

Indices = NDArray[np.int64]

SPARE = 0.1  # seconds before the end at which a search has to be over


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A small problem; its attributes are those of an `Instance` that the model reads.

    Parameters
    ----------
    pairs : ndarray of shape (n_pairs,), int64
        Which pairs of the whole it is about.
    placed : ndarray of shape (n_pairs,), int64
        How many members are there now.
    """

    pairs: Indices
    placed: Counts
    count: NDArray[np.int64]
    priority: NDArray[np.int64]
    pair_ptr: NDArray[np.int64]
    pair_class: NDArray[Any]
    pair_site: NDArray[Any]
    pair_cost: NDArray[np.int64]
    open_cost: NDArray[np.int64]
    rows: Rows

    @property
    def n_pairs(self) -> int:
        """How many pairs."""
        return len(self.pairs)

    @property
    def n_classes(self) -> int:
        """How many classes."""
        return len(self.count)

    @property
    def n_sites(self) -> int:
        """How many sites."""
        return len(self.open_cost)

    def spread(self, instance: Instance, placed: Counts) -> Solution:
        """Return a solution of the piece as one of the whole, where nobody else is placed."""
        whole = np.zeros(instance.n_pairs, np.int64)
        whole[self.pairs] = placed
        return evaluate(instance, whole)


def rows_of_pairs(
    pair_ptr: Indices,
    pair_site: NDArray[np.int32],
    uses: tuple[Indices, NDArray[np.int32], Indices],
    limit: NDArray[np.int64],
    site: NDArray[np.int32],
    *,
    n_sites: int,
) -> Rows:
    """Return the rows of a piece, of which each pair tells its own (`use_ptr`, `use_row`, `use_amount`)."""
    use_ptr, use_row, use_amount = uses
    return Rows(
        limit=limit,
        site=site,
        names=(),
        units=(),
        row_of=np.tile(np.arange(len(limit), dtype=np.int32), (n_sites, 1)),
        list_ptr=use_ptr,
        list_kind=use_row,
        list_amount=use_amount,
        own=pair_ptr[:-1],
        pair_ptr=pair_ptr,
        pair_site=pair_site,
    )


def restrict(instance: Instance, sites: Indices) -> Piece:
    """Return the whole problem on some of its sites only; sites and classes keep their numbers.

    Parameters
    ----------
    instance : Instance
        The problem.
    sites : ndarray of shape (n_some,), int64
        Which.

    Returns
    -------
    Piece
        With nobody placed.
    """
    here = np.zeros(instance.n_sites, bool)
    here[sites] = True
    return among(instance, np.flatnonzero(here[instance.pair_site]))


def among(instance: Instance, pairs: Indices) -> Piece:
    """Return the whole problem with some of its pairs only; sites and classes keep their numbers.

    Parameters
    ----------
    instance : Instance
        The problem.
    pairs : ndarray of shape (n_some,), int64
        Which, ascending.

    Returns
    -------
    Piece
        With nobody placed.
    """
    rows = instance.rows.among(pairs)
    return Piece(
        pairs=pairs,
        placed=np.zeros(len(pairs), np.int64),
        count=instance.count,
        priority=instance.priority,
        pair_ptr=rows.pair_ptr,
        pair_class=instance.pair_class[pairs],
        pair_site=rows.pair_site,
        pair_cost=instance.pair_cost[pairs],
        open_cost=instance.open_cost,
        rows=rows,
    )


class PieceSearch:
    """A piece that is being solved, by CP-SAT with one worker.

    Parameters
    ----------
    piece : Piece
        What to solve.
    work : float
        Deterministic time at most.
    seed : int
        Of its random choices.

    Attributes
    ----------
    placed : ndarray of shape (n_pairs,), int64, or None
        What it came to.
    proved : bool
        Whether that is as good as can be.
    spent : float
        Deterministic time.
    """

    def __init__(self, piece: Piece, work: float, seed: int) -> None:
        from ortools.sat.python import cp_model

        self.piece = piece
        self.solver = cp_model.CpSolver()
        self.solver.parameters.random_seed = seed
        self.solver.parameters.num_workers = 1
        self.solver.parameters.catch_sigint_signal = False
        self.solver.parameters.linearization_level = 2
        self.solver.parameters.max_deterministic_time = work
        self._stopped = False
        self.placed: Counts | None = None
        self.proved = False
        self.spent = 0.0

    def stop(self) -> None:
        """Stop as soon as possible, or do not begin."""
        self._stopped = True
        self.solver.stop_search()

    def run(self, end: float) -> None:
        """Solve it until some time at most, on the scale of `time.monotonic`."""
        from ortools.sat.python import cp_model

        piece: Any = self.piece
        model = Model(piece)
        most = int(np.abs(piece.pair_cost).max(initial=0)) * int(piece.count.sum()) + int(
            piece.open_cost.sum()
        )
        model.minimise_both(most + 1)
        model.hint(self.piece.placed)
        seconds = end - time.monotonic() - SPARE
        if self._stopped or seconds <= 0:
            return
        if np.isfinite(seconds):
            self.solver.parameters.max_time_in_seconds = seconds
        status = self.solver.solve(model.model)
        response = self.solver.response_proto
        self.spent = response.deterministic_time
        self.proved = status == cp_model.OPTIMAL
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.placed = np.array(list(response.solution)[: self.piece.n_pairs], np.int64)
