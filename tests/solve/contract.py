"""What every engine keeps: one suite, run for each of them by name.

A test class that inherits from `Contract` and has a fixture `engine` holds its engine to it.
"""

import random
import threading

import pytest

from placement import NoValueError, Plan, Problem, Status, solve, verify
from tests.reference.problems import problem_of, shuffled

SEEDS = range(40)


def value(result):
    """Return (unplaced, cost) of a result's plan."""
    return result.plan.objective.unplaced, result.plan.objective.cost


def two_sites(*demands, cpu=4, **options):
    """Return a problem of two equal sites, 1 ms and 3 ms away, and a workload a demand."""
    return Problem.from_dict(
        {
            "format": "placement-problem/1",
            "at": "2026-11-24",
            "nodes": [{"id": node} for node in ("near", "far", "users")],
            "links": [
                {"source": "users", "target": "near", "latency_ms": 1},
                {"source": "users", "target": "far", "latency_ms": 3},
            ],
            "sites": [
                {"id": f"site-{node}", "node": node, "capacity": {"cpu": cpu}}
                for node in ("near", "far")
            ],
            "workloads": [
                {"id": f"w{i}", "demand": {"cpu": demand}, "origins": [{"node": "users"}]}
                for i, demand in enumerate(demands)
            ],
        }
        | options
    )


def crowded(n_workloads=60, n_sites=6, seed=7):
    """Return a problem that is too large to be settled at once: scarce, and with ties."""
    rng = random.Random(seed)
    nodes = [f"n{i}" for i in range(n_sites)]
    return Problem.from_dict(
        {
            "format": "placement-problem/1",
            "at": "2026-11-24",
            "nodes": [{"id": node} for node in nodes],
            "links": [
                {"source": a, "target": b, "latency_ms": rng.randint(1, 9)}
                for i, a in enumerate(nodes)
                for b in nodes[:i]
            ],
            "sites": [
                {"id": f"s{i}", "node": node, "capacity": {"cpu": 40, "memory": 90}, "open_cost": 8}
                for i, node in enumerate(nodes)
            ],
            "workloads": [
                {
                    "id": f"w{i}",
                    "demand": {"cpu": rng.randint(2, 9), "memory": rng.randint(1, 20)},
                    "origins": [{"node": rng.choice(nodes)}],
                    "max_rtt_ms": rng.choice([6, 10, 14]),
                    "priority": rng.randint(1, 4),
                }
                for i in range(n_workloads)
            ],
        }
    )


class Interrupt:
    """A cancel flag that is raised after it was looked at a number of times."""

    def __init__(self, after):
        self.left = after

    def is_set(self):
        """Count down, then say yes."""
        self.left -= 1
        return self.left < 0


class Contract:
    """The tests; subclasses bring the fixture `engine`."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_plan_is_feasible_and_its_bound_is_true(self, engine, seed):
        """The independent judge finds nothing, the certificate included."""
        problem = Problem.from_dict(problem_of(seed))
        result = solve(problem, engine=engine, verify=False)
        assert verify(problem, result.plan).faults == ()

    def test_the_result_tells_what_the_plan_tells(self, engine):
        """Status, objective and bound of a result are those of its plan."""
        result = solve(two_sites(2, 3, 4), engine=engine)
        plan = result.plan
        assert (result.status, result.objective) == (plan.status, plan.objective)
        assert (result.bound, result.gap) == (plan.bound, plan.gap)
        assert result.limit == plan.limit

    def test_a_plan_survives_its_file_form(self, engine):
        """What is written and read back is the same plan."""
        plan = solve(two_sites(2, 3, 4), engine=engine).plan
        assert Plan.from_dict(plan.to_dict()).to_dict() == plan.to_dict()

    def test_an_easy_problem_is_settled(self, engine):
        """Where everything fits at its best site, any engine proves the optimum."""
        result = solve(two_sites(1, 2), engine=engine)
        assert result.status is Status.OPTIMAL
        assert value(result) == (0, 4_000_000)
        assert {row.site for row in result.plan.assignments} == {"site-near"}

    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_order_of_the_input_does_not_matter(self, engine, seed):
        """The same content in another order gives the same plan, bit for bit."""
        document = problem_of(seed)
        plain = solve(Problem.from_dict(document), engine=engine).plan
        other = shuffled(document, random.Random(seed))
        assert solve(Problem.from_dict(other), engine=engine).plan.to_dict() == plain.to_dict()

    @pytest.mark.parametrize("seed", [0, 1, 2**31 - 1])
    def test_the_number_of_threads_does_not_matter(self, engine, seed):
        """The same seed and work give the same plan on one thread and on several."""
        problem = crowded(25, 4)
        plans = [
            solve(problem, engine=engine, seed=seed, threads=threads, work_limit=2).plan.to_dict()
            for threads in (1, 2, 3, 1)
        ]
        assert all(plan == plans[0] for plan in plans)

    @pytest.mark.parametrize("seed", range(5))
    def test_no_seed_makes_a_plan_wrong(self, engine, seed):
        """Whatever the seed: feasible, and with a true bound."""
        problem = crowded(25, 4)
        plan = solve(problem, engine=engine, seed=seed, work_limit=1, verify=False).plan
        assert verify(problem, plan).faults == ()

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_plan_is_never_worse_than_its_start(self, engine, seed):
        """Whoever starts from the optimum, or from a poor plan, ends no worse."""
        problem = Problem.from_dict(problem_of(seed))
        for giver in ("exact", "greedy"):
            start = solve(problem, engine=giver)
            assert value(solve(problem, engine=engine, start=start.plan)) <= value(start)

    def test_a_start_is_kept_where_there_is_no_time_to_do_better(self, engine):
        """With the flag up from the start, the given plan comes back, or a better one."""
        problem = crowded(25, 4)
        start = solve(problem, engine="greedy")
        flag = threading.Event()
        flag.set()
        assert value(solve(problem, engine=engine, start=start.plan, cancel=flag)) <= value(start)

    def test_of_an_outdated_start_what_still_holds_is_taken(self, engine):
        """A plan made before a site went down, and a workload left, is no error."""
        before = solve(two_sites(2, 2, 3), engine=engine).plan
        document = two_sites(2, 2, 3).to_dict()
        document["sites"][0]["state"] = "down"
        del document["workloads"][0]
        problem = Problem.from_dict(document)
        result = solve(problem, engine=engine, start=before, verify=False)
        assert verify(problem, result.plan).faults == ()
        assert len(result.plan.assignments) == 1

    def test_cancelled_before_it_starts_it_still_returns_a_plan(self, engine):
        """Leaving everything out is always a plan; the limit says why no more was done."""
        problem = crowded()
        flag = threading.Event()
        flag.set()
        result = solve(problem, engine=engine, cancel=flag)
        assert result.limit == "cancel"
        assert verify(problem, result.plan).faults == ()

    @pytest.mark.parametrize("after", [1, 5, 30])
    def test_cancelled_on_the_way_it_returns_a_plan(self, engine, after):
        """The best plan so far, feasible, with a bound that holds."""
        problem = crowded()
        result = solve(problem, engine=engine, cancel=Interrupt(after), work_limit=1)
        assert result.limit in {"cancel", "work", None}
        assert verify(problem, result.plan).faults == ()

    def test_a_time_limit_ends_the_search(self, engine):
        """With hardly any time there is a plan; a search cut short says by what."""
        problem = crowded()
        result = solve(problem, engine=engine, time_limit=0.05)
        assert result.limit in {"time", None}
        if result.limit is None and engine != "greedy":
            assert result.status is Status.OPTIMAL
        assert verify(problem, result.plan).faults == ()

    def test_a_work_limit_ends_the_search_and_is_told(self, engine):
        """The least work gives a plan, and the limit is never another one."""
        problem = crowded()
        result = solve(problem, engine=engine, work_limit=0)
        assert result.limit in {"work", None}
        assert verify(problem, result.plan).faults == ()

    def test_a_gap_ends_the_search_within_it(self, engine):
        """Whoever says that the gap was reached has reached it."""
        result = solve(crowded(25, 4), engine=engine, gap=0.5, work_limit=2)
        if result.limit == "gap":
            assert result.gap <= 0.5

    def test_no_workloads_is_a_plan(self, engine):
        """Nothing to place is placed at no cost, and that is optimal."""
        result = solve(two_sites(), engine=engine)
        assert result.status is Status.OPTIMAL
        assert value(result) == (0, 0)
        assert len(result.plan.assignments) == len(result.plan.unplaced) == 0

    def test_an_empty_problem_is_a_plan(self, engine):
        """Not even a node is needed."""
        empty = Problem.from_dict({"format": "placement-problem/1", "at": "2026-11-24"})
        result = solve(empty, engine=engine)
        assert result.status is Status.OPTIMAL
        assert verify(empty, result.plan).faults == ()

    def test_without_sites_all_stay_out(self, engine):
        """No site: nothing is placed, no reason counts any site, and that is optimal."""
        result = solve(two_sites(1, 2, sites=[]), engine=engine)
        assert result.status is Status.OPTIMAL
        assert value(result) == (2, 0)
        assert [dict(row.reasons) for row in result.plan.unplaced] == [{}, {}]

    def test_what_fits_nowhere_is_a_result_with_reasons(self, engine):
        """A workload too large for every site is left out, proved and explained."""
        result = solve(two_sites(99, 1), engine=engine)
        assert result.status is Status.OPTIMAL
        assert value(result) == (1, 2_000_000)
        assert [(r.workload, dict(r.reasons)) for r in result.plan.unplaced] == [
            ("w0", {"size": 2})
        ]

    def test_priority_comes_before_cost(self, engine):
        """Where one of two must stay out, the one of less priority does."""
        document = two_sites(3, 3, cpu=0).to_dict()
        document["sites"][0]["capacity"] = {"cpu": 4}
        document["workloads"][1]["priority"] = 2
        plan = solve(Problem.from_dict(document), engine=engine).plan
        assert [row.workload for row in plan.assignments] == ["w1"]
        assert dict(plan.unplaced["w0"].reasons) == {"size": 1, "capacity": 1}

    def test_all_or_nothing_that_works_is_an_ordinary_plan(self, engine):
        """With room for all, `require_all` changes nothing."""
        free, bound = (solve(two_sites(2, 2), engine=engine, require_all=r) for r in (False, True))
        assert bound.status is Status.OPTIMAL
        assert value(free) == value(bound)

    def test_all_or_nothing_that_cannot_be_is_infeasible_and_has_no_plan(self, engine):
        """A workload that fits nowhere proves it; there is no plan to read."""
        result = solve(two_sites(99, 1), engine=engine, require_all=True)
        assert result.status is Status.INFEASIBLE
        with pytest.raises(NoValueError):
            _ = result.plan

    def test_all_or_nothing_never_leaves_one_out(self, engine):
        """Too much in sum: proved impossible, or not settled, but never a partial plan."""
        result = solve(two_sites(3, 3, 3), engine=engine, require_all=True)
        proves = {"exact": {Status.INFEASIBLE}, "auto": {Status.INFEASIBLE}}
        assert result.status in proves.get(engine, {Status.INFEASIBLE, Status.UNKNOWN})
        with pytest.raises(NoValueError):
            _ = result.plan

    def test_all_or_nothing_cut_short_is_unknown(self, engine):
        """Cancelled before anything was found or proved: unknown, and no plan."""
        flag = threading.Event()
        flag.set()
        result = solve(crowded(), engine=engine, require_all=True, cancel=flag)
        assert result.status in {Status.UNKNOWN, Status.INFEASIBLE}
        assert result.limit == "cancel" or result.status is Status.INFEASIBLE
        with pytest.raises(NoValueError):
            _ = result.plan

    def test_progress_only_gets_better(self, engine):
        """Time runs on, plans improve, and the bound of what must stay out rises."""
        events = []
        result = solve(crowded(25, 4), engine=engine, work_limit=2, on_progress=events.append)
        assert events
        seconds = [event.seconds for event in events]
        assert seconds == sorted(seconds)
        plans = [(e.unplaced, e.cost) for e in events if e.unplaced is not None]
        assert plans == sorted(plans, reverse=True)
        assert all(plan >= value(result) for plan in plans)
        bounds = [e.bound_unplaced for e in events if e.bound_unplaced is not None]
        assert bounds == sorted(bounds)
        assert all(bound <= result.bound.unplaced for bound in bounds)

    @pytest.mark.parametrize("seed", range(3))
    def test_every_plan_on_the_way_holds(self, engine, seed):
        """Each event has the plan that it tells of, which the independent judge accepts."""
        problem, told = crowded(25, 4, seed), []
        result = solve(problem, engine=engine, work_limit=1, on_progress=told.append)
        assert told[0].plan is None
        plans = [(event, event.plan) for event in told if event.unplaced is not None]
        for event, plan in plans:
            assert (plan.objective.unplaced, plan.objective.cost) == (event.unplaced, event.cost)
            assert verify(problem, plan).faults == ()
        assert value(result) <= (plans[-1][0].unplaced, plans[-1][0].cost)

    def test_a_plan_on_the_way_can_be_asked_for_within_the_callback(self, engine):
        """Whoever waits for a plan that is good enough takes it and stops."""
        flag, taken = threading.Event(), []

        def look(event):
            if event.plan is not None:
                taken.append(event.plan)
                flag.set()

        problem = crowded(25, 4)
        result = solve(problem, engine=engine, on_progress=look, cancel=flag)
        assert verify(problem, taken[0]).faults == ()
        assert value(result) <= (taken[0].objective.unplaced, taken[0].objective.cost)

    @pytest.mark.parametrize("seed", range(10))
    def test_a_budget_of_moves_is_kept(self, engine, seed):
        """From any plan, within few moves: never worse than it, and the judge counts them."""
        problem = crowded(20, 4, seed)
        start = solve(problem, engine="greedy")
        result = solve(problem, engine=engine, start=start.plan, max_moves=3, work_limit=1)
        assert len(result.plan.moves) <= 3
        assert verify(problem.running(start.plan), result.plan).faults == ()
        assert value(result) <= value(start)

    def test_an_interrupt_in_the_callback_ends_the_search_with_a_plan(self, engine):
        """Ctrl-C while an event is told is a wish for the best plan so far."""

        def interrupt(event):
            raise KeyboardInterrupt

        problem = crowded()
        result = solve(problem, engine=engine, work_limit=1, on_progress=interrupt)
        assert result.limit == "cancel"
        assert verify(problem, result.plan).faults == ()
        assert solve(two_sites(1), engine=engine).status is Status.OPTIMAL

    def test_an_error_in_the_callback_reaches_the_caller(self, engine):
        """What else the callback raises is not swallowed, and the next call works."""

        def fail(event):
            raise RuntimeError("no such column")

        with pytest.raises(RuntimeError, match="no such column"):
            solve(crowded(25, 4), engine=engine, work_limit=1, on_progress=fail)
        assert solve(two_sites(1), engine=engine).status is Status.OPTIMAL

    def test_the_problem_is_left_as_it_was(self, engine):
        """Solving changes nothing in the problem."""
        problem = crowded(25, 4)
        before = problem.to_dict(), problem.digest
        solve(problem, engine=engine, work_limit=1)
        assert (problem.to_dict(), problem.digest) == before
