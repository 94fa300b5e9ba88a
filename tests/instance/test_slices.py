"""What slices ask of links, devices and days, and what they limit: by hand."""

from decimal import Decimal

import pytest

from placement import Link, Network, Node, Problem, Slice, explain, latency_matrix, solve, verify
from placement.instance import compile_problem
from placement.model.five_qi import FIVE_QI
from placement.model.reasons import named

DOCUMENT = {
    "format": "placement-problem/1",
    "at": "2026-11-24",
    "nodes": [{"id": "f", "country": "FR"}, {"id": "g", "country": "GR"}, {"id": "x"}],
    "links": [
        {"source": "f", "target": "g", "latency_ms": 1},
        {"source": "g", "target": "x", "latency_ms": 1},
    ],
    "sites": [
        {"id": "s", "node": "g", "capacity": {"cpu": 9}, "slices": {"2": 6}},
        {"id": "t", "node": "x", "capacity": {"cpu": 9}, "slices": {"2": None}},
        {"id": "u", "node": "x", "capacity": {"cpu": 9}},
    ],
}


def problem(terms, *workloads, **tables):
    """Return a problem with slice 2 as told, and some workloads on it."""
    rows = [{"id": f"w{row}", "slice": "2"} | one for row, one in enumerate(workloads)]
    return Problem.from_dict(
        DOCUMENT | {"slices": [{"id": "2"} | terms], "workloads": rows} | tables
    )


def reasons(of):
    """Return the reasons of the first workload by site."""
    instance = compile_problem(of)
    masks = instance.reasons(0)[0].tolist()
    return dict(zip(instance.site_ids, map(named, masks), strict=True))


def test_a_differentiator_of_f_alone_is_none():
    """`2-FFFFFF` is slice 2, wherever it is named and however it is written."""
    links = [{"source": "f", "target": "g", "latency_ms": 1, "slices": ["2-FFFFFF"]}]
    sites = [{"id": "s", "node": "g", "slices": {"2-ffffff": 5}}]
    of = problem({"id": "2-fFfFfF"}, {"slice": "2-FFFFFF"}, links=links, sites=sites)
    assert list(of.slices.ids) == ["2"]
    assert of.workloads[0].slice == "2"
    assert (of.links[0].slices, of.sites[0].slices) == (("2",), {"2": 5})
    assert (
        of.digest
        == problem(
            {}, {}, links=[links[0] | {"slices": ["2"]}], sites=[sites[0] | {"slices": {"2": 5}}]
        ).digest
    )
    assert latency_matrix(of.network, ["f"], ["g"], slice="2-FFFFFF").tolist() == [[1_000_000]]


@pytest.mark.parametrize(
    ("terms", "served"),
    [
        ({"countries": ["EU"]}, True),
        ({"countries": ["FR"]}, True),
        ({"countries": ["GR", "CH"]}, False),
        ({"countries": []}, False),
        ({"nodes": ["f"]}, True),
        ({"nodes": ["g", "x"]}, False),
        ({"nodes": []}, False),
        ({"nodes": ["f"], "countries": ["GR"]}, False),
        ({"valid_from": "2026-11-24"}, True),
        ({"valid_from": "2026-11-25"}, False),
        ({"valid_until": "2026-11-24"}, True),
        ({"valid_until": "2026-11-23"}, False),
    ],
)
def test_a_slice_serves_devices_in_its_area_and_its_time(terms, served):
    """Elsewhere and on other days the workload fails `slice` on every site; both days count."""
    told = reasons(problem(terms, {"origins": "f"}))
    expected = set("u") if served else set("stu")
    assert {site for site, names in told.items() if "slice" in names} == expected


def test_every_origin_must_be_in_the_area_and_a_workload_without_any_is():
    """One user outside is one too many; nobody is nowhere outside; an unknown country is."""
    terms = {"countries": ["FR", "GR"]}
    assert not reasons(problem(terms, {"origins": ["f", "g"]}))["s"]
    assert reasons(problem(terms, {"origins": ["f", "x"]}))["s"] == ("slice",)
    assert not reasons(problem(terms, {}))["s"]
    assert not reasons(problem({"nodes": ["g"]}, {}))["s"]
    assert reasons(problem({"valid_until": "2020-01-01"}, {}))["s"] == ("slice",)


def test_the_traffic_of_an_isolated_slice_stays_on_links_that_list_it():
    """What carries everything does not carry an isolated slice; others are not affected."""
    links = [
        Link(source="f", target="g", latency_ms=1),
        Link(source="f", target="g", latency_ms=3, slices=["2"]),
    ]
    for isolated, ns in ((False, 1_000_000), (True, 3_000_000)):
        slices = [Slice("2", isolated=isolated), Slice("1")]
        network = Network([Node("f"), Node("g")], links, slices)
        assert latency_matrix(network, ["f"], ["g"], slice="2").tolist() == [[ns]]
        assert latency_matrix(network, ["f"], ["g"], slice="1").tolist() == [[1_000_000]]
        assert latency_matrix(network, ["f"], ["g"]).tolist() == [[1_000_000]]
    shared = problem({"isolated": True}, {"origins": "f"})
    assert reasons(shared)["s"] == ("unreachable",)


def test_a_slice_guarantees_so_much_bandwidth_over_all_sites():
    """Of five times 2, three fit into 6, though the sites have room for all."""
    of = problem({"bandwidth": 6}, *[{"bandwidth": 2}] * 5)
    result = solve(of)
    assert (len(result.plan.assignments), str(result.status)) == (3, "OPTIMAL")
    assert dict(result.plan.unplaced[0].reasons) == {"slice": 1, "bandwidth": 2}
    assert verify(of, result.plan).ok
    prices = result.plan.certificate.unplaced.prices
    assert [(one.site, one.slice, one.resource) for one in prices] == [(None, "2", None)]
    told = explain(of, result.plan.unplaced[0].workload, plan=result.plan).to_dict()["sites"]
    assert told[1]["reasons"]["bandwidth"]["short"] == {"bandwidth of slice 2": 2}
    wide = reasons(problem({"bandwidth": 6}, {"bandwidth": 7}))
    assert wide == {"s": ("size",), "t": ("size",), "u": ("slice", "size")}


def test_a_slice_has_so_many_devices_at_most():
    """The devices of what is placed count; what alone has more fits nowhere; none is no use."""
    of = problem({"max_devices": 25}, {"devices": 10}, {"devices": 10}, {"devices": 10}, {})
    result = solve(of)
    assert (len(result.plan.assignments), str(result.status)) == (3, "OPTIMAL")
    assert dict(result.plan.unplaced[0].reasons) == {"slice": 1, "quota": 2}
    assert verify(of, result.plan).ok
    told = explain(of, result.plan.unplaced[0].workload, plan=result.plan).to_dict()["sites"]
    assert told[0]["reasons"]["quota"]["short"] == {"devices of slice 2": 5}
    assert reasons(problem({"max_devices": 25}, {"devices": 26}))["t"] == ("size",)
    assert not reasons(problem({"max_devices": 0}, {}))["t"]


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"nodes": ["g"]}, "since slice 2 does not serve devices at f"),
        ({"countries": ["GR"]}, "does not serve devices in FR, such as those at f"),
        ({"valid_until": "2026-01-31"}, "is there from … to 2026-01-31, not on 2026-11-24"),
    ],
)
def test_where_a_slice_does_not_serve_is_told_in_a_sentence(terms, told):
    """With the place or the day that is outside."""
    assert told in explain(problem(terms, {"origins": "f"}), "w0").sentence


def test_the_budget_of_a_5qi_is_the_access_segment():
    """Out and back, in place of what the slice takes; with a percentile as well, and without a slice."""
    terms = {"access_ms": 3, "access_jitter_ms": 1}
    for workload, ms in (
        ({"origins": "f"}, "8"),
        ({"origins": "f", "five_qi": 82}, "22"),
        ({"origins": "f", "five_qi": 85, "percentile": 0.99}, "12"),
        ({"origins": "f", "five_qi": 85, "slice": None}, "12"),
        ({"five_qi": 85}, "0"),
    ):
        of = problem(terms, workload | {"allow": ["s"]})
        result = solve(of)
        assert result.plan["w0"].rtt_ms == Decimal(ms)
        assert verify(of, result.plan).ok
    late = problem(terms, {"origins": "f", "five_qi": 80, "max_rtt_ms": 21.9})
    assert reasons(late)["s"] == ("latency",)


def test_the_table_of_5qis_is_that_of_the_standard():
    """All 31 of them, with the budgets and the error rates of TS 23.501; 75 is void there."""
    budgets = {
        5: [85, 86, 87],
        10: [80, 82, 83, 88],
        15: [89],
        20: [90],
        30: [84],
        50: [3, 79],
        60: [69],
        75: [65],
        100: [1, 5, 7, 66, 67],
        150: [2, 71],
        200: [70],
        300: [4, 6, 8, 9, 72, 73],
        500: [74, 76],
        1100: [10],
    }
    told = {}
    for one in FIVE_QI.values():
        told.setdefault(one.delay_budget_ms, []).append(one.id)
    assert told == budgets
    assert [n for n, one in FIVE_QI.items() if one.resource_type == "delay-critical-gbr"] == [
        *range(82, 91)
    ]
    assert FIVE_QI[82].error_rate == Decimal("0.0001")
    assert FIVE_QI[73].error_rate == Decimal("1e-8")
