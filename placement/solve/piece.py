"""A piece of a plan as a small problem of its own, and the search for the best there is of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.instance.ragged import places
from placement.solve.model import Model
from placement.solve.solution import Counts

__all__ = ["Piece", "PieceRows", "PieceSearch", "restrict"]

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
    rows: "PieceRows"

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


@dataclass(frozen=True, slots=True, eq=False)
class PieceRows:
    """The rows of a piece, as `Rows` has them; a limit is what those elsewhere leave."""

    limit: NDArray[np.int64]
    site: NDArray[Any]
    use_ptr: NDArray[np.int64]
    use_row: NDArray[Any]
    use_amount: NDArray[np.int64]


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
    rows, here = instance.rows, np.zeros(instance.n_sites, bool)
    here[sites] = True
    pairs = np.flatnonzero(here[instance.pair_site])
    uses = places(rows.use_ptr, pairs)
    lengths = np.diff(rows.use_ptr)[pairs]
    used, use_row = np.unique(rows.use_row[uses], return_inverse=True)
    return Piece(
        pairs=pairs,
        placed=np.zeros(len(pairs), np.int64),
        count=instance.count,
        priority=instance.priority,
        pair_ptr=np.searchsorted(pairs, instance.pair_ptr),
        pair_class=instance.pair_class[pairs],
        pair_site=instance.pair_site[pairs],
        pair_cost=instance.pair_cost[pairs],
        open_cost=instance.open_cost,
        rows=PieceRows(
            limit=rows.limit[used],
            site=rows.site[used],
            use_ptr=np.concatenate([[0], np.cumsum(lengths)]),
            use_row=use_row.astype(np.int32),
            use_amount=rows.use_amount[uses],
        ),
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
        self.placed: Counts | None = None
        self.proved = False
        self.spent = 0.0

    def run(self, seconds: float) -> None:
        """Solve it."""
        from ortools.sat.python import cp_model

        piece: Any = self.piece
        model = Model(piece)
        most = int(np.abs(piece.pair_cost).max(initial=0)) * int(piece.count.sum()) + int(
            piece.open_cost.sum()
        )
        model.minimise_both(most + 1)
        model.hint(self.piece.placed)
        if np.isfinite(seconds):
            self.solver.parameters.max_time_in_seconds = max(seconds - SPARE, 0.0)
        status = self.solver.solve(model.model)
        response = self.solver.response_proto
        self.spent = response.deterministic_time
        self.proved = status == cp_model.OPTIMAL
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.placed = np.array(list(response.solution)[: self.piece.n_pairs], np.int64)
