"""Path proofs: of every assignment, to the nanosecond, whatever the order of the tables."""

import random
from pathlib import Path

import pytest

from placement import (
    NoValueError,
    Plan,
    Problem,
    check_proofs,
    path_proofs,
    prove_path,
    read_problem,
    solve,
)
from placement.model.plan import ms_of_ns
from tests.reference.plans import plan_document
from tests.reference.problems import problem_of, shuffled
from tests.reference.rules import Rules

EUROPE = Path(__file__).parents[2] / "data" / "europe" / "europe.json"


@pytest.fixture(scope="module")
def europe():
    """Return the reference federation and a plan for it."""
    problem = read_problem(EUROPE)
    return problem, solve(problem, engine="greedy", verify=False).plan


def test_every_assignment_of_the_federation_is_proved(europe):
    """Each proof adds up to the round-trip time of the plan, and the judge accepts it."""
    problem, plan = europe
    n_proved = 0
    for assignment, proof in zip(plan.assignments, path_proofs(problem, plan), strict=True):
        assert (proof.workload, proof.site) == (assignment.workload, assignment.site)
        assert ms_of_ns(proof.rtt_ns) == assignment.rtt_ms
        n_proved += 1
    assert n_proved == len(plan.assignments) > 1000
    assert check_proofs(problem, path_proofs(problem, plan), plan) == ()


def test_the_judge_compares_proofs_with_the_plan(europe):
    """One that is missing, and all that stand in another's place, are told."""
    problem, plan = europe
    proofs = list(path_proofs(problem, plan))
    [fault] = check_proofs(problem, proofs[:-1], plan)
    assert "is missing" in str(fault)
    turned = [proofs[1], proofs[0], *proofs[2:]]
    assert len(check_proofs(problem, turned, plan)) == 2
    assert len(check_proofs(problem, [*proofs, proofs[0]], plan)) == 1


def test_one_proof_is_as_among_many(europe):
    """A workload proved alone has the proof that it has in the plan."""
    problem, plan = europe
    for proof in list(path_proofs(problem, plan))[::97]:
        assert prove_path(problem, proof.workload, proof.site) == proof


def test_a_pair_without_a_legal_path_has_no_proof():
    """There is nothing to be proved, and that is an answer; in a plan it is an error."""
    problem = Problem(
        nodes=[{"id": "a", "country": "FR"}, {"id": "b", "country": "CH"}],
        links=[{"source": "a", "target": "b", "latency_ms": 1}],
        sites=[{"id": "s", "node": "b"}],
        policies=[{"id": "p", "transit": ["EU"]}],
        workloads=[{"id": "w", "origins": ["a"], "policy": "p"}],
    )
    assert prove_path(problem, "w", "s") is None
    free = Problem.from_dict(problem.to_dict() | {"policies": [{"id": "p"}]})
    plan = solve(free).plan
    with pytest.raises(NoValueError, match='workload "w": no legal path leads to "s"'):
        list(path_proofs(problem, plan))
    with pytest.raises(NoValueError, match="no site"):
        prove_path(problem, "w", "t")


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_the_tables_decides_nothing(seed):
    """Equal problems have equal proofs, down to which of two parallel links is taken."""
    document = problem_of(seed)
    document["links"] += [
        {**link, "operator": "tim"} for link in document["links"][:2]
    ]  # parallel, and alike but for who runs them
    rng = random.Random(seed)
    problem, other = Problem.from_dict(document), Problem.from_dict(shuffled(document, rng))
    assert problem.digest == other.digest
    rules = Rules(problem)
    assignment = {}
    for name, workload in rules.workloads.items():
        sites = [s for s, site in rules.sites.items() if not rules.reasons(workload, site)]
        if sites:
            assignment[name] = rng.choice(sites)
    plan = Plan.from_dict(plan_document(rules, assignment))
    assert list(path_proofs(problem, plan)) == list(path_proofs(other, plan))
