"""Re-planning: moves are counted, forced ones are free, and what is asked for amiss is told."""

import dataclasses
import random

import pytest

from placement import InputError, Problem, solve, verify
from placement.instance import compile_problem, with_budget
from placement.model.budget import Budget
from placement.solve.warm import warm_prices
from tests.solve.contract import crowded, two_sites


def with_states(problem, **states):
    """Return a problem whose sites have other states."""
    document = problem.to_dict()
    for site in document["sites"]:
        site["state"] = states.get(site["id"].replace("-", "_"), "open")
    return Problem.from_dict(document)


def value(plan):
    """Return (unplaced, cost)."""
    return plan.objective.unplaced, plan.objective.cost


@pytest.fixture
def running():
    """A plan of two workloads that run far away, because the near site is down."""
    return solve(with_states(two_sites(1, 2), site_near="down")).plan


@pytest.mark.parametrize(("most", "cost"), [(0, 12), (1, 8), (2, 4), (9, 4)])
def test_no_more_move_than_the_budget_allows(running, most, cost):
    """Each of two workloads would gain 4 ms: so many do as may, and that is proved the best."""
    result = solve(two_sites(1, 2), start=running, max_moves=most)
    assert str(result.status) == "OPTIMAL"
    assert value(result.plan) == (0, cost * 10**6)
    assert len(result.plan.moves) == min(most, 2)
    assert result.plan.budget == Budget(moves=most)


def test_a_site_has_a_limit_of_its_own(running):
    """What may not be reached is not reached, whatever is allowed in all."""
    limits = {"max_moves": 2, "max_site_moves": {"site-near": 1}}
    plan = solve(two_sites(1, 2), start=running, **limits).plan
    assert len(plan.moves) == 1


def test_moves_between_operators_count_for_both_and_within_one_once(running):
    """A move touches the operator that it leaves and the one that it reaches."""
    document = two_sites(1, 2).to_dict()
    for site, operator in zip(document["sites"], ("dt", "tim"), strict=True):
        site["operator"] = operator
    for name in ("dt", "tim"):
        result = solve(Problem.from_dict(document), start=running, max_operator_moves={name: 1})
        assert len(result.plan.moves) == 1
    for site in document["sites"]:
        site["operator"] = "dt"
    plan = solve(Problem.from_dict(document), start=running, max_operator_moves={"dt": 2}).plan
    assert len(plan.moves) == 2


@pytest.mark.parametrize(("least", "moves"), [(0, 2), (4, 2), (4.000001, 0)])
def test_each_move_gains_what_is_asked_for(running, least, moves):
    """A move of 4 is made if 4 are asked for, and not for a millionth more."""
    result = solve(two_sites(1, 2), start=running, min_gain=least)
    assert len(result.plan.moves) == moves
    assert str(result.status) == "OPTIMAL"


def test_who_has_to_leave_leaves_whatever_the_budget_says():
    """A site goes down: its workloads move without counting, and need not gain; nobody else does."""
    start = solve(two_sites(1, 2)).plan
    result = solve(
        with_states(two_sites(1, 2), site_near="down"), start=start, max_moves=0, min_gain=9
    )
    assert value(result.plan) == (0, 12 * 10**6)
    assert len(result.plan.moves) == 2


def test_a_cordoned_site_keeps_what_it_has_and_pinned_workloads_stay(running):
    """Nothing new comes to a cordoned site, its own stay, and who is pinned stays for any gain."""
    start = solve(two_sites(1, 2)).plan
    plan = solve(with_states(two_sites(1, 2), site_near="cordoned"), start=start, max_moves=5).plan
    assert not plan.moves
    document = two_sites(1, 2).to_dict()
    document["workloads"][0]["pinned"] = True
    plan = solve(Problem.from_dict(document), start=running, max_moves=5).plan
    assert [move.workload for move in plan.moves] == ["w1"]


def test_the_running_problem_is_the_same_but_for_its_sites(running):
    """Writing down where workloads run changes nothing else, and nothing at all the second time."""
    problem = two_sites(1, 2, until="2027-01-01")
    made = problem.running(running)
    told, before = made.to_dict(), problem.to_dict()
    assert [one.pop("site") for one in told["workloads"]] == ["site-far", "site-far"]
    assert told == before
    assert Problem.from_dict(made.to_dict()).digest == made.digest
    assert made.running(running) is made


def test_first_placements_are_no_moves(running):
    """Who is new is placed with no budget at all."""
    result = solve(two_sites(1, 2, 1), start=running, max_moves=0)
    assert (len(result.plan), len(result.plan.moves)) == (3, 0)


def test_on_an_overfull_site_who_goes_is_a_choice_and_counts():
    """With no budget somebody is left out, and the reason is the budget."""
    start = solve(two_sites(2, 2)).plan
    document = two_sites(2, 2).to_dict()
    document["sites"][1 - [s["id"] for s in document["sites"]].index("site-far")]["capacity"] = {
        "cpu": 2
    }
    problem = Problem.from_dict(document)
    plan = solve(problem, start=start, max_moves=0).plan
    assert [dict(row.reasons) for row in plan.unplaced] == [{"capacity": 1, "budget": 1}]
    assert value(solve(problem, start=start, max_moves=1).plan) == (0, 8 * 10**6)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("most", [0, 3, 10])
def test_the_number_of_threads_does_not_matter(seed, most):
    """The same plan on one thread and on two, and never worse than no move at all."""
    problem = crowded(25, 4, seed)
    start = solve(problem, engine="greedy").plan
    plans = [
        solve(problem, start=start, max_moves=most, threads=threads, work_limit=1).plan
        for threads in (1, 2)
    ]
    assert plans[0].to_dict() == plans[1].to_dict()
    assert value(plans[0]) <= value(start)


def test_prices_of_another_world_are_not_begun_with():
    """A plan that knows less than half of the workloads has prices of something else."""
    start = solve(crowded(10, 4), work_limit=1).plan
    for n_workloads, known in ((10, True), (40, False)):
        instance = compile_problem(crowded(n_workloads, 4))
        assert (warm_prices(instance, start) is not None) == known


def test_prices_of_the_start_are_begun_with():
    """Without a budget a start helps as ever, and the problem is left as it is."""
    problem = crowded(25, 4)
    start = solve(problem, work_limit=1).plan
    result = solve(problem, start=start, work_limit=1)
    assert result.problem is problem
    assert value(result.plan) <= value(start)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"max_moves": -1}, "max_moves: -1 is negative"),
        ({"max_moves": 1.5}, "max_moves: 1.5 is no number of moves"),
        ({"max_moves": True}, "max_moves: True is no number of moves"),
        ({"min_gain": -0.5}, "min_gain: -0.5 is negative"),
        ({"min_gain": "much"}, "min_gain: "),
        ({"max_site_moves": {"site-nera": 1}}, 'did you mean "site-near"?'),
        ({"max_site_moves": {"site-near": -2}}, "-2 is negative"),
        ({"max_operator_moves": {"vodafone": 1}}, 'max_operator_moves["vodafone"]: is unknown'),
        ({"max_operator_moves": 3}, "max_operator_moves: expected a mapping"),
    ],
)
def test_a_wrong_budget_is_told(running, wrong, told):
    """Place, value and what is expected stand in the error."""
    with pytest.raises(InputError) as raised:
        solve(two_sites(1, 2), start=running, **wrong)
    assert told in str(raised.value)


@pytest.mark.parametrize("name", ["max_moves", "min_gain"])
def test_a_budget_needs_a_plan_that_runs(name):
    """Without a start there is nothing to move from."""
    with pytest.raises(InputError, match=f"{name}: needs a plan to move from"):
        solve(two_sites(1, 2), **{name: 1})


def test_a_plan_of_another_problem_is_refused(running):
    """A start that shares no workload with the problem is a mistake; one of an earlier state is not."""
    document = two_sites(1, 2).to_dict()
    for workload in document["workloads"]:
        workload["id"] += "-other"
    with pytest.raises(InputError, match="start: is a plan of another problem"):
        solve(Problem.from_dict(document), start=running, max_moves=1)


def test_the_judge_finds_a_budget_that_was_not_kept(running):
    """Too many moves, too small a gain, names that are unknown, and prices of what has no limit."""
    result = solve(two_sites(1, 2), start=running, max_moves=2, min_gain=1)
    plan, problem = result.plan, result.problem
    lies = {
        "2 moves, 1 are allowed": Budget(moves=1, min_gain=10**6),
        "moves, and gains less than 5": Budget(moves=2, min_gain=5 * 10**6),
        'has no site "nowhere"': Budget(moves=2, min_gain=10**6, sites={"nowhere": 1}),
        "is no number of moves": Budget(moves=-1, min_gain=10**6),
    }
    for told, budget in lies.items():
        report = verify(problem, dataclasses.replace(plan, budget=budget))
        assert told in str(report)
        assert "budget" in {fault.rule for fault in report.faults}
    one = solve(two_sites(1, 2), start=running, max_moves=1)
    assert one.plan.certificate.cost.moves
    free = dataclasses.replace(one.plan, budget=None)
    assert {fault.rule for fault in verify(one.problem, free).faults} == {"certificate"}


@pytest.mark.parametrize("seed", range(20))
def test_further_rows_count_moves(seed):
    """On any choice of pairs the load of each further row is the number of moves that touch it."""
    rng = random.Random(seed)
    problem = crowded(12, 4, seed)
    start = solve(problem, engine="greedy").plan
    sites = {name: 2 for name in problem.sites.ids if rng.random() < 0.5}
    plain = compile_problem(problem.running(start))
    made = with_budget(plain, Budget(moves=3, sites=sites))
    now = plain.compiler.costs.now
    for p in range(made.n_pairs):
        source, target = int(now[made.pair_class[p]]), int(made.pair_site[p])
        expected = set()
        if (
            source >= 0
            and source != target
            and source
            in made.pair_site[
                made.pair_ptr[made.pair_class[p]] : made.pair_ptr[made.pair_class[p] + 1]
            ]
        ):
            ends = {made.site_ids[source], made.site_ids[target]}
            expected = {None, *(ends & set(sites))}
        uses = range(made.rows.use_ptr[p], made.rows.use_ptr[p + 1])
        names = [made.rows.names[made.rows.use_row[u]] for u in uses]
        assert {name.site for name in names if name.moves} == expected
        assert len(names) - len(expected) == plain.rows.use_ptr[p + 1] - plain.rows.use_ptr[p]
