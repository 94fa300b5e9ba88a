"""A plan that can be written when somebody asks for it: what progress hands out on the way."""

import numpy as np

from placement.instance import Instance
from placement.model.plan import Plan
from placement.solve.exact import Proved
from placement.solve.solution import Solution, evaluate
from placement.solve.write import Proofs, write_plan

__all__ = ["Draft", "Drafts"]


class Draft:
    """A solution in as little memory as it takes, and the plan of it on demand.

    Parameters
    ----------
    instance : Instance
        What is placed.
    proofs : Proofs
        The prices that are known by now; the plan's bound is what they prove.
    solution : Solution
        What was found; it is not kept.
    seed : int
        Of the run.
    """

    __slots__ = ("_instance", "_members", "_pairs", "_plan", "_proofs", "_seed")

    def __init__(
        self, instance: Instance, proofs: Proofs, solution: Solution, *, seed: int
    ) -> None:
        self._instance, self._proofs, self._seed = instance, proofs, seed
        self._pairs = np.flatnonzero(solution.placed)
        self._members = solution.placed[self._pairs]
        self._plan: Plan | None = None

    def __call__(self) -> Plan:
        """Return the plan; it is written once."""
        if self._plan is None:
            placed = np.zeros(self._instance.n_pairs, np.int64)
            placed[self._pairs] = self._members
            proved = Proved(best=evaluate(self._instance, placed), unplaced=0)
            self._plan = write_plan(self._instance, proved, self._proofs, None, self._seed)
        return self._plan


class Drafts:
    """Makes drafts of solutions of one instance, with the prices that are known.

    Parameters
    ----------
    instance, proofs, seed
        As for `Draft`.
    """

    def __init__(self, instance: Instance, proofs: Proofs, seed: int) -> None:
        self._instance, self._proofs, self._seed = instance, proofs, seed

    def __call__(self, solution: Solution) -> Draft:
        """Return the draft of a solution."""
        return Draft(self._instance, self._proofs, solution, seed=self._seed)
