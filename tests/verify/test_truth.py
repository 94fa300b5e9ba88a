"""True plans pass, and numbers that a rounding could spoil are exact."""

from decimal import Decimal

import pytest

from placement import Plan, Problem, verify
from tests.verify.federation import document, moved, plan, problem, rows

FREE = {"shift": 0, "mu": 0, "prices": [], "covers": []}


def small(workloads, sites, **tables):
    """Return a problem on two nodes 1 ms apart."""
    return Problem(
        nodes=tables.pop("nodes", [{"id": "a"}, {"id": "b"}]),
        links=tables.pop("links", [{"source": "a", "target": "b", "latency_ms": 1}]),
        sites=sites,
        workloads=workloads,
        **tables,
    )


def told(of, assigned, cost, **fields):
    """Return the plan that assigns {workload: (site, rtt_ms)} at a cost, and proves nothing."""
    return Plan.from_dict(
        {
            "format": "placement-plan/1",
            "problem": of.digest,
            "status": "FEASIBLE" if cost else "OPTIMAL",
            "objective": {"unplaced": 0, "cost": cost},
            "bound": {"unplaced": 0, "cost": 0, "proof": "prices"},
            "certified": {"unplaced": 0, "cost": 0},
            "certificate": {"cost": FREE, "unplaced": FREE},
            "assignments": [
                {"workload": name, "site": site, "rtt_ms": rtt_ms}
                for name, (site, rtt_ms) in sorted(assigned.items())
            ],
            "unplaced": [],
            "moves": [],
            "solver": {"version": "by hand", "seed": 0, "work": 0},
        }
        | fields
    )


def proved(unplaced, cost, /, **certificate):
    """Return the fields of a plan whose prices prove this much."""
    value = {"unplaced": unplaced, "cost": cost}
    return {
        "certified": value,
        "bound": value | {"proof": "prices"},
        "certificate": {"cost": FREE, "unplaced": FREE} | certificate,
    }


def accepted(of, planned):
    """Assert that a plan is true."""
    report = verify(of, planned)
    assert report.ok, str(report)


def test_the_plan_worked_out_by_hand_is_true():
    """Rules, round trips, costs and reasons agree with what paper and pencil give."""
    accepted(problem(), plan())


def test_nothing_placed_on_nothing_is_a_plan():
    """An empty problem has an empty plan, which is optimal."""
    empty = Problem()
    accepted(empty, told(empty, {}, 0, status="OPTIMAL"))


def test_reasons_between_workloads_count_what_the_plan_leaves():
    """Capacity, bandwidth and quota count where a workload would pass alone; where it still fits, nothing does."""
    of = problem(
        workloads=[
            *rows("workloads"),
            {"id": "x-1", "demand": {"cpu": 7}},  # alone: fra, mad, mil; fits mad still
            {
                "id": "x-2",
                "operator": "orange",
                "demand": {"cpu": 9},
            },  # alone: fra, where both bind
            {"id": "x-3", "slice": "2-00A1B2", "bandwidth": 50},  # alone: mil, par; fits par still
        ]
    )
    unplaced = [
        *document()["unplaced"],
        {"workload": "x-1", "reasons": {"state": 2, "size": 1, "capacity": 2}},
        {
            "workload": "x-2",
            "reasons": {"state": 2, "agreement": 1, "size": 5, "capacity": 1, "quota": 1},
        },
        {"workload": "x-3", "reasons": {"state": 2, "slice": 4, "bandwidth": 1}},
    ]
    accepted(of, plan(of, unplaced=unplaced, objective=document()["objective"] | {"unplaced": 8}))


def test_a_percentile_widens_what_is_bounded_and_not_what_is_paid():
    """The bound binds mean + ⌈z·σ⌉ with σ over both ways; the cost keeps the mean."""
    of = problem(workloads=rows("workloads", cctv={"percentile": 0.95, "max_rtt_ms": 8.697853}))
    assignments = document()["assignments"]
    assignments[1]["rtt_ms"] = Decimal("8.697853")  # 8 + 1.6448536… × √(2 · 0.3²), rounded up
    accepted(of, plan(of, assignments=assignments))


def test_a_node_without_agreements_table_hosts_everyone_and_has_no_quota():
    """Left out, agreements bind nobody and change no price."""
    of = problem(agreements=None)
    cost = document()["objective"]["cost"] - Decimal("0.1")  # 2 cpu × 0.1 × (1.5 - 1)
    accepted(of, plan(of, objective={"unplaced": 5, "cost": cost}))


def test_a_move_costs_and_staying_does_not():
    """Back on its own site a workload neither moves nor pays."""
    cost = document()["objective"]["cost"] - Decimal(
        "0.8"
    )  # neither the move nor 3 cpu in Frankfurt
    accepted(
        problem(),
        plan(
            assignments=moved(wander="mad-1"),
            moves=[],
            objective={"unplaced": 5, "cost": cost},
        ),
    )


@pytest.mark.parametrize(
    ("weight", "cost"),
    [
        ("0.00000025", "0.000001"),  # 0.5 of a micro-unit: up
        ("0.0000002499", "0"),  # below: down
        ("0.00000075", "0.000002"),  # 1.5: up
    ],
)
def test_a_half_micro_unit_is_rounded_up(weight, cost):
    """2 ms at a weight make a half, which goes up, and what is less goes down."""
    of = small(
        [{"id": "w", "origins": "a"}],
        [{"id": "s", "node": "b"}],
        objective={"latency": Decimal(weight)},
    )
    accepted(of, told(of, {"w": ("s", 2)}, Decimal(cost)))


def test_a_cost_is_rounded_once_for_a_pair_and_not_once_a_term():
    """Three terms of 0.4 micro-units each make one, where each alone would vanish."""
    of = small(
        [{"id": "w", "demand": {"cpu": Decimal("0.4"), "gpu": Decimal("0.4")}}],
        [
            {
                "id": "s",
                "node": "a",
                "capacity": {"cpu": 1, "gpu": 1},
                "price": dict.fromkeys(("cpu", "gpu"), 1e-6),
            }
        ],
        objective={"price": 1},
        pairs=[{"workload": "w", "site": "s", "cost": Decimal("0.0000004")}],
    )
    accepted(of, told(of, {"w": ("s", 0)}, Decimal("0.000001")))


def test_each_pair_is_rounded_and_not_their_sum():
    """Three pairs of a third of a nanosecond each cost nothing."""
    third = [{"node": "a", "weight": 2}, {"node": "b", "weight": 1}]
    of = small(
        [{"id": f"w{i}", "origins": third} for i in range(3)],
        [{"id": "s", "node": "a"}],
        links=[{"source": "a", "target": "b", "latency_ms": Decimal("0.000001")}],
        objective={"latency": Decimal("0.5")},
    )
    accepted(of, told(of, {f"w{i}": ("s", Decimal("0.000002")) for i in range(3)}, 0))


def test_a_price_per_gibibyte_is_exact():
    """0.005/Gi × 3 bytes is a fraction of a micro-unit; 3 Gi are 0.015."""
    of = small(
        [
            {"id": "bytes", "demand": {"memory": 3}},
            {"id": "gibibytes", "demand": {"memory": "3Gi"}},
        ],
        [{"id": "s", "node": "a", "capacity": {"memory": "1Ti"}, "price": {"memory": "0.005/Gi"}}],
        objective={"price": 1},
    )
    accepted(of, told(of, {"bytes": ("s", 0), "gibibytes": ("s", 0)}, Decimal("0.015")))


def test_a_site_is_opened_once_and_its_cost_rounded_apart():
    """Two workloads on a site pay for it once; half a micro-unit of it goes up."""
    of = small(
        [{"id": "v"}, {"id": "w"}],
        [{"id": "s", "node": "a", "open_cost": Decimal("0.0000025")}],
    )
    accepted(of, told(of, {"v": ("s", 0), "w": ("s", 0)}, Decimal("0.000003")))


def two_sites(**tables):
    """Return four workloads of cost 0 near and 2 far; two fit near, and each site costs 3 to open."""
    return small(
        [{"id": f"w{i}", "origins": "a", "demand": {"cpu": 2}} for i in range(4)],
        [
            {"id": "far", "node": "b", "capacity": {"cpu": 8}, "open_cost": 3},
            {"id": "near", "node": "a", "capacity": {"cpu": 4}, "open_cost": 3},
        ],
        **tables,
    )


TWO_EACH = {"w0": ("far", 2), "w1": ("far", 2), "w2": ("near", 0), "w3": ("near", 0)}
CPU_NEAR = {"site": "near", "resource": "cpu", "unit": 1}


@pytest.mark.parametrize(
    ("prices", "bound"),
    [
        # 4 × min(μ, 2, 0 + 2π) + min(0, 3 - 4π), with π per cpu
        (FREE | {"mu": 10**9, "prices": [CPU_NEAR | {"price": 750_000}]}, 6),
        (FREE | {"mu": 10**9, "prices": [CPU_NEAR | {"price": 1_000_000}]}, 7),
        (FREE | {"mu": 10**9, "prices": [CPU_NEAR | {"price": 2_000_000}]}, 3),
        (FREE | {"mu": 10**9, "prices": [CPU_NEAR | {"price": 1000, "unit": "1m"}]}, 7),
        (FREE | {"mu": 2 << 30, "shift": 10, "prices": [CPU_NEAR | {"price": 1_000_000 << 10}]}, 7),
        # as a cover: two of the four fit near
        (
            FREE
            | {
                "mu": 10**9,
                "covers": [
                    {
                        "site": "near",
                        "workloads": ["w0", "w1", "w2", "w3"],
                        "limit": 2,
                        "price": 2_000_000,
                    }
                ],
            },
            7,
        ),
        # a price of no use: min(0, 3 - 8π) of the far site
        (FREE | {"mu": 10**9, "prices": [CPU_NEAR | {"site": "far", "price": 500_000}]}, -1),
    ],
)
def test_prices_prove_what_the_formula_gives(prices, bound):
    """Row prices, open costs, units, shifts and covers enter as the design says; nothing is clipped at 0."""
    of = two_sites()
    accepted(of, told(of, TWO_EACH, 10, **proved(0, bound, cost=prices)))


def test_mu_is_paid_back_for_what_the_plan_leaves_out():
    """The bound is about plans that leave no more than this one: μ·U comes off."""
    of = small(
        [
            {"id": "v", "priority": 2, "demand": {"cpu": 1}},
            {"id": "w", "demand": {"cpu": 1}, "origins": "a"},
        ],
        [{"id": "s", "node": "b", "capacity": {"cpu": 1}}],
    )
    left_out = {"unplaced": [{"workload": "v", "reasons": {"capacity": 1}}]}
    # cost prices: v min(2μ, π) + w min(μ, 2 + π) - π - 2μ with μ = 3, π = 6: 6 + 3 - 6 - 6
    cost = FREE | {
        "mu": 3_000_000,
        "prices": [{"site": "s", "resource": "cpu", "price": 6_000_000, "unit": 1}],
    }
    # unplaced: v min(2, π) + w min(1, π) - π with π = 1
    unplaced = FREE | {"prices": [{"site": "s", "resource": "cpu", "price": 1, "unit": 1}]}
    planned = told(
        of,
        {"w": ("s", 2)},
        2,
        objective={"unplaced": 2, "cost": 2},
        **left_out,
        **proved(1, -3, cost=cost, unplaced=unplaced),
    )
    accepted(of, planned)


def test_a_bound_is_rounded_up_to_a_micro_unit_and_to_a_point():
    """Both objectives are whole numbers, so a bound of 1 and a third proves 2."""
    of = small(
        [{"id": f"w{i}", "demand": {"cpu": 3}} for i in range(3)],
        [{"id": "s", "node": "a", "capacity": {"cpu": 5}}],
        pairs=[{"workload": f"w{i}", "site": "s", "cost": Decimal("0.000005")} for i in range(3)],
    )
    per_three = [{"site": "s", "resource": "cpu", "price": 1, "unit": 3}]
    # unplaced: 3 × min(1, 3/3) - 5/3 = 4/3; cost: 3 × min(μ, 5 + 1) - 5/3 - 2μ with μ = 6: 13/3
    planned = told(
        of,
        {"w0": ("s", 0)},
        Decimal("0.000005"),
        objective={"unplaced": 2, "cost": Decimal("0.000005")},
        unplaced=[{"workload": f"w{i}", "reasons": {"capacity": 1}} for i in (1, 2)],
        status="OPTIMAL",
        **proved(
            2,
            Decimal("0.000005"),
            cost=FREE | {"mu": 6, "prices": per_three},
            unplaced=FREE | {"prices": per_three},
        ),
    )
    accepted(of, planned)


def test_quotas_and_slices_have_prices_too():
    """A row of no site pays its whole limit; a row of a slice counts with its site."""
    of = small(
        [
            {"id": f"w{i}", "operator": "h", "slice": "1", "bandwidth": 2, "demand": {"cpu": 1}}
            for i in range(3)
        ],
        [
            {
                "id": "s",
                "node": "a",
                "operator": "o",
                "capacity": {"cpu": 9},
                "slices": {"1": 10},
                "open_cost": 1,
            }
        ],
        slices=[{"id": "1"}],
        agreements=[{"home": "h", "host": "o", "quota": {"cpu": 4}}],
    )
    prices = [
        {"home": "h", "host": "o", "resource": "cpu", "price": 500_000, "unit": 1},
        {"site": "s", "slice": "1", "price": 250_000, "unit": 1},
    ]
    # 3 × min(μ, 0.5 + 2 × 0.25) + min(0, 1 - 10 × 0.25) - 4 × 0.5
    cost = FREE | {"mu": 10**9, "prices": prices}
    accepted(
        of,
        told(of, {f"w{i}": ("s", 0) for i in range(3)}, 1, **proved(0, Decimal("-0.5"), cost=cost)),
    )


def test_a_search_may_prove_more_than_its_prices():
    """With proof `search` the bound lies between what the prices prove and the objective."""
    of = two_sites()
    bound = {"unplaced": 0, "cost": 10, "proof": "search"}
    accepted(of, told(of, TWO_EACH, 10, bound=bound, status="OPTIMAL"))


def test_numbers_beyond_64_bits_are_exact():
    """Weights of many digits, and prices over 2^90, neither overflow nor round."""
    heavy = [{"node": "a", "weight": 10**16 + 1}, {"node": "b", "weight": 10**16}]
    of = small(
        [{"id": "w", "origins": heavy, "demand": {"cpu": Decimal("0.000000000000001")}}],
        [{"id": "s", "node": "a", "capacity": {"cpu": 1000}}],
    )
    # mean 2 × 10^16 / (2 × 10^16 + 1) ms: a little below 1 ms, so 1 ms after rounding
    mu = {"shift": 90, "mu": (10**9) << 90}
    near = [{"site": "s", "resource": "cpu", "price": 1, "unit": 1}]
    cost = FREE | mu | {"prices": near}
    # 1 - a sliver, rounded up
    accepted(of, told(of, {"w": ("s", 2)}, 1, status="OPTIMAL", **proved(0, 1, cost=cost)))
