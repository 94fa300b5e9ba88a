"""Write the plan: what was decided, the best bounds that are proved, and the certificate."""

from dataclasses import dataclass, replace
from importlib.metadata import version

from placement.instance import BudgetedInstance, Instance
from placement.model.certificate import Certificate
from placement.model.plan import Bound, LawVersion, Limit, Plan, Solver, Status, Value
from placement.solve.bounds import (
    RowPrices,
    best_mu,
    prove_cost,
    prove_unplaced,
    tell_prices,
    zero_prices,
)
from placement.solve.clock import Clock
from placement.solve.exact import Proved
from placement.solve.tell import deal, tell_assignments, tell_moves, tell_unplaced

__all__ = ["Proofs", "is_settled", "write_plan"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Proofs:
    """Prices that prove a bound of the cost, and of the unplaced priority."""

    cost: RowPrices
    unplaced: RowPrices


def is_settled(instance: Instance, proved: Proved, proofs: Proofs) -> bool:
    """Return whether prices alone prove that no plan is better."""
    value = proved.best.value
    if proved.unplaced < value.unplaced:
        return False
    return _certify(instance, proofs, value.unplaced)[2].cost == value.cost


def write_plan(
    instance: Instance, proved: Proved, proofs: Proofs, clock: Clock | None, seed: int
) -> Plan:
    """Write the plan with the best bounds that are proved, and the certificate.

    Without a clock the search goes on, and the plan does not say why it has stopped.
    """
    value = proved.best.value
    for_unplaced, for_cost, certified = _certify(instance, proofs, value.unplaced)
    searched = Value(
        unplaced=min(proved.unplaced, value.unplaced),
        cost=certified.cost if proved.cost is None else min(proved.cost, value.cost),
    )
    bound = Bound(
        unplaced=max(certified.unplaced, searched.unplaced),
        cost=max(certified.cost, searched.cost),
        proof="search"
        if searched.unplaced > certified.unplaced or searched.cost > certified.cost
        else "prices",
    )
    optimal = (bound.unplaced, bound.cost) == (value.unplaced, value.cost)
    pair_of, law = deal(instance, proved.best), instance.problem.law
    return Plan(
        problem=instance.problem.digest,
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        limit=None if optimal or clock is None else _limit(bound, value, proved, clock),
        objective=value,
        bound=bound,
        certified=certified,
        certificate=Certificate(
            cost=tell_prices(instance, for_cost, with_mu=True),
            unplaced=tell_prices(instance, for_unplaced, with_mu=False),
        ),
        assignments=tell_assignments(instance, pair_of),
        unplaced=tell_unplaced(instance, proved.best, pair_of),
        moves=tell_moves(instance, pair_of),
        solver=Solver(version=version("placement"), seed=seed, work=round(proved.work, 6)),
        law=LawVersion(version=law.version, digest=law.digest),
        budget=instance.budget if isinstance(instance, BudgetedInstance) else None,
    )


def _certify(
    instance: Instance, proofs: Proofs, unplaced: int
) -> tuple[RowPrices, RowPrices, Value]:
    """Return the prices that prove most, of those at hand and the zero ones; and what they prove."""
    zero = zero_prices(instance)

    def at_hand(prices: RowPrices) -> list[RowPrices]:
        return [zero, prices] if prices.row.any() else [zero]

    least = [(prove_unplaced(instance, one), one) for one in at_hand(proofs.unplaced)]
    priced = [replace(one, mu=best_mu(instance, one, unplaced)) for one in at_hand(proofs.cost)]
    cheapest = [(prove_cost(instance, one, unplaced), one) for one in priced]
    unplaced_bound, for_unplaced = max(least, key=lambda pair: pair[0])
    cost_bound, for_cost = max(cheapest, key=lambda pair: pair[0])
    return for_unplaced, for_cost, Value(unplaced=unplaced_bound, cost=cost_bound)


def _limit(bound: Bound, value: Value, proved: Proved, clock: Clock) -> Limit | None:
    """Return why the search stopped before the plan was known to be the best."""
    if clock.cancelled():
        return Limit.CANCEL
    gap = clock.limits.gap
    settled = bound.unplaced == value.unplaced
    if gap is not None and settled and value.cost - bound.cost <= gap * abs(value.cost):
        return Limit.GAP
    if proved.gap_reached and clock.limits.gap is not None:
        return Limit.GAP
    if clock.limits.work is not None and not clock.over():
        return Limit.WORK
    return Limit.TIME if clock.limits.seconds is not None else None
