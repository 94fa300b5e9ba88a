"""Pieces of a plan, solved exactly: a few sites, all that runs on them, and what is left out.

Whatever runs elsewhere stays there, so a piece is a small problem of its own, which CP-SAT solves to the
end in a moment. What a piece costs above the bound of its own prices is all that can be gained in it:
pairs that exceed the cheapest of their class by as much need not be looked at.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.instance.ragged import places
from placement.solve.bounds import RowPrices
from placement.solve.clock import NEVER, Clock
from placement.solve.crowd import PricedPairs
from placement.solve.piece import Piece, PieceSearch, rows_of_pairs
from placement.solve.progress import Reporter
from placement.solve.solution import Solution, evaluate, left_over, loads
from placement.units import MICRO

__all__ = ["PiecesOptions", "PiecesSolved", "solve_pieces"]

Indices = NDArray[np.int64]

POLL = 0.02  # seconds between two looks at the clock
LEAST_SECONDS = 0.25  # that are worth another batch
EASY = 0.2  # share of the work of a piece
LEAST_MEMBERS = 4.0
SLACK = 1e-6  # relative, of sums of floats


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesOptions:
    """How to choose pieces and how long to search each.

    Parameters
    ----------
    members : int, default 50
        Of a piece, at first.
    most_members : int, default 400
        Of a piece, at most.
    least_sites : int, default 2
        Of a piece.
    grow, shrink : float, default 1.1 and 0.95
        What the size is multiplied by after a piece that was solved to its end in a fifth of its work,
        and one that was not solved.
    work : float, default 0.15
        Deterministic time for a piece.
    batch : int, default 4
        Pieces that are chosen at a time, no site in two of them.
    idle : int, default 8
        It is over when every site has been in so many pieces that were no longer easy, on average,
        since the last gain.
    """

    members: int = 50
    most_members: int = 400
    least_sites: int = 2
    grow: float = 1.1
    shrink: float = 0.95
    work: float = 0.15
    batch: int = 4
    idle: int = 8


@dataclass(frozen=True, slots=True, eq=False)
class PiecesSolved:
    """What came out.

    Parameters
    ----------
    best : Solution
        Never worse than the one to begin with.
    work : float
        Deterministic time used.
    n_pieces, n_proved : int
        How many pieces were searched, and how many of them are proved to be as good as can be.
    """

    best: Solution
    work: float
    n_pieces: int
    n_proved: int


def solve_pieces(
    instance: Instance,
    prices: RowPrices,
    best: Solution,
    clock: Clock,
    report: Reporter,
    *,
    seconds: float | None,
    work: float | None = None,
    threads: int = 2,
    seed: int = 0,
    options: PiecesOptions | None = None,
    enough: int | None = None,
) -> PiecesSolved:
    """Choose pieces and solve them, as long as there is time and something comes of it.

    Parameters
    ----------
    instance : Instance
        The problem.
    prices : RowPrices
        Near those that prove the best bound.
    best : Solution
        The best so far.
    clock : Clock
        When to stop.
    report : Reporter
        Is told of better plans.
    seconds, work : float, optional
        Limits for this alone, in time and deterministic time.
    threads : int, default 2
        Pieces that are solved at a time.
    seed : int, default 0
        Of chance.
    options : PiecesOptions, optional
        How.
    enough : int, optional
        It is also over as soon as no more priority than that is left out.

    Returns
    -------
    PiecesSolved
        Without a limit in time the same for any number of threads: pieces are dealt and accepted in a
        fixed order.
    """
    options = options or PiecesOptions()
    if not instance.n_pairs or not len(instance.rows.limit):
        return PiecesSolved(best, 0.0, 0, 0)
    search = _Pieces(instance, prices, best, options, seed)
    token = clock.sooner(seconds)
    if not search.worthwhile():
        return search.solved()
    with ThreadPoolExecutor(max(1, threads)) as pool:
        while not search.tired() and not clock.over():
            if enough is not None and search.best.value.unplaced <= enough:
                break
            left = _left(token)
            if left < LEAST_SECONDS or (work is not None and search.work >= work):
                break
            tasks = [PieceSearch(one, options.work, seed) for one in search.choose()]
            end = time.monotonic() + left
            if not _finish([pool.submit(one.run, end) for one in tasks], tasks, clock, end):
                break
            for one in tasks:
                search.accept(one)
            report.found("pieces", search.best)
    return search.solved()


def _left(token: NDArray[np.int64]) -> float:
    return np.inf if token[0] == NEVER else (int(token[0]) - time.monotonic_ns()) / 1e9


def _finish(
    running: Sequence[Future[None]], tasks: Sequence[PieceSearch], clock: Clock, end: float
) -> bool:
    """Wait until all are done; return False if the clock was over before."""
    while wait(running, POLL).not_done:
        if clock.over() or time.monotonic() >= end:
            for one in tasks:
                one.stop()
            wait(running)
            return not clock.cancelled()
    for future in running:
        future.result()
    return True


class _Pieces:
    """The plan, and which pieces to take from it."""

    def __init__(
        self,
        instance: Instance,
        prices: RowPrices,
        best: Solution,
        options: PiecesOptions,
        seed: int,
    ) -> None:
        self.instance, self.best, self.options = instance, best, options
        self.pairs = PricedPairs(instance, prices, base=1.0, left_out=1.0)
        self.by_site = np.argsort(instance.pair_site, kind="stable")
        self.site_ptr = np.searchsorted(
            instance.pair_site[self.by_site], np.arange(instance.n_sites + 1)
        )
        self.rng = np.random.default_rng(seed)
        self.members = float(options.members)
        self.most = float(min(options.most_members, instance.count.sum()))
        self.load = loads(instance, best.placed)
        self.times = np.zeros(instance.n_sites, np.int64)
        # Sites where somebody may run who is left out have their turn first.
        out = left_over(instance, best.placed)[instance.pair_class] > 0
        self.times[instance.pair_site[out]] = -1
        self.since = 0
        self.work, self.n_pieces, self.n_proved = 0.0, 0, 0

    def solved(self) -> PiecesSolved:
        """Return what came out."""
        return PiecesSolved(self.best, self.work, self.n_pieces, self.n_proved)

    def worthwhile(self) -> bool:
        """Return whether there are sites enough for pieces."""
        used = np.diff(self.site_ptr) > 0
        return int(used.sum()) > self.options.least_sites and bool(self.best.placed.any())

    def tired(self) -> bool:
        """Return whether nothing was gained for long."""
        return self.since > self.options.idle * self.instance.n_sites

    def choose(self) -> list[Piece]:
        """Return pieces that have no site in common."""
        free = np.diff(self.site_ptr) > 0
        instance = self.instance
        at = np.bincount(instance.pair_site, self.best.placed, instance.n_sites).astype(float)
        links = self._links()
        made = []
        for _ in range(self.options.batch):
            some = np.flatnonzero(free)
            if len(some) < self.options.least_sites:
                break
            sites = self._grow(some, free, at, links)
            free[sites] = False
            made.append(self._piece(np.sort(sites)))
        return made

    def _links(self) -> NDArray[np.float64]:
        """Return how many members of each site have a cheap pair at each other."""
        instance, placed = self.instance, self.best.placed
        unit = max(float(np.mean(self.pairs.excess[placed > 0])), 1e-9 * self.pairs.typical) * 4
        at = np.full(instance.n_classes, -1, np.int64)
        some = np.flatnonzero(placed)
        at[instance.pair_class[some]] = instance.pair_site[some]
        cheap = np.flatnonzero((self.pairs.excess <= unit) & (at[instance.pair_class] >= 0))
        keys = at[instance.pair_class[cheap]] * instance.n_sites + instance.pair_site[cheap]
        n = instance.n_sites
        counted = np.bincount(keys, minlength=n * n).reshape(n, n).astype(np.float64)
        np.fill_diagonal(counted, 0.0)
        return counted + counted.T

    def _grow(
        self,
        some: Indices,
        free: NDArray[np.bool_],
        at: NDArray[np.float64],
        links: NDArray[np.float64],
    ) -> Indices:
        """Return sites for a piece: one that had few turns, and others that it has links with."""
        rng, options = self.rng, self.options
        first = some[np.argmin(self.times[some] + rng.random(len(some)))]
        sites, joined = [int(first)], links[first].copy()
        n_members = at[first]
        while len(sites) < len(some):
            rest = free.copy()
            rest[sites] = False
            others = np.flatnonzero(rest)
            if not len(others):
                break
            # By chance, the sooner the more links there are (Efraimidis and Spirakis 2006).
            weight = joined[others] + 0.1 * max(float(joined[others].mean()), 1e-9)
            chosen = int(others[np.argmax(np.log(rng.random(len(others))) / weight)])
            enough = len(sites) >= options.least_sites
            if enough and n_members + at[chosen] > self.members:
                break
            sites.append(chosen)
            n_members += at[chosen]
            joined += links[chosen]
        self.times[sites] += 1
        return np.array(sites, np.int64)

    def _piece(self, sites: Indices) -> Piece:
        """Take a piece out of the plan."""
        instance, rows, placed = self.instance, self.instance.rows, self.best.placed
        here = self.by_site[places(self.site_ptr, sites)]
        here.sort()
        of = instance.pair_class[here]
        count = np.zeros(instance.n_classes, np.int64)
        np.add.at(count, of, placed[here])
        left = left_over(instance, placed)
        wanted = np.where(count + left > 0, count + left, 0)
        inside = here[wanted[of] > 0]
        inside = inside[self._matters(inside, sites)]
        classes, class_of = np.unique(instance.pair_class[inside], return_inverse=True)
        use_ptr, row_of, amount = rows.uses_of(inside)
        used, use_row = np.unique(row_of, return_inverse=True)
        mine = np.zeros(len(rows.limit), np.int64)
        np.add.at(mine, row_of, amount * np.repeat(placed[inside], np.diff(use_ptr)))
        number = np.full(instance.n_sites + 1, -1, np.int64)
        number[sites] = np.arange(len(sites))
        pair_ptr = np.searchsorted(class_of, np.arange(len(classes) + 1))
        pair_site = number[instance.pair_site[inside]].astype(np.int32)
        return Piece(
            pairs=inside,
            placed=placed[inside],
            count=wanted[classes],
            priority=instance.priority[classes],
            pair_ptr=pair_ptr,
            pair_class=class_of,
            pair_site=pair_site,
            pair_cost=instance.pair_cost[inside],
            open_cost=instance.open_cost[sites],
            rows=rows_of_pairs(
                pair_ptr,
                pair_site,
                (use_ptr, use_row.astype(np.int32), amount),
                (rows.limit - self.load + mine)[used],
                number[rows.site[used]].astype(np.int32),
                n_sites=len(sites),
            ),
        )

    def _matters(self, inside: Indices, sites: Indices) -> NDArray[np.bool_]:
        """Return which pairs a better solution of the piece may use.

        Its cost is what its members pay at least, plus by how much they exceed that, plus the price of
        what is left free in its rows.
        """
        instance, rows, pairs, placed = (
            self.instance,
            self.instance.rows,
            self.pairs,
            self.best.placed,
        )
        if (left_over(instance, placed)[np.unique(instance.pair_class[inside])] > 0).any():
            return np.ones(len(inside), bool)
        some = np.unique(rows.uses_of(inside)[1])
        free = (rows.limit - self.load)[some] / pairs.limit[some] * pairs.rent_of[some]
        opened = instance.open_cost[sites].sum() / MICRO
        spent = float((pairs.excess[inside] * placed[inside]).sum()) + float(free.sum()) + opened
        return np.asarray(
            (pairs.excess[inside] <= spent * (1 + SLACK) + SLACK * pairs.typical)
            | (placed[inside] > 0)
        )

    def accept(self, task: PieceSearch) -> None:
        """Take over what a piece came to, if it is better and the rows hold.

        Who is left out may be in several pieces of a batch: the first one that places it has it.
        """
        self.n_pieces += 1
        self.n_proved += task.proved
        self.work += task.spent
        options = self.options
        if not task.proved:
            self.members *= options.shrink
        elif task.spent < EASY * options.work:
            self.members *= options.grow
        if not task.proved or task.spent >= EASY * options.work or self.members >= self.most:
            self.since += task.piece.n_sites
        self.members = min(max(self.members, LEAST_MEMBERS), self.most)
        if task.placed is None or np.array_equal(task.placed, task.piece.placed):
            return
        placed = self.best.placed.copy()
        placed[task.piece.pairs] = task.placed
        if (left_over(self.instance, placed) < 0).any():
            return
        found, load = evaluate(self.instance, placed), loads(self.instance, placed)
        if found.beats(self.best) and (load <= self.instance.rows.limit).all():
            self.best, self.load, self.since = found, load, 0
