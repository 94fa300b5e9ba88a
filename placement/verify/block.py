"""Some classes of workloads against the sites that matter to them: the unit in which a plan is judged."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from placement.model.problem import Problem
from placement.model.reasons import BIT, REASONS, named
from placement.units import shown, text
from placement.verify.certificate import Bounding
from placement.verify.claims import Claims
from placement.verify.classes import UNLIMITED, Asked
from placement.verify.costs import Costs, Scales
from placement.verify.exact import IntArray, total
from placement.verify.latency import Times
from placement.verify.moves import Moves
from placement.verify.report import Faults
from placement.verify.rows import Limits, Rows, Use
from placement.verify.words import milliseconds, why

__all__ = ["Block", "Facts", "Group"]

PATHLESS = np.uint32(BIT["unreachable"] | BIT["transit"])


@dataclass(frozen=True, slots=True)
class Facts:
    """What every block reads.

    Parameters
    ----------
    problem : Problem
        What was to be placed.
    rows : Rows
        Its amounts.
    empty : Limits
        What the rows allow when nothing is placed.
    asked : Asked
        What its workloads ask for.
    costs : Costs
        Of its pairs.
    claims : Claims
        What the plan says.
    may_start, may_stay : ndarray of shape (n_sites,), bool
        The sites that take new workloads, and those that keep what they have.
    faults : Faults
        Where what is wrong is noted.
    moves : Moves, optional
        The budget of moves, if there is one.
    """

    problem: Problem
    rows: Rows
    empty: Limits
    asked: Asked
    costs: Costs
    claims: Claims
    may_start: NDArray[np.bool_]
    may_stay: NDArray[np.bool_]
    faults: Faults
    moves: Moves | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Some classes, and what is known of them.

    Parameters
    ----------
    first : ndarray of shape (n_classes,), intp
        One workload of each.
    counts : ndarray of shape (n_classes,), int64
        Their sizes.
    members : ndarray of shape (n_workloads,), intp
        Their workloads, class by class.
    route : ndarray of shape (n_classes,), intp
        The route of each in `times`.
    times : Times
        Round-trip times.
    scales : Scales
        How they go into costs.
    customer : ndarray of shape (n_classes,), intp
        The line of each in `fixed`.
    fixed : ndarray of shape (n_customers, n_sites), uint32
        Reasons that depend on the customer and the site alone.
    """

    first: NDArray[np.intp]
    counts: NDArray[np.int64]
    members: NDArray[np.intp]
    route: NDArray[np.intp]
    times: Times
    scales: Scales
    customer: NDArray[np.intp]
    fixed: NDArray[np.uint32]


class Block:
    """A group of classes and the pairs at which it is looked: where they may run or are said to run.

    A class of which somebody is left out has a reason on every site, and so a pair with each.

    Parameters
    ----------
    facts : Facts
        Of the problem and the plan.
    group : Group
        The classes.
    """

    def __init__(self, facts: Facts, group: Group) -> None:
        self._facts, self._group = facts, group
        self._member_class = np.repeat(np.arange(len(group.first)), group.counts)
        site = facts.claims.site[group.members]
        placed, out = site >= 0, np.unique(self._member_class[site < 0])
        pairs = self._candidates()
        pairs[self._member_class[placed], site[placed]] = True
        pairs[out] = True
        self._class, self._s = np.nonzero(pairs)
        self._left_out = np.zeros(len(group.first), dtype=np.bool_)
        self._left_out[out] = True
        self._w, self._route = group.first[self._class], group.route[self._class]
        self._use: Use = facts.rows.use(self._w, self._s)
        self._mask = self._reasons()
        # The site that each pair leaves by a move that counts; -1 where there is none.
        self._leaves = np.full(len(self._s), -1, dtype=np.int64)
        if facts.moves is not None:
            self._weigh_moves(facts.moves)

    def _candidates(self) -> NDArray[np.bool_]:
        """Return where customers' reasons and the bound of round trips leave a pair."""
        group = self._group
        far = np.where(group.times.legal, group.times.bounded, UNLIMITED)
        bound = np.minimum(self._facts.asked.max_rtt_ns[group.first], UNLIMITED - 1)
        pairs: NDArray[np.bool_] = far[group.route] <= bound[:, None]
        pairs &= (group.fixed == 0)[group.customer]
        return pairs

    def _reasons(self) -> NDArray[np.uint32]:
        """Return the rules that each pair fails, as a mask."""
        facts, asked, times, s = self._facts, self._facts.asked, self._group.times, self._s
        mask = self._group.fixed[self._group.customer[self._class], s]
        here = asked.site[self._w] == s
        closed = np.where(here, ~facts.may_stay[s], ~facts.may_start[s])
        mask[closed] |= np.uint32(BIT["state"])
        mask[asked.pinned[self._w] & ~here] |= np.uint32(BIT["pinned"])
        reachable, legal = times.reachable[self._route, s], times.legal[self._route, s]
        mask[~reachable] |= np.uint32(BIT["unreachable"])
        mask[reachable & ~legal] |= np.uint32(BIT["transit"])
        slow = legal & (times.bounded[self._route, s] > asked.max_rtt_ns[self._w])
        mask[slow] |= np.uint32(BIT["latency"])
        capacity, bandwidth, quota, devices = facts.empty.exceeded(self._use)
        quota &= mask & np.uint32(BIT["agreement"]) == 0
        mask[capacity | bandwidth | quota | devices] |= np.uint32(BIT["size"])
        return mask

    def _weigh_moves(self, moves: Moves) -> None:
        """Find the moves that are not forced, and bar those that gain too little."""
        home = self._facts.asked.site[self._w]
        stays = np.flatnonzero((self._mask == 0) & (self._s == home))
        settled = np.zeros(len(self._group.first), dtype=np.bool_)
        settled[self._class[stays]] = True
        counts = settled[self._class] & (self._s != home)
        self._leaves[counts] = home[counts]
        if moves.min_gain is None:
            return
        now = self._cost(stays)
        before = np.zeros(len(settled), dtype=now.dtype)
        before[self._class[stays]] = now
        some = np.flatnonzero(counts & (self._mask == 0))
        idle = before[self._class[some]] - self._cost(some) < moves.min_gain
        self._mask[some[idle.astype(np.bool_)]] |= np.uint32(BIT["budget"])

    def _cost(self, some: NDArray[np.intp]) -> IntArray:
        """Return what some pairs cost."""
        group, use = self._group, self._use.some(some)
        return self._facts.costs.micro(self._w[some], self._route[some], use, group.scales)

    def judge_placed(self) -> int | None:
        """Judge the workloads that are placed; return their cost, None where a pair has none."""
        claims, faults, group = self._facts.claims, self._facts.faults, self._group
        placed = np.flatnonzero(claims.site[group.members] >= 0)
        w, of_class = group.members[placed], self._member_class[placed]
        s = claims.site[w]
        n_sites = len(self._facts.may_start)
        pair = np.searchsorted(self._class * n_sites + self._s, of_class * n_sites + s)
        if self._facts.moves is not None:
            moved = self._leaves[pair] >= 0
            self._facts.moves.count(self._leaves[pair[moved]], s[moved])
        mask, rtt_ns = self._mask[pair], group.times.bounded[group.route[of_class], s]
        for one in np.flatnonzero(mask).tolist():
            self._blame(int(w[one]), int(s[one]), int(mask[one]), int(rtt_ns[one]))
        has_path = (mask & PATHLESS) == 0
        stated = claims.rtt_ns[w]
        for one in np.flatnonzero(has_path & (stated != rtt_ns)).tolist():
            told = (
                f"{milliseconds(int(stated[one]))} ms"
                if stated[one] >= 0
                else "no whole number of ns"
            )
            faults.add(
                "rtt_ms",
                self._place(int(w[one])),
                f"states {told}, the round-trip time is {milliseconds(int(rtt_ns[one]))} ms",
            )
        return total(self._cost(pair)) if has_path.all() else None

    def _place(self, w: int, name: str = "assignments") -> str:
        return f"{name}[{shown(self._facts.problem.workloads.column('id')[w])}]"

    def _blame(self, w: int, s: int, mask: int, rtt_ns: int) -> None:
        """Note every rule that an assignment breaks."""
        moves = self._facts.moves
        for rule in named(mask):
            if self._facts.faults.full:
                words = ""
            elif rule == "budget" and moves is not None and moves.min_gain is not None:
                least = text(Decimal(moves.min_gain).scaleb(-6))
                words = f"moves, and gains less than {least}"
            else:
                words = why(self._facts.problem, self._facts.rows, rule, (w, s), rtt_ns)
            self._facts.faults.add(rule, self._place(w), words)

    def judge_left_out(self, left: Limits) -> None:
        """Compare the reasons of the workloads that are left out with a count of their own.

        Parameters
        ----------
        left : Limits
            What the plan leaves of the rows.
        """
        if not self._left_out.any():
            return
        pairs = np.flatnonzero(self._left_out[self._class])
        claims, faults, mask = self._facts.claims, self._facts.faults, self._mask[pairs]
        alone = mask == 0
        capacity, bandwidth, quota, devices = left.exceeded(self._use.some(pairs))
        between = {"capacity": capacity, "bandwidth": bandwidth, "quota": quota | devices}
        for reason, over in between.items():
            mask[alone & over] |= np.uint32(BIT[reason])
        if self._facts.moves is not None:
            leaves = self._leaves[pairs]
            over = (leaves >= 0) & self._facts.moves.full(leaves, self._s[pairs])
            mask[alone & over] |= np.uint32(BIT["budget"])
        of_class, n_classes = self._class[pairs], len(self._left_out)
        counts = {
            reason: np.bincount(of_class[mask & np.uint32(BIT[reason]) != 0], minlength=n_classes)
            for reason in REASONS
        }
        for w, c in zip(self._group.members.tolist(), self._member_class.tolist(), strict=True):
            if w not in claims.reasons:
                continue
            true = {reason: int(counts[reason][c]) for reason in REASONS if counts[reason][c]}
            if true != dict(claims.reasons[w]):
                faults.add(
                    "reasons",
                    self._place(w, "unplaced"),
                    f"states {told(claims.reasons[w])}; the count gives {told(true)}",
                )

    def add_to(self, cost_bound: Bounding | None, unplaced_bound: Bounding | None) -> None:
        """Add these workloads' terms to the bounds that the certificate proves."""
        first, counts = self._group.first, self._group.counts
        classes = first, counts, self._facts.asked.priority[first]
        allowed = np.flatnonzero(self._mask == 0)
        of_class, use = self._class[allowed], self._use.some(allowed)
        leaves = self._leaves[allowed]
        if cost_bound is not None and not cost_bound.idle:
            cost_bound.add(classes, of_class, use, self._cost(allowed), leaves)
        if unplaced_bound is not None:
            nothing = np.zeros(len(allowed), dtype=np.int64)
            unplaced_bound.add(classes, of_class, use, nothing, leaves)


def told(reasons: object) -> str:
    """Return reasons and their numbers as a message shows them."""
    if not isinstance(reasons, dict) or not reasons:
        return "no reason"
    return ", ".join(f"{reason} {number}" for reason, number in reasons.items())
