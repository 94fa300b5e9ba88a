"""Guaranteed round-trip times against simulated ones: each link and direction drawn at random."""

import itertools
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom

from placement import Link, Network, Node, Problem, Site, Slice, Workload, shortest_path, solve
from placement.instance import compile_problem

N_SAMPLES = 1_000_000
CHUNK = 250_000
PERCENTILES = (0.5, 0.6, 0.9, 0.95, 0.99, 0.999)


def random_problem(seed, *, guarantee="normal", groups=()):
    """Return a problem of one workload with one origin, and one site some links away."""
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(rng.randint(2, 5))]
    ways = [*itertools.pairwise(names)]
    ways += [way for way in itertools.combinations(names, 2) if rng.random() < 0.4]
    links = [
        Link(
            source=a,
            target=b,
            latency_ms=rng.choice([1, 2, 2.5, 3]),
            jitter_ms=rng.choice([0.01, 0.1, 0.2, 0.5]),
            jitter_group=rng.choice([None, *groups]),
            bidirectional=rng.random() < 0.7,
        )
        for a, b in ways
    ]
    links += [
        Link(source=one.target, target=one.source, latency_ms=1.5, jitter_ms=0.3)
        for one in links
        if not one.bidirectional
    ]
    slices = [Slice("1", access_ms=2, access_jitter_ms=rng.choice([0, 0.4]))]
    return Problem(
        network=Network([Node(name) for name in names], links, slices),
        sites=[Site("s", node=names[-1], slices={"1": None})],
        workloads=[
            Workload(
                "w",
                origins=names[0],
                slice="1",
                percentile=rng.choice(PERCENTILES),
                guarantee=guarantee,
            )
        ],
    )


def with_limit(problem, max_rtt_ns):
    """Return the problem with a limit of the round trip."""
    document = problem.to_dict()
    document["workloads"][0]["max_rtt_ms"] = Decimal(max_rtt_ns).scaleb(-6)
    return Problem.from_dict(document | {"format": "placement-problem/1"})


def guaranteed_ns(problem):
    """Return the least limit under which the workload may run, told by the compiled problem."""
    return int(compile_problem(problem).pair_rtt[0])


def trip_of(problem):
    """Return the mean of the round trip, and (standard deviation, group) of all that varies on it; ns."""
    workload, site = problem.workloads[0], problem.sites[0]
    origin, links = workload.origins[0].node, list(problem.links)
    asked = {"slice": workload.slice, "jitter": True}
    ways = [shortest_path(problem.network, origin, site.node, **asked, reverse=r) for r in (0, 1)]
    slice_ = problem.slices[workload.slice]
    access = int(Fraction(slice_.access_ms) * 10**6), int(Fraction(slice_.access_jitter_ms) * 10**6)
    varying = [
        (variance**0.5, links[row].jitter_group)
        for way in ways
        for row, variance in zip(way.links, way.link_variance, strict=True)
    ]
    mean = sum(way.latency_ns for way in ways) + 2 * access[0]
    return mean, [*varying, (access[1], None), (access[1], None)]


def share_above(limit_ns, trip, draw, n_samples):
    """Return how many of some random round trips are longer than a limit.

    `draw` makes arrays of mean 0 and variance 1; what belongs to one group gets the same one.
    """
    mean, varying = trip
    above = 0
    for begin in range(0, n_samples, CHUNK):
        size = min(CHUNK, n_samples - begin)
        total, drawn = np.full(size, float(mean)), {}
        for number, (deviation, group) in enumerate(varying):
            key = number if group is None else group
            if key not in drawn:
                drawn[key] = draw(size)
            total += deviation * drawn[key]
        above += int(np.count_nonzero(total > limit_ns))
    return above


def promised(problem):
    """Return the share of round trips that may be above the limit."""
    return float(1 - Fraction(problem.workloads[0].percentile))


def check_normal(problem, seed):
    """Assert that simulated trips break a limit at the guaranteed value as often as promised."""
    limit = guaranteed_ns(problem)
    above = share_above(
        limit, trip_of(problem), np.random.default_rng(seed).standard_normal, N_SAMPLES
    )
    low, high = binom.ppf([0.00005, 0.99995], N_SAMPLES, promised(problem))
    assert low <= above <= high, seed


@pytest.mark.parametrize("block", range(4))
def test_a_limit_at_the_guaranteed_value_is_broken_as_often_as_promised(block):
    """100 problems with independent normal jitter, a million trips each, in the 99.99 % interval."""
    for seed in range(25 * block, 25 * (block + 1)):
        check_normal(random_problem(seed), seed)


def test_it_is_so_where_links_of_a_group_vary_together():
    """20 problems in which one draw moves all links of a group, out and back."""
    for seed in range(20):
        check_normal(random_problem(seed, groups=("duct", "duct", "radio")), seed)


def test_the_guaranteed_value_is_the_least_limit():
    """A limit at the value lets the workload run, and one a nanosecond below does not."""
    for seed in range(20):
        for guarantee in ("normal", "any"):
            problem = random_problem(seed, guarantee=guarantee, groups=("duct",))
            limit = guaranteed_ns(problem)
            assert solve(with_limit(problem, limit)).plan["w"].site == "s", seed
            assert not solve(with_limit(problem, limit - 1)).plan.assignments, seed


def standardised(draw, mean, variance):
    """Return draws of mean 0 and variance 1."""
    return lambda rng, size: (draw(rng, size) - mean) / variance**0.5


def lopsided(rng, size):
    """Return a rare high value, or a common low one: mean 0 and variance 1."""
    rare = 0.002
    high, low = ((1 - rare) / rare) ** 0.5, -((rare / (1 - rare)) ** 0.5)
    return np.where(rng.random(size) < rare, high, low)


DISTRIBUTIONS = {
    "exponential": standardised(lambda rng, size: rng.exponential(1, size), 1, 1),
    "lognormal": standardised(
        lambda rng, size: rng.lognormal(0, 1, size), np.exp(0.5), np.exp(2) - np.exp(1)
    ),
    "pareto": standardised(lambda rng, size: 1 + rng.pareto(3, size), 1.5, 0.75),
    "uniform": standardised(lambda rng, size: rng.random(size), 0.5, 1 / 12),
    "two peaks": standardised(
        lambda rng, size: rng.normal(np.where(rng.random(size) < 0.1, 9, -1), 0.5), 0, 9.25
    ),
    "two points": lopsided,
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_guarantee_for_any_distribution_is_kept_by_every_one(name):
    """20 problems each: no more trips than promised are above the limit, with groups as without."""
    rng = np.random.default_rng(1)
    for seed in range(20):
        problem = random_problem(seed, guarantee="any", groups=("duct",))
        limit, trip = guaranteed_ns(problem), trip_of(problem)
        above = share_above(limit, trip, lambda size: DISTRIBUTIONS[name](rng, size), 100_000)
        assert above <= 100_000 * promised(problem), seed


def single(percentile, guarantee):
    """Return a problem in which one link varies, one way."""
    links = [
        Link(source="a", target="b", latency_ms=5, jitter_ms=1, bidirectional=False),
        Link(source="b", target="a", latency_ms=5, bidirectional=False),
    ]
    wanted = Workload("w", origins="a", percentile=percentile, guarantee=guarantee)
    return Problem(
        network=Network([Node("a"), Node("b")], links),
        sites=[Site("s", node="b")],
        workloads=[wanted],
    )


def test_no_smaller_value_would_do_for_any_distribution():
    """With two points, the trips above a limit 1 % of a deviation lower are as many as promised."""
    p = 0.99
    limit = guaranteed_ns(single(p, "any"))
    assert limit == 10_000_000 + 9_949_875  # √99 standard deviations of 1 ms
    rng = np.random.default_rng(0)
    high, low = (p / (1 - p)) ** 0.5 * 1e6, -(((1 - p) / p) ** 0.5) * 1e6
    trips = 1e7 + np.where(rng.random(N_SAMPLES) < 1 - p, high, low)
    low_count, high_count = binom.ppf([0.00005, 0.99995], N_SAMPLES, 1 - p)
    assert not (trips > limit).any()
    assert low_count <= np.count_nonzero(trips > limit - 10_000) <= high_count


def test_a_normal_guarantee_is_broken_where_jitter_is_not_normal():
    """Exponential jitter is above the 0.999 of a normal one far more often than promised."""
    limit = guaranteed_ns(single(0.999, "normal"))
    assert limit == 10_000_000 + 3_090_233
    above = (np.random.default_rng(0).exponential(1e6, N_SAMPLES) + 9e6 > limit).mean()
    assert above > 0.01
