"""A plan that is improved on some threads while CP-SAT raises the bound on another one.

Pieces and annealing find better plans than the search, and the search, with its cuts, a better bound
than prices: neither has to wait for the other.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from placement.instance import Instance
from placement.solve.clock import Clock
from placement.solve.exact import ExactOptions, Proved, Search
from placement.solve.model import Model
from placement.solve.portfolio import improve_plan, is_near
from placement.solve.progress import Reporter
from placement.solve.write import Proofs

__all__ = ["improve_beside_search"]


def improve_beside_search(
    instance: Instance,
    proved: Proved,
    proofs: Proofs,
    clock: Clock,
    report: Reporter,
    *,
    options: ExactOptions,
) -> Proved:
    """Improve the plan and its bound until the time is over or the one meets the other.

    Parameters
    ----------
    instance : Instance
        The problem.
    proved : Proved
        With a plan that leaves no more out than is proved to be left out.
    proofs : Proofs
        Whose prices say which pairs are good.
    clock : Clock
        When to stop; limited in time, and not in work.
    report : Reporter
        Is told of better plans and bounds.
    options : ExactOptions
        With the seed, and two threads at least.

    Returns
    -------
    Proved
        With a plan that is never worse, and what the search proved of its cost.
    """
    model = Model(instance)
    model.minimise_cost(proved.unplaced)
    # The clock of the improvement is over with the search, or with the other clock, to which the search looks.
    inner = Clock(replace(clock.limits, seconds=clock.seconds_left()))
    search = _Beside(model, clock, report, options, "cost", share=1.0)
    best = proved.best

    def prove() -> None:
        try:
            search.run(best, proved.work)
        finally:
            if search.finished or search.stopped or clock.over():
                inner.cancel()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(prove)
        try:
            improved = improve_plan(
                instance,
                proved,
                proofs,
                inner,
                report,
                options=replace(options, threads=options.threads - 1),
                seconds=inner.seconds_left(),
                searched=False,
            )
        except BaseException:
            search.stop()
            raise
        if is_near(instance, improved, proofs, inner):
            search.stop()
        running.result()
    return replace(
        improved,
        best=search.best if search.best.beats(improved.best) else improved.best,
        cost=search.bound,
        work=improved.work + search.work - proved.work,
        gap_reached=search.finished or search.stopped,
    )


class _Beside(Search):
    """A search that is over as soon as its bound meets the best plan, whoever has found it."""

    def bounded(self, bound: float) -> None:
        """Take a better bound over."""
        super().bounded(bound)
        best, gap = self.report.best, self.clock.limits.gap or 0
        if best is None or best.value.unplaced > self.best.value.unplaced:
            return
        if best.value.cost - int(bound) <= gap * abs(best.value.cost):
            self.stop()
