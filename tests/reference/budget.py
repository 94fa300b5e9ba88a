"""A budget of moves once more: who may move where, and what a move uses of which limit."""

from fractions import Fraction

from tests.reference.rules import Rules


class BudgetedRules(Rules):
    """The rules of a problem in which workloads run, under the budget of a plan.

    Rows of moves: ("moves",), ("moves", "operator", id) and ("moves", "site", id).
    """

    def __init__(self, problem, budget):
        super().__init__(problem)
        self.budget = budget

    def moves(self, workload, site):
        """Tell whether this is a move that counts: away from a site where it might stay."""
        if workload.site is None or workload.site == site.id:
            return False
        return not super().reasons(workload, self.sites[workload.site])

    def reasons(self, workload, site):
        """Return what speaks against a pair, a gain that is too small included."""
        found, least = super().reasons(workload, site), self.budget.min_gain
        if not found and least is not None and self.moves(workload, site):
            gain = self.cost(workload, self.sites[workload.site]) - self.cost(workload, site)
            return {"budget"} if gain < least else set()
        return found

    def passes_size(self, workload, site):
        """The workload fits the empty site; moves have no size."""
        used = super().uses(workload, site)
        return all(amount <= self.limit(row) for row, amount in used.items())

    def uses(self, workload, site):
        """Return what a pair uses, 1 of each limit of moves included."""
        used = super().uses(workload, site)
        if self.moves(workload, site):
            ends = self.sites[workload.site], site
            used["moves",] = Fraction(1)
            for end in ends:
                used["moves", "operator", end.operator] = used["moves", "site", end.id] = Fraction(
                    1
                )
        return {row: amount for row, amount in used.items() if self.limit(row) is not None}

    def limit(self, row):
        """Return how much of a row there is; None where the budget says nothing of it."""
        if row[0] != "moves":
            return super().limit(row)
        if len(row) == 1:
            return self.budget.moves
        return getattr(self.budget, f"{row[1]}s").get(row[2])
