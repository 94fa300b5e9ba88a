"""Policies as masks: what comes to the same is one, and what agreements tell apart is not."""

import numpy as np

from placement import Agreement, Node, Operator, Policy, Problem, Site, Workload
from placement.instance import compile_problem
from placement.instance.policies import read_crossing, read_policies


def problem(policies, **fields):
    """Return a problem with a workload for each policy, and sites in France, Spain and the US."""
    countries = ["FR", "ES", "US"]
    return Problem(
        at="2026-11-24",
        operators=[Operator("dt", country="DE"), Operator("tim", country="IT")],
        nodes=[Node(one, country=one) for one in countries],
        sites=[Site(f"s-{one}", node=one, operator="dt") for one in countries],
        policies=policies,
        workloads=[
            Workload(f"w{i}", operator="tim", origins="FR", policy=policy.id)
            for i, policy in enumerate(policies)
        ],
        **fields,
    )


SAME = [
    Policy("a", countries="EU"),
    Policy("b", countries=["ES", "FR"]),
    Policy("c", countries="EU", transit=["EU", "US"]),
    Policy("d", processing="country in EU"),
]


def test_policies_that_come_to_the_same_are_compiled_to_one_mask():
    """The Union, and the two of its countries where there are sites; for another reason it is another."""
    made = read_policies(problem(SAME), np.arange(3))
    assert made.row["a"] == made.row["b"] == made.row["c"] != made.row["d"]
    assert len(made.masks) == 3  # and none


def test_workloads_of_policies_that_come_to_the_same_are_one_class():
    """As long as their data may cross the same nodes."""
    instance = compile_problem(problem(SAME))
    classes = instance.class_of.tolist()
    assert classes[0] == classes[1]
    assert len({classes[0], classes[2], classes[3]}) == 3


def test_a_policy_that_an_agreement_names_is_not_like_another():
    """What the agreement covers is told by the policy's name."""
    covered = [Agreement(home="tim", host="dt", policies=["a"])]
    instance = compile_problem(problem(SAME[:2], agreements=covered))
    assert instance.n_classes == 2
    reasons = [instance.reasons(int(c))[0].tolist() for c in instance.class_of]
    assert reasons[0] != reasons[1]


def test_nodes_that_no_policy_tells_apart_are_one_zone():
    """Zones are as many as answers, and say which country they lie in."""
    asked = [
        Policy("p", in_transit="country in {FR, ES}"),
        Policy("q", in_transit="seat is unknown"),
    ]
    crossing = read_crossing(problem(asked))
    assert sorted(crossing.zone.values()) == ["ES", "FR", "US"]
    assert crossing.sets[0] is None
    assert len(crossing.sets[crossing.row["p"]]) == 2
    assert len(crossing.sets[crossing.row["q"]]) == 3
