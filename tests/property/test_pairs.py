"""The compile step against the rules: the same pairs, for the same reasons, at the same cost."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings

from placement import Problem
from placement.instance import compile_problem
from placement.model.reasons import named
from tests.reference.problems import problem_of, problems, shuffled
from tests.reference.rules import Rules

N_BLOCKS, BLOCK = 4, 500


def name_of(row):
    """Return a row as the reference names it."""
    if row.site is None:
        if row.slice is not None:
            return "whole" if row.resource is None else "devices", row.slice
        pair = row.home, row.host
        if row.country is not None:
            return "country", *pair, row.country, row.resource
        return "quota", *pair, row.resource
    return ("site", row.site, row.resource) if row.slice is None else ("slice", row.site, row.slice)


def pairs_of(instance):
    """Return {(class, site id): number of the pair}."""
    return {
        (c, instance.site_ids[instance.pair_site[p]]): p
        for c in range(instance.n_classes)
        for p in range(instance.pair_ptr[c], instance.pair_ptr[c + 1])
    }


def uses_of(instance, pair):
    """Return {row: amount} of a pair, in the names and units of the problem."""
    rows = instance.rows
    return {
        name_of(rows.names[rows.use_row[u]]): int(rows.use_amount[u])
        * Fraction(rows.units[rows.use_row[u]])
        for u in range(rows.use_ptr[pair], rows.use_ptr[pair + 1])
    }


def limited(rules, uses):
    """Return the uses of rows that have an end."""
    return {row: amount for row, amount in uses.items() if rules.limit(row) != float("inf")}


def check_pairs(document):
    """Assert that the instance of a problem says what the rules say, pair by pair."""
    problem = Problem.from_dict(document)
    rules, instance = Rules(problem), compile_problem(problem)
    pairs = pairs_of(instance)
    for place, workload in enumerate(problem.workloads):
        c = int(instance.class_of[place])
        masks = instance.reasons(c)[0]
        assert instance.priority[c] == workload.priority
        for s, name in enumerate(instance.site_ids):
            site = rules.sites[name]
            reasons = rules.reasons(workload, site)
            assert set(named(int(masks[s]))) == reasons
            assert ((c, name) in pairs) == (not reasons)
            if not reasons:
                pair = pairs[c, name]
                assert instance.pair_rtt[pair] == rules.rtt_ns(workload, site)
                assert instance.pair_cost[pair] == rules.cost(workload, site)
                assert uses_of(instance, pair) == limited(rules, rules.uses(workload, site))
    check_frame(rules, instance)


def check_frame(rules, instance):
    """Assert that members, limits and opening costs are those of the problem."""
    members = [row for c in range(instance.n_classes) for row in instance.members(c)]
    assert sorted(members) == list(range(len(rules.workloads)))
    assert list(instance.site_ids) == sorted(rules.sites)
    for name, cost in zip(instance.site_ids, instance.open_cost, strict=True):
        assert cost == rules.open_cost(rules.sites[name])
    rows = instance.rows
    for row, limit, unit in zip(rows.names, rows.limit, rows.units, strict=True):
        assert int(limit) * Fraction(unit) == rules.limit(name_of(row))


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_pairs_reasons_times_costs_and_uses_are_those_of_the_rules(block):
    """Random problems with all rules mixed, every workload on every site."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        try:
            check_pairs(problem_of(seed))
        except Exception as error:
            error.add_note(f"problem_of({seed})")
            raise


@given(problems())
@settings(max_examples=100, deadline=None)
def test_the_pairs_of_a_problem_that_shrinks(document):
    """The same, with problems that hypothesis draws: a counterexample comes out small."""
    check_pairs(document)


@pytest.mark.parametrize("block", range(4))
def test_an_instance_does_not_depend_on_the_order_of_the_input(block):
    """The arrays that engines read are the same for any order of the tables."""
    for seed in range(block * 50, block * 50 + 50):
        document = problem_of(seed)
        one = compile_problem(Problem.from_dict(document))
        other = compile_problem(Problem.from_dict(shuffled(document, random.Random(seed))))
        for name in ("priority", "count", "pair_ptr", "pair_site", "pair_cost", "pair_rtt"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist(), (seed, name)
        for name in ("limit", "site", "use_ptr", "use_row", "use_amount"):
            assert getattr(one.rows, name).tolist() == getattr(other.rows, name).tolist()
        assert (one.rows.names, one.rows.units) == (other.rows.names, other.rows.units)


def test_equal_workloads_are_one_class():
    """Workloads that differ in nothing but their names share a class, however written."""
    twins = [{"id": "a", "demand": {"cpu": "500m"}}, {"id": "b", "demand": {"cpu": 0.5}}]
    other = {"id": "c", "demand": {"cpu": 1}}
    problem = Problem(nodes=[{"id": "n"}], workloads=[*twins, other])
    instance = compile_problem(problem)
    assert instance.count.tolist() == [2, 1]
    assert instance.class_of.tolist() == [0, 0, 1]
