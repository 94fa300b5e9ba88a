"""Some classes of workloads against some sites: the unit in which a plan is judged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.model.problem import Problem
from placement.model.reasons import BIT, PAIR_REASONS, REASONS, named
from placement.units import shown
from placement.verify.certificate import Bounding, Lane
from placement.verify.claims import Claims
from placement.verify.classes import Asked, Bundle
from placement.verify.costs import Costs
from placement.verify.exact import IntArray, total
from placement.verify.latency import Rtt
from placement.verify.report import Faults
from placement.verify.rows import Limits, Rows, Use
from placement.verify.words import milliseconds, why

__all__ = ["Block", "Facts"]

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
    """

    problem: Problem
    rows: Rows
    asked: Asked
    costs: Costs
    claims: Claims
    may_start: NDArray[np.bool_]
    may_stay: NDArray[np.bool_]
    faults: Faults


class Block:
    """Classes of one bundle, their members, and the sites at which they are looked at.

    Parameters
    ----------
    facts : Facts
        Of the problem and the plan.
    bundle : Bundle
        Where the classes are from.
    classes, members : slice
        Which of its classes, and of its members.
    rtt : Rtt
        Their round-trip times.
    fixed : ndarray of shape (n_all_sites,), uint32
        The reasons that all of them share.
    empty : Limits
        What the rows allow when nothing is placed.
    """

    def __init__(
        self,
        facts: Facts,
        bundle: Bundle,
        classes: slice,
        members: slice,
        *,
        rtt: Rtt,
        fixed: NDArray[np.uint32],
        empty: Limits,
    ) -> None:
        self._facts, self._rtt, self._customer = facts, rtt, bundle.customer
        self._w, self._counts = bundle.first[classes], bundle.counts[classes]
        self._members = bundle.members[members]
        self._class_of = np.repeat(np.arange(len(self._w)), self._counts)
        site = facts.claims.site[self._members]
        self._left_out = np.unique(self._class_of[site < 0])
        useful = (fixed == 0) & (rtt.bounded <= facts.asked.max_rtt_ns[self._w].max(initial=0))
        useful[site[site >= 0]] = True
        useful |= len(self._left_out) > 0  # whoever is left out has a reason on every site
        self._sites = np.flatnonzero(useful)
        self._column = np.full(len(useful), -1, dtype=np.intp)
        self._column[self._sites] = np.arange(len(self._sites))
        self._use: Use = facts.rows.use(self._w, self._sites)
        self._mask = self._reasons(fixed, empty)
        self._cost: IntArray = facts.costs.micro(
            bundle.customer.operator, self._w, self._sites, rtt, self._use
        )

    def _reasons(self, fixed: NDArray[np.uint32], empty: Limits) -> NDArray[np.uint32]:
        """Return the rules that each pair fails, as a mask."""
        asked, facts = self._facts.asked, self._facts
        mask = np.repeat(fixed[self._sites][None, :], len(self._w), axis=0)
        now = asked.site[self._w]
        running = np.flatnonzero(now >= 0)
        here = self._column[now[running]]
        running, here = running[here >= 0], here[here >= 0]

        closed = np.repeat(~facts.may_start[self._sites][None, :], len(self._w), axis=0)
        closed[running, here] = ~facts.may_stay[now[running]]
        mask[closed] |= np.uint32(BIT["state"])

        elsewhere = np.repeat(asked.pinned[self._w][:, None], len(self._sites), axis=1)
        elsewhere[running, here] = False
        mask[elsewhere] |= np.uint32(BIT["pinned"])

        slow = self._rtt.bounded[self._sites][None, :] > asked.max_rtt_ns[self._w][:, None]
        slow &= self._rtt.legal[self._sites][None, :]
        mask[slow] |= np.uint32(BIT["latency"])

        capacity, bandwidth, quota = empty.exceeded(self._use, self._sites)
        mask[capacity | bandwidth | quota] |= np.uint32(BIT["size"])
        return mask

    def judge_placed(self) -> int | None:
        """Judge the workloads that are placed; return their cost, None where a pair has none."""
        claims, faults = self._facts.claims, self._facts.faults
        placed = np.flatnonzero(claims.site[self._members] >= 0)
        w, i = self._members[placed], self._class_of[placed]
        s = claims.site[w]
        j = self._column[s]
        mask, rtt_ns = self._mask[i, j], self._rtt.bounded[s]
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
        return total(self._cost[i, j]) if has_path.all() else None

    def _place(self, w: int, name: str = "assignments") -> str:
        return f"{name}[{shown(self._facts.problem.workloads.column('id')[w])}]"

    def _blame(self, w: int, s: int, mask: int, rtt_ns: int) -> None:
        """Note every rule that an assignment breaks."""
        for rule in named(mask):
            words = (
                ""
                if self._facts.faults.full
                else why(self._facts.problem, self._facts.rows, rule, (w, s), rtt_ns)
            )
            self._facts.faults.add(rule, self._place(w), words)

    def judge_left_out(self, left: Limits) -> None:
        """Compare the reasons of the workloads that are left out with a count of their own.

        Parameters
        ----------
        left : Limits
            What the plan leaves of the rows.
        """
        if not len(self._left_out):
            return
        claims, faults = self._facts.claims, self._facts.faults
        alone = self._mask == 0
        mask = self._mask.copy()
        for reason, over in zip(
            REASONS[len(PAIR_REASONS) :], left.exceeded(self._use, self._sites), strict=True
        ):
            mask[alone & over] |= np.uint32(BIT[reason])
        counts = {
            reason: np.count_nonzero(mask & np.uint32(BIT[reason]), axis=1) for reason in REASONS
        }
        for w, i in zip(self._members.tolist(), self._class_of.tolist(), strict=True):
            if w not in claims.reasons:
                continue
            true = {reason: int(counts[reason][i]) for reason in REASONS if counts[reason][i]}
            if true != dict(claims.reasons[w]):
                faults.add(
                    "reasons",
                    self._place(w, "unplaced"),
                    f"states {told(claims.reasons[w])}; the count gives {told(true)}",
                )

    def add_to(self, cost_bound: Bounding | None, unplaced_bound: Bounding | None) -> None:
        """Add these workloads' terms to the bounds that the certificate proves."""
        lane = Lane(
            self._customer.operator,
            self._customer.slice,
            self._w,
            self._counts,
            self._facts.asked.priority[self._w],
            self._sites,
            self._mask == 0,
            self._use,
        )
        if cost_bound is not None and not cost_bound.idle:
            cost_bound.add(lane, self._cost)
        if unplaced_bound is not None:
            unplaced_bound.add(lane, np.zeros((1, 1), dtype=np.int64))


def told(reasons: object) -> str:
    """Return reasons and their numbers as a message shows them."""
    if not isinstance(reasons, dict) or not reasons:
        return "no reason"
    return ", ".join(f"{reason} {number}" for reason, number in reasons.items())
