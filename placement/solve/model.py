"""The problem as a CP-SAT model.

It is written straight into the solver's own messages, whole lists at a time. Measured on 120,000
pairs with OR-Tools 9.15: 0.08 s; with a message for each variable 0.24 s, through text 0.24 s,
through the modelling interface 0.7 to 0.85 s (`bench/build_model.py`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.instance import Instance
from placement.solve.solution import Counts, left_over, sites_in_use

__all__ = ["Model"]

LEAST = -(2**62)
DOUBT = 1e-9
SAFE = 2.0**60
HALF = 31


class Model:
    """Variables: members at each pair, members left out of each class, sites opened at a cost.

    Parameters
    ----------
    instance : Instance
        What to place.

    Attributes
    ----------
    model : CpModel
        To be handed to the solver.
    """

    def __init__(self, instance: Instance) -> None:
        from ortools.sat.python import cp_model

        self.instance = instance
        self.model = cp_model.CpModel()
        self.opened = np.flatnonzero(instance.open_cost > 0)
        self.first_out = instance.n_pairs
        self.first_open = instance.n_pairs + instance.n_classes
        self.n_variables = self.first_open + len(self.opened)
        self._add_variables()
        self._add_classes()
        self._add_rows()
        self._add_openings()

    def _add_variables(self) -> None:
        count = self.instance.count
        most = np.concatenate(
            [count[self.instance.pair_class], count, np.ones(len(self.opened), np.int64)]
        )
        variables = self.model.proto.variables
        # Runs of equal domains: one message is made and handed over as often as it is needed.
        begins = np.flatnonzero(np.diff(most, prepend=-1))
        made: dict[int, Any] = {}
        scratch = type(self.model)()  # owns the messages until they have been copied
        for begin, length in zip(begins, np.diff(begins, append=len(most)), strict=True):
            limit = int(most[begin])
            if limit not in made:
                made[limit] = scratch.proto.variables.add()
                made[limit].domain.extend([0, limit])
            variables.extend([made[limit]] * int(length))

    def _add_classes(self) -> None:
        ptr, constraints = self.instance.pair_ptr.tolist(), self.model.proto.constraints
        for c, count in enumerate(self.instance.count.tolist()):
            variables = [*range(ptr[c], ptr[c + 1]), self.first_out + c]
            if count == 1:
                constraints.add().exactly_one.literals.extend(variables)
            else:
                self._linear(variables, [1] * len(variables), count, count)

    def _add_rows(self) -> None:
        """Add each row that could overflow, its numbers divided by what they have in common."""
        instance, rows = self.instance, self.instance.rows
        units = instance.rows.unit
        limit = rows.limit // np.maximum(units, 1)
        amount = rows.use_amount // units[rows.use_row]
        pair = np.repeat(np.arange(instance.n_pairs), np.diff(rows.use_ptr))
        most = np.bincount(
            rows.use_row,
            amount.astype(float) * instance.count[instance.pair_class[pair]],
            len(rows.limit),
        )
        order = np.argsort(rows.use_row, kind="stable")
        ptr = np.searchsorted(rows.use_row[order], np.arange(len(rows.limit) + 1))
        gate = {int(s): self.first_open + k for k, s in enumerate(self.opened)}
        # The sums are floats: a row is left out only where there is no doubt that it holds.
        needed = (most * (1 + DOUBT) >= limit) | np.isin(rows.site, self.opened)
        for r in np.flatnonzero(needed).tolist():
            uses = order[ptr[r] : ptr[r + 1]]
            variables, factors = pair[uses].tolist(), amount[uses].tolist()
            opening = gate.get(int(rows.site[r]))
            bound = int(limit[r])
            if most[r] >= SAFE:
                self._wide_row(variables, factors, bound)
            elif opening is None:
                self._linear(variables, factors, LEAST, bound)
            else:
                bound = min(bound, int(most[r] * (1 + DOUBT)))
                self._linear([*variables, opening], [*factors, -bound], LEAST, 0)

    def _wide_row(self, variables: list[int], factors: list[int], bound: int) -> None:
        """Add a row whose sum may pass 64 bits, as two halves of its digits and a carry.

        The low halves may exceed the bound's by so many units of the high halves as are carried
        there: together this says just what the row says.
        """
        low, high = ([one % 2**HALF for one in factors], [one >> HALF for one in factors])
        count = self.instance.count[self.instance.pair_class[variables]].tolist()
        most = sum(one * members for one, members in zip(low, count, strict=True)) >> HALF
        carry = self.n_variables
        self.n_variables += 1
        self.model.proto.variables.add().domain.extend([0, most + 1])
        self._linear([*variables, carry], [*low, -(2**HALF)], LEAST, bound % 2**HALF)
        self._linear([*variables, carry], [*high, 1], LEAST, bound >> HALF)

    def _add_openings(self) -> None:
        """Open each site that costs and holds anything."""
        instance = self.instance
        order = np.argsort(instance.pair_site, kind="stable")
        ptr = np.searchsorted(instance.pair_site[order], np.arange(instance.n_sites + 1))
        count = instance.count[instance.pair_class]
        for k, s in enumerate(self.opened.tolist()):
            for pair in order[ptr[s] : ptr[s + 1]].tolist():
                self._linear([pair, self.first_open + k], [1, -int(count[pair])], LEAST, 0)

    def _linear(self, variables: list[int], factors: list[int], least: int, most: int) -> None:
        linear = self.model.proto.constraints.add().linear
        linear.vars.extend(variables)
        linear.coeffs.extend(factors)
        linear.domain.extend([least, most])

    def minimise_unplaced(self) -> None:
        """Ask for the least priority left out."""
        variables = range(self.first_out, self.first_open)
        self._minimise(list(variables), self.instance.priority.tolist())

    def minimise_cost(self, unplaced: int) -> None:
        """Ask for the least cost with at most so much priority left out."""
        instance = self.instance
        out = list(range(self.first_out, self.first_open))
        self._linear(out, instance.priority.tolist(), LEAST, unplaced)
        opened = range(self.first_open, self.first_open + len(self.opened))
        variables = [*range(instance.n_pairs), *opened]
        costs = [*instance.pair_cost.tolist(), *instance.open_cost[self.opened].tolist()]
        self._minimise(variables, costs)

    def minimise_both(self, weight: int) -> None:
        """Ask for the least cost, where a point of priority left out costs so much."""
        instance = self.instance
        variables = range(self.first_open + len(self.opened))
        out = [int(one) * weight for one in instance.priority.tolist()]
        opening = instance.open_cost[self.opened].tolist()
        self._minimise(list(variables), [*instance.pair_cost.tolist(), *out, *opening])

    def _minimise(self, variables: list[int], weights: list[int]) -> None:
        self.model.proto.clear_objective()
        objective = self.model.proto.objective
        objective.vars.extend(variables)
        objective.coeffs.extend(weights)

    def hint(self, placed: Counts) -> None:
        """Tell the solver a solution to begin with."""
        self.model.proto.clear_solution_hint()
        hint = self.model.proto.solution_hint
        hint.vars.extend(range(self.first_open + len(self.opened)))
        used = sites_in_use(self.instance, placed)[self.opened]
        values: NDArray[np.int64] = np.concatenate([placed, left_over(self.instance, placed), used])
        hint.values.extend(values.tolist())
