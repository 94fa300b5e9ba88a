"""Shortest paths of the judge's own."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from placement import Link, Node, Problem
from placement.verify.latency import spread_ns, z_score
from placement.verify.network import LONGEST_NS, Wires, great_circle_metres, link_ns

NOWHERE = LONGEST_NS + 1


def wires(links, *, processing=(), nodes=5):
    """Return nodes 0 to n-1 with links (source, target, ns, jitter in ns) one way."""
    return Wires(
        Problem(
            nodes=[
                Node(str(n), processing_ms=Decimal(dict(processing).get(n, 0)).scaleb(-6))
                for n in range(nodes)
            ],
            links=[
                Link(
                    source=str(a),
                    target=str(b),
                    latency_ms=Decimal(ns).scaleb(-6),
                    jitter_ms=Decimal(jitter).scaleb(-6),
                    bidirectional=False,
                )
                for a, b, ns, jitter in links
            ],
        )
    )


def means(made, origin=0, closed=None, *, back=False):
    """Return the one-way latencies from an origin to every node."""
    arcs = made.arcs(None, closed, back=back)
    everyone = np.arange(made.n_nodes)
    found = arcs.means(np.array([origin]), everyone)[0]
    spread, _ = arcs.spreads(origin, everyone)
    assert spread.tolist() == found.tolist()
    return found.tolist()


def closing(*nodes):
    """Return which of five nodes are closed."""
    return np.isin(np.arange(5), nodes)


def test_a_link_of_no_latency_is_a_link():
    """SciPy must not take an explicit zero for a missing arc."""
    assert means(wires([(0, 1, 0, 0), (1, 2, 0, 0), (2, 3, 7, 0)])) == [0, 0, 0, 7, NOWHERE]


def test_the_shortest_of_parallel_links_counts():
    """SciPy would add them up."""
    assert means(wires([(0, 1, 5, 0), (0, 1, 3, 0), (0, 1, 4, 0)]))[1] == 3


def test_processing_counts_on_the_way_and_not_at_the_ends():
    """0 → 1 → 2 passes through 1 alone; on the way back likewise."""
    made = wires([(0, 1, 10, 0), (1, 2, 20, 0)], processing={0: 100, 1: 1000, 2: 10_000}.items())
    assert means(made)[:3] == [0, 10, 1030]
    assert means(made, 2, back=True)[:3] == [1030, 20, 0]


def test_processing_without_end_does_not_break_the_sums():
    """A node that takes 2.1 s to pass can be reached and not crossed."""
    made = wires([(0, 1, 10, 0), (1, 2, 20, 0)], processing={1: LONGEST_NS}.items())
    assert means(made)[:3] == [0, 10, NOWHERE]


def test_a_closed_node_is_neither_crossed_nor_reached():
    """Closing 1 leaves the detour over 3."""
    made = wires([(0, 1, 1, 0), (1, 2, 1, 0), (0, 3, 9, 0), (3, 2, 9, 0)])
    assert means(made, closed=closing(1)) == [0, NOWHERE, 18, 9, NOWHERE]


def test_a_closed_origin_is_left_and_not_crossed_by_others():
    """The exemption is the origin's own: others may not pass through it."""
    made = wires([(1, 0, 1, 0), (0, 2, 1, 0)])
    assert means(made, 0, closing(0))[2] == 1
    assert means(made, 1, closing(0))[2] == NOWHERE
    assert means(made, 0, closing(0), back=True)[1] == 1


def test_a_path_of_exactly_the_longest_latency_exists():
    """2.1 s is still a path, a nanosecond more is none."""
    half = LONGEST_NS // 2
    assert means(wires([(0, 1, half, 0), (1, 2, half, 0)]))[2] == LONGEST_NS
    assert means(wires([(0, 1, half, 0), (1, 2, half + 1, 0)]))[2] == NOWHERE


def test_among_equal_means_the_least_variance_counts():
    """Also between parallel links; a shorter mean wins whatever its jitter."""
    made = wires(
        [
            (0, 1, 5, 9),
            (0, 1, 5, 2),
            (1, 3, 5, 2),
            (0, 2, 4, 7),
            (2, 3, 6, 0),
            (0, 4, 1, 99),
            (0, 4, 2, 0),
        ]
    )
    ns, variance = made.arcs(None, None, back=False).spreads(0, np.arange(5))
    assert ns.tolist() == [0, 5, 4, 10, 1]
    assert variance.tolist() == [0, 4, 49, 8, 99**2]


def test_variances_saturate():
    """Sums stop at 2^62."""
    wide = 2_000_000_000
    made = wires([(0, 1, 1, wide), (1, 2, 1, wide)])
    _, variance = made.arcs(None, None, back=False).spreads(0, np.arange(3))
    assert variance.tolist() == [0, wide**2, 2**62]


def test_measured_values_round_up():
    """Latency, length and the globe never get shorter."""
    assert link_ns(Decimal("0.0000001"), None) == 1
    assert link_ns(None, Decimal("0.001")) == 5
    assert link_ns(None, 10) == 49_000
    metres = great_circle_metres(48.86, 2.35, 50.11, 8.68)
    assert round(metres / 1000) == 478
    whole = math.ceil(Fraction(metres) * Fraction(14, 10))
    assert link_ns(None, None, (48.86, 2.35, 50.11, 8.68)) == math.ceil(whole * Fraction(49, 10))


def test_the_globe_has_no_longest_distance_to_stumble_over():
    """Antipodes are half the circumference apart, in both orders."""
    assert great_circle_metres(90, 0, -90, 0) == pytest.approx(math.pi * 6_371_008.8)
    assert great_circle_metres(12.5, 7, 43, -1) == great_circle_metres(43, -1, 12.5, 7)


@pytest.mark.parametrize("variance", [0, 1, 2, 10**9, 10**18 + 1, 2**62])
def test_a_spread_is_the_least_whole_number_not_below(variance):
    """(spread · 10⁹)² ≥ Z²·variance, and one less is not."""
    z = z_score(Decimal("0.99"))
    spread = spread_ns(z, variance)
    assert (spread * 10**9) ** 2 >= z * z * variance
    assert spread == 0 or ((spread - 1) * 10**9) ** 2 < z * z * variance


def test_the_median_has_no_spread():
    """z(0.5) is 0."""
    assert z_score(Decimal("0.5")) == 0
    assert z_score(Decimal("0.99")) == 2_326_347_875
