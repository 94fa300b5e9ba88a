"""Public instances whose best values are known, and one made by the published recipe: engines and peers."""

from dataclasses import dataclass
from functools import partial

from bench import milp, naive
from bench.best_known import SETS, Record, judged, load, read_records
from bench.engines import Case, by_engine, timed
from bench.gap import make_gap
from bench.registry import Bench
from placement.verify import verify

__all__ = ["BENCH"]

# A few of each set: assignment of types C, D and E, small and large, and facility location.
CHOSEN = ("c20400", "d20400", "e40400", "d60900", "e30900", "d801600", "capb1", "i300_1")
MADE = "e10010000-0"
SECONDS = (10.0, 60.0)


@dataclass(frozen=True, slots=True, eq=False)
class Published(Case):
    """A case with what is known of it."""

    record: Record | None = None
    instance: object = None


def published(name):
    """Return an instance by its name."""
    record = read_records()[name]
    instance, problem = load(record)
    return Published(problem, record=record, instance=instance)


def told(case, run):
    """Have the plan judged by `verify`, and tell its value beside the best known and the bound."""
    row = {"seconds": round(run.seconds, 3), "peak MB": round(run.peak_bytes / 1e6)}
    if run.answer is None:
        return row | {"verified": "no plan"}
    plan = run.answer.plan
    report = verify(case.problem, plan)
    if not report.ok:
        return row | {"verified": f"no: {report.faults[0]}"}
    value, _ = judged(case.instance, plan)
    best, bound = case.record.value, run.answer.cost_bound
    known = value is not None and bound is not None and not run.answer.unplaced_bound
    bound = case.instance.bound(bound) if known else None
    assert bound is None or bound <= value
    return row | {
        "verified": "yes",
        "unplaced": plan.objective.unplaced,
        "value": None if value is None else float(value),
        "best known": None if best is None else float(best),
        "above it %": over(value, best),
        "bound": None if bound is None else float(bound),
        "above bound %": over(value, bound),
    }


def over(value, other):
    """Return by how much a value is above another, in percent."""
    if value is None or not other:
        return None
    return round(100 * float(value - other) / abs(float(other)), 4)


def tiny():
    """Return a small instance by the published recipe, of which nothing is known."""
    instance = make_gap("C", 4, 20)
    record = Record(name="tiny", read="gap recipe", options={})
    return Published(instance.to_problem(), 5.0, record=record, instance=instance)


INSTANCES = {"tiny": tiny}
if SETS.exists():
    INSTANCES |= {name: partial(published, name) for name in CHOSEN}
INSTANCES[MADE] = partial(published, MADE)

BENCH = Bench(
    "published",
    "Public instances whose best values are known, each subject in a process of its own",
    INSTANCES,
    told,
    alone=True,
)

SUBJECTS = {
    **{f"placement, {limit:g} s": partial(by_engine, "auto", limit) for limit in SECONDS},
    "placement, greedy": partial(by_engine, "greedy", None),
    "naive CP-SAT, 10 s": lambda case: naive.answer(case.problem, min(10.0, case.seconds)),
    "HiGHS (scipy.optimize.milp), 10 s": lambda case: milp.answer(
        case.problem, min(10.0, case.seconds)
    ),
}
for _name, _decide in SUBJECTS.items():
    BENCH.subject(_name)(partial(timed, _decide))
