"""What a problem is: read from objects or JSON, canonical, and the same content the same digest."""

import datetime
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings

from placement import (
    Agreement,
    Link,
    Network,
    Node,
    NoValueError,
    Objective,
    Operator,
    Pair,
    Policy,
    Problem,
    Site,
    Slice,
    Workload,
)
from tests.reference.problems import problem_of, problems, shuffled

AT = datetime.date(2026, 11, 24)


def full(**changes):
    """Return a problem that uses every field."""
    rows = {
        "name": "full",
        "at": AT,
        "objective": Objective(latency=1, price=0.5, carbon=0.001, moves=2),
        "operators": [
            Operator("dt", country="DE", parents={"US", "DE"}, laws=()),
            Operator("tim", country="IT", laws={"US-CLOUD-ACT"}),
        ],
        "agreements": [
            Agreement(
                home="dt",
                host="tim",
                quota={"cpu": "10"},
                price_factor=1.25,
                valid_from="2026-01-01",
                valid_until=datetime.date(2026, 12, 31),
            )
        ],
        "network": Network(
            nodes=[
                Node("fra", country="DE", operator="dt", lat=50.1, lon=8.7, processing_ms=0.01),
                Node("mil", country="IT", lat=45.5, lon=9.2),
            ],
            links=[
                Link(source="fra", target="mil", latency_ms=4.25, jitter_ms=0.5, jitter_group="A7"),
                Link(source="mil", target="fra", length_km=700, bidirectional=False, slices=["1"]),
            ],
            slices=[Slice("1", operators={"dt", "tim"}, access_ms=1, access_jitter_ms=0.25)],
        ),
        "sites": [
            Site(
                "fra-1",
                node="fra",
                operator="dt",
                capacity={"cpu": "64", "memory": "256Gi"},
                slices={"1": "10G"},
                price={"cpu": 0.04, "memory": "0.005/Gi"},
                open_cost=3,
                carbon={"cpu": 12},
                features={"gpu", "sgx"},
                certifications=["C5:type2"],
            ),
            Site("mil-1", node="mil", operator="tim", slices={"1": None}, state="cordoned"),
        ],
        "policies": [Policy("eu", countries="EU", transit=["EEA", "CH"], seats=["DE", "US", "IT"])],
        "workloads": [
            Workload(
                "robot",
                operator="dt",
                demand={"cpu": "1500m", "memory": "2Gi"},
                origins=["mil", "fra"],
                max_rtt_ms=15,
                percentile=0.99,
                guarantee="any",
                slice="1",
                bandwidth="5M",
                policy="eu",
                features=["gpu"],
                allow=["mil-1", "fra-1"],
                deny=["mil-1"],
                priority=3,
                site="mil-1",
                move_cost=2,
            ),
            Workload("batch", pinned=True, site="mil-1"),
        ],
        "pairs": [Pair(workload="robot", site="fra-1", cost=1.5, demand={"cpu": 2})],
    }
    return Problem(**(rows | changes))


def test_what_was_given_is_read_back_canonical():
    """Sets are sorted tuples, amounts exact, dates dates, origins objects."""
    problem = full()
    robot, site = problem.workloads["robot"], problem.sites["fra-1"]
    assert robot.demand == {"cpu": Decimal("1.5"), "memory": 2 * 2**30}
    assert [(origin.node, origin.weight) for origin in robot.origins] == [("fra", 1), ("mil", 1)]
    assert robot.allow == ("fra-1", "mil-1")
    assert site.features == ("gpu", "sgx")
    assert site.slices == {"1": 10 * 10**9}
    assert site.price == {"cpu": Decimal("0.04"), "memory": Decimal("0.005") / 2**30}
    assert problem.operators["dt"].parents == ("DE", "US")
    assert problem.operators["dt"].laws == ()
    assert problem.agreements[0].valid_from == datetime.date(2026, 1, 1)
    assert problem.policies["eu"].countries == ("EU",)


def test_a_site_stands_in_the_country_of_its_node():
    """Unless it says otherwise; and a node of unknown country tells nothing."""
    sites = [Site("a", node="fra"), Site("b", node="fra", country="AT"), Site("c", node="sea")]
    problem = Problem(nodes=[Node("fra", country="DE"), Node("sea")], sites=sites)
    assert [site.country for site in problem.sites] == ["DE", "AT", None]


def test_codes_of_the_european_institutions_are_never_kept():
    """EL and UK become GR and GB wherever a country may stand."""
    problem = Problem(
        operators=[Operator("x", country="EL", parents=["UK"])],
        nodes=[Node("n", country="UK")],
        sites=[Site("s", node="n", country="EL")],
        policies=[Policy("p", countries=["EL", "EU"], transit="UK", seats=["UK", "EL"])],
    )
    text = str(problem.to_dict())
    assert "EL" not in text
    assert "UK" not in text
    assert problem.policies["p"].seats == ("GB", "GR")


def test_slices_are_kept_in_upper_case():
    """The hexadecimal digits of an S-NSSAI have one spelling, wherever it is named."""
    problem = Problem(
        nodes=[Node("n")],
        slices=[Slice("1-00a1b2")],
        sites=[Site("s", node="n", slices={"1-00A1b2": None})],
        workloads=[Workload("w", slice="1-00a1B2")],
    )
    assert problem.workloads[0].slice in problem.slices
    assert list(problem.sites[0].slices) == ["1-00A1B2"]


def test_a_policy_in_line_gets_an_id_from_its_content():
    """Two equal policies are one row; the workload holds its id."""
    workloads = [
        Workload("a", policy=Policy(countries="EU", transit=["CH", "EU"])),
        Workload("b", policy=Policy(countries=["EU"], transit=["EU", "CH"])),
        Workload("c", policy=Policy(countries=["FR"])),
    ]
    problem = Problem(workloads=workloads)
    a, b, c = (w.policy for w in problem.workloads)
    assert a == b != c
    assert len(problem.policies) == 2
    assert problem.policies[a].transit == ("CH", "EU")


@pytest.mark.parametrize("origins", ["n", ["n"], [{"node": "n"}], {"node": "n", "weight": 1.0}])
def test_origins_may_be_given_in_short(origins):
    """A bare node, a list of them, or objects: the same origins."""
    problem = Problem(nodes=[Node("n")], workloads=[Workload("w", origins=origins)])
    assert [(one.node, one.weight) for one in problem.workloads[0].origins] == [("n", 1)]


def test_left_out_and_null_are_the_same():
    """A null in a document is a field that is not there."""
    lean = {"id": "s", "node": "n"}
    null = lean | {
        "operator": None,
        "country": None,
        "capacity": None,
        "slices": None,
        "state": None,
    }
    one, other = (
        Problem.from_dict(document_of(nodes=[{"id": "n"}], sites=[s])) for s in (lean, null)
    )
    assert one.digest == other.digest
    assert one.to_dict() == other.to_dict()


def document_of(**tables):
    """Return a document with some tables."""
    return {"format": "placement-problem/1", "at": "2026-11-24"} | tables


def test_today_is_written_into_the_problem():
    """Without a date it is today's, and stays so."""
    problem = Problem()
    assert abs(problem.at - datetime.date.today()) <= datetime.timedelta(days=1)
    assert problem.to_dict()["at"] == problem.at.isoformat()


def test_a_problem_survives_its_file_form():
    """What is written and read back is the same, to the digest."""
    problem = full()
    again = Problem.from_dict(problem.to_dict())
    assert again.to_dict() == problem.to_dict()
    assert again.digest == problem.digest


@pytest.mark.parametrize("block", range(4))
def test_random_problems_survive_their_file_form(block):
    """Every rule's fields are written and read without loss."""
    for seed in range(block * 100, block * 100 + 100):
        problem = Problem.from_dict(problem_of(seed))
        again = Problem.from_dict(problem.to_dict())
        assert again.to_dict() == problem.to_dict(), seed
        assert again.digest == problem.digest, seed


@given(problems())
@settings(max_examples=50, deadline=None)
def test_the_order_of_lists_does_not_reach_the_digest(document):
    """Rows, set members and keys may stand in any order."""
    other = shuffled(document, random.Random(0))
    assert Problem.from_dict(other).digest == Problem.from_dict(document).digest


WORKLOAD = {"id": "w", "demand": {"cpu": "500m"}, "origins": [{"node": "n"}], "policy": "p"}
SITE = {"id": "s", "node": "n", "capacity": {"memory": "2Gi"}, "slices": {"1-00A1B2": None}}
PLAIN = document_of(
    nodes=[{"id": "n", "country": "GR"}],
    links=[{"source": "n", "target": "m", "latency_ms": 4.5}],
    sites=[SITE],
    slices=[{"id": "1-00A1B2"}],
    policies=[{"id": "p", "countries": ["GR", "EU"]}],
    workloads=[WORKLOAD],
)
PLAIN["nodes"].append({"id": "m"})
LINK = PLAIN["links"][0]
SAME = {
    "amount as a number": {"workloads": [WORKLOAD | {"demand": {"cpu": 0.5}}]},
    "amount with an exponent": {"workloads": [WORKLOAD | {"demand": {"cpu": "5e-1"}}]},
    "amount in bytes": {"sites": [SITE | {"capacity": {"memory": 2147483648}}]},
    "zero demand spelled out": {"workloads": [WORKLOAD | {"demand": {"cpu": "0.50", "gpu": 0}}]},
    "zero capacity spelled out": {"sites": [SITE | {"capacity": {"memory": "2048Mi", "cpu": 0}}]},
    "weight spelled out": {"workloads": [WORKLOAD | {"origins": [{"node": "n", "weight": 1.0}]}]},
    "bare origin": {"workloads": [WORKLOAD | {"origins": "n"}]},
    "defaults spelled out": {
        "workloads": [WORKLOAD | {"priority": 1, "deny": [], "pinned": False}]
    },
    "state spelled out": {"sites": [SITE | {"state": "open", "open_cost": 0, "features": []}]},
    "country of the node": {"sites": [SITE | {"country": "GR"}]},
    "Greece as EL": {"nodes": [{"id": "n", "country": "EL"}, {"id": "m"}]},
    "policy with EL, twice": {"policies": [{"id": "p", "countries": ["EU", "EL", "GR"]}]},
    "slice in lower case": {"slices": [{"id": "1-00a1b2"}]},
    "latency as a decimal": {"links": [LINK | {"latency_ms": 4.50, "bidirectional": True}]},
    "weights spelled out": {"objective": {"latency": 1, "price": 0, "carbon": 0.0}},
    "empty tables": {"pairs": []},
    "null": {"name": None, "operators": None, "agreements": None},
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_the_same_content_has_the_same_digest(change):
    """Notation, order and defaults spelled out are not content."""
    assert Problem.from_dict(PLAIN | change).digest == Problem.from_dict(PLAIN).digest


OTHER = {
    "no agreements": {"agreements": []},
    "no operators": {"operators": []},
    "another date": {"at": "2026-11-25"},
    "another demand": {"workloads": [WORKLOAD | {"demand": {"cpu": "501m"}}]},
    "allowed nowhere": {"workloads": [WORKLOAD | {"allow": []}]},
    "a tiny latency more": {"links": [LINK | {"latency_ms": 4.5000001}]},
    "one way": {"links": [LINK | {"bidirectional": False}]},
    "carries no slice": {"links": [LINK | {"slices": []}]},
    "two equal links": {"links": [LINK, LINK]},
    "limited slice": {"sites": [SITE | {"slices": {"1-00A1B2": 0}}]},
    "other policy": {"policies": [{"id": "p", "countries": []}]},
    "other weights": {"objective": {"latency": 0.5}},
    "a pair": {"pairs": [{"workload": "w", "site": "s", "demand": {}}]},
}


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER.keys())
def test_other_content_has_another_digest(change):
    """Whatever may change a plan changes the digest."""
    assert Problem.from_dict(PLAIN | change).digest != Problem.from_dict(PLAIN).digest


def test_a_missing_row_is_asked_for_by_a_near_name():
    """Reading a row that does not exist is an error that names the nearest one."""
    with pytest.raises(NoValueError, match='did you mean "robot"'):
        _ = full().workloads["robt"]


def test_a_table_is_a_sequence_of_rows():
    """Length, order, ids, membership, slices and negative indices as a list has them."""
    table = full().workloads
    assert (len(table), list(table.ids)) == (2, ["robot", "batch"])
    assert [row.id for row in table] == ["robot", "batch"]
    assert table[-1].id == table["batch"].id == "batch"
    assert "robot" in table
    assert "nobody" not in table
    assert table.index("batch") == 1
    assert [row.id for row in table[1:]] == ["batch"]
    with pytest.raises(IndexError):
        _ = table[2]


def test_resources_are_columns_of_their_own():
    """A mapping of resources has a column each, None where a row has no entry."""
    problem = full()
    assert problem.workloads.resources("demand") == ("cpu", "memory")
    column = problem.workloads.column("demand.cpu")
    assert [column[row] for row in range(2)] == [Decimal("1.5"), None]
    assert problem.resources == ("cpu", "memory")


def test_whether_a_pair_gives_a_demand_is_known():
    """No demand is the workload's own, an empty one demands nothing."""
    pairs = [
        Pair(workload="robot", site="mil-1"),
        Pair(workload="robot", site="fra-1", demand={}),
        Pair(workload="batch", site="fra-1", demand={"cpu": 1}),
    ]
    table = full(pairs=pairs).pairs
    assert [row.demand for row in table] == [None, {}, {"cpu": 1}]
    assert [table.column("demand")[row] for row in range(3)] == [False, True, True]


def test_a_row_is_frozen():
    """What a problem is does not change under the hands of a solver."""
    problem = full()
    with pytest.raises(AttributeError):
        problem.workloads[0].priority = 7
    with pytest.raises(AttributeError):
        problem.at = AT


def test_the_smallest_unit_makes_every_amount_whole():
    """500m and 2 share the unit 10**-1; whole amounts need none."""
    problem = full()
    assert problem.unit_exponent("cpu") == 1
    assert problem.unit_exponent("memory") == 0
    assert problem.bandwidth_exponent == 0
