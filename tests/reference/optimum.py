"""The optimum of a small problem, by trying every assignment."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Optimum:
    """The best value, and one assignment that has it."""

    unplaced: int
    cost: int
    assignment: dict


def optimum(rules, *, at_most_unplaced=None):
    """Return the best plan of a problem: least priority unplaced, then least cost.

    With `at_most_unplaced`, the cheapest among those that leave no more than that unplaced.
    """
    workloads = sorted(rules.workloads.values(), key=lambda w: (-w.priority, w.id))
    options = [
        [
            (rules.cost(w, s), s.id, rules.uses(w, s))
            for s in rules.sites.values()
            if not rules.reasons(w, s)
        ]
        for w in workloads
    ]
    limit = {row: rules.limit(row) for choices in options for *_, used in choices for row in used}
    open_cost = {s.id: rules.open_cost(s) for s in rules.sites.values()}
    load = dict.fromkeys(limit, 0)
    best, where, chosen = [math.inf, math.inf], {}, {}

    def better(unplaced, cost):
        if at_most_unplaced is None:
            return [unplaced, cost] < best
        return unplaced <= at_most_unplaced and cost < best[1]

    def decide(i, unplaced, cost):
        if not better(unplaced, cost):
            return
        if i == len(workloads):
            best[:] = [unplaced, cost]
            where.clear()
            where.update(chosen)
            return
        w = workloads[i]
        for pair_cost, s, used in options[i]:
            if all(load[row] + amount <= limit[row] for row, amount in used.items()):
                opening = 0 if s in chosen.values() else open_cost[s]
                for row, amount in used.items():
                    load[row] += amount
                chosen[w.id] = s
                decide(i + 1, unplaced, cost + pair_cost + opening)
                del chosen[w.id]
                for row, amount in used.items():
                    load[row] -= amount
        decide(i + 1, unplaced + w.priority, cost)

    decide(0, 0, 0)
    return Optimum(best[0], best[1], where)
