"""The door: everything that is wrong is told at once, each with its place and what was wanted."""

import random

import pytest

from placement import InputError, Link, Network, Node, Problem, Site, Workload
from tests.reference.problems import problem_of

NODES = [{"id": "a", "country": "DE"}, {"id": "b"}]
SITES = [{"id": "s", "node": "a"}, {"id": "t", "node": "b"}]


def faults_of(**tables):
    """Return {place: message} of all that is wrong with a document."""
    document = {"format": "placement-problem/1", "at": "2026-11-24", "nodes": NODES, "sites": SITES}
    with pytest.raises(InputError) as caught:
        Problem.from_dict(document | tables)
    return {fault.place: fault.message for fault in caught.value.faults}


WRONG = {
    "negative amount": (
        {"workloads": [{"id": "w", "demand": {"memory": "-4Gi"}}]},
        "workloads[0].demand.memory",
        '"-4Gi" is negative',
    ),
    "no quantity": (
        {"workloads": [{"id": "w", "demand": {"cpu": "1 Gi"}}]},
        "workloads[0].demand.cpu",
        "not a quantity",
    ),
    "not a number": (
        {"workloads": [{"id": "w", "max_rtt_ms": float("nan")}]},
        "workloads[0].max_rtt_ms",
        "finite",
    ),
    "infinite": (
        {"sites": [{"id": "s", "node": "a", "open_cost": float("inf")}]},
        "sites[0].open_cost",
        "finite",
    ),
    "unknown field": (
        {"workloads": [{"id": "w", "max_rtt": 5}]},
        "workloads[0].max_rtt",
        'did you mean "max_rtt_ms"',
    ),
    "unknown table": ({"workload": []}, "workload", 'did you mean "workloads"'),
    "unknown node": (
        {"sites": [{"id": "s", "node": "aa"}]},
        "sites[0].node",
        'did you mean "a"',
    ),
    "unknown origin": (
        {"workloads": [{"id": "w", "origins": [{"node": "a"}, {"node": "zz"}]}]},
        "workloads[0].origins",
        "zz",
    ),
    "unknown site": (
        {"workloads": [{"id": "w", "allow": ["s", "u"]}]},
        "workloads[0].allow",
        '"u"',
    ),
    "unknown policy": ({"workloads": [{"id": "w", "policy": "eu"}]}, "workloads[0].policy", "eu"),
    "unknown slice": ({"workloads": [{"id": "w", "slice": "7"}]}, "workloads[0].slice", '"7"'),
    "unknown operator": (
        {"operators": [{"id": "dt"}], "workloads": [{"id": "w", "operator": "dtt"}]},
        "workloads[0].operator",
        'did you mean "dt"',
    ),
    "missing id": ({"workloads": [{"demand": {}}]}, "workloads[0].id", "missing"),
    "id twice": ({"workloads": [{"id": "w"}, {"id": "w"}]}, "workloads[1].id", "already"),
    "pair twice": (
        {"workloads": [{"id": "w"}], "pairs": [{"workload": "w", "site": "s"}] * 2},
        "pairs[1]",
        "same workload and site as pairs[0]",
    ),
    "no country": (
        {"nodes": [{"id": "a", "country": "Germany"}, *NODES[1:]]},
        "nodes[0].country",
        "DE",
    ),
    "no group": (
        {"policies": [{"id": "p", "countries": ["FR", "EUR"]}]},
        "policies[0].countries[1]",
        "EUR",
    ),
    "no origins": ({"workloads": [{"id": "w", "origins": []}]}, "workloads[0].origins", "empty"),
    "origin twice": (
        {"workloads": [{"id": "w", "origins": ["a", "a"]}]},
        "workloads[0].origins[1].node",
        "twice",
    ),
    "weight zero": (
        {"workloads": [{"id": "w", "origins": [{"node": "a", "weight": 0}]}]},
        "workloads[0].origins[0].weight",
        "positive",
    ),
    "priority zero": ({"workloads": [{"id": "w", "priority": 0}]}, "workloads[0].priority", "≥ 1"),
    "priority half": (
        {"workloads": [{"id": "w", "priority": 1.5}]},
        "workloads[0].priority",
        "integer",
    ),
    "percentile too low": (
        {"workloads": [{"id": "w", "percentile": 0.49}]},
        "workloads[0].percentile",
        "0.5",
    ),
    "percentile one": (
        {"workloads": [{"id": "w", "percentile": 1}]},
        "workloads[0].percentile",
        "p < 1",
    ),
    "percentile of a hundred": (
        {"workloads": [{"id": "w", "percentile": 99}]},
        "workloads[0].percentile",
        "0.99",
    ),
    "guarantee unknown": (
        {"workloads": [{"id": "w", "percentile": 0.9, "guarantee": "gauss"}]},
        "workloads[0].guarantee",
        "one of normal, any",
    ),
    "guarantee of a mean": (
        {"workloads": [{"id": "w", "guarantee": "any"}]},
        "workloads[0].guarantee",
        "needs a percentile",
    ),
    "bandwidth without a slice": (
        {"workloads": [{"id": "w", "bandwidth": 5}]},
        "workloads[0].bandwidth",
        "slice",
    ),
    "link too long": (
        {"links": [{"source": "a", "target": "b", "latency_ms": 2100.0000001}]},
        "links[0].latency_ms",
        "2.1 s",
    ),
    "link without a length": (
        {"links": [{"source": "a", "target": "b"}]},
        "links[0]",
        "coordinates",
    ),
    "no slice id": ({"slices": [{"id": "256"}]}, "slices[0].id", "S-NSSAI"),
    "slice id in short": ({"slices": [{"id": "1-A1B2"}]}, "slices[0].id", "S-NSSAI"),
    "no certification": (
        {"sites": [{"id": "s", "node": "a", "certifications": ["C5"]}]},
        "sites[0].certifications[0]",
        "scheme:level",
    ),
    "state": ({"sites": [{"id": "s", "node": "a", "state": "up"}]}, "sites[0].state", "cordoned"),
    "pinned as text": (
        {"workloads": [{"id": "w", "pinned": "yes"}]},
        "workloads[0].pinned",
        "true",
    ),
    "no date": ({"at": "24.11.2026"}, "at", "2026-11-24"),
    "no day": ({"at": "2026-02-30"}, "at", "no date"),
    "no format": ({"format": "placement-plan/1"}, "format", "placement-problem/1"),
    "newer format": ({"format": "placement-problem/2"}, "format", "placement-problem/1"),
    "table is no list": ({"workloads": {"id": "w"}}, "workloads", "list"),
    "row is no object": ({"workloads": ["w"]}, "workloads[0]", "object"),
    "agreement with itself": (
        {"agreements": [{"home": "dt", "host": "dt"}]},
        "agreements[0]",
        "itself",
    ),
    "agreements that overlap": (
        {
            "agreements": [
                {"home": "x", "host": "y", "valid_until": "2026-06-30"},
                {"home": "x", "host": "y", "valid_from": "2026-06-30"},
            ]
        },
        "agreements[1]",
        "overlap",
    ),
    "agreement that ends before it begins": (
        {
            "agreements": [
                {"home": "x", "host": "y", "valid_from": "2026-02-01", "valid_until": "2026-01-31"}
            ]
        },
        "agreements[0]",
        "is after",
    ),
    "amount too large": (
        {"sites": [{"id": "s", "node": "a", "capacity": {"cpu": 2**62 + 1}}]},
        "sites[0].capacity.cpu",
        "2**62",
    ),
}


GARBAGE = [
    *[
        None,
        True,
        False,
        0,
        -1,
        10**400,
        1e308,
        float("nan"),
        float("-inf"),
        "",
        " ",
        "x",
        "n0",
        "1e9",
    ],
    *[
        "-1",
        "NaN",
        "1Gi",
        "EU",
        "a" * 3000,
        "\x00",
        "\ud800",
        [],
        [None],
        [[]],
        {},
        {"": 1},
        {"id": "x"},
    ],
    *[[{"node": "n0"}] * 2, {"cpu": None}, {"cpu": []}, {"cpu": True}, [1, "a"], 1.5, "2020-02-30"],
]


def places_in(value, path=()):
    """Yield the path to everything inside a document."""
    items = value.items() if isinstance(value, dict) else ()
    for key, inner in items if not isinstance(value, list) else enumerate(value):
        yield (*path, key)
        yield from places_in(inner, (*path, key))


@pytest.mark.parametrize("block", range(4))
def test_garbage_anywhere_is_refused_in_words_or_accepted(block):
    """Whatever stands in a field: a problem or an `InputError`, and never another exception."""
    for seed in range(block * 250, block * 250 + 250):
        rng, document = random.Random(seed), problem_of(seed)
        *path, last = rng.choice(list(places_in(document)))
        inner = document
        for key in path:
            inner = inner[key]
        inner[last] = rng.choice(GARBAGE)
        try:
            message = refusal(document)
        except Exception as error:
            error.add_note(f"seed {seed}: {(*path, last)} = {inner[last]!r}"[:300])
            raise
        assert message is None or 0 < len(message) < 100_000, seed


def refusal(document):
    """Return what is wrong with a document, `None` if nothing is."""
    try:
        Problem.from_dict(document)
    except InputError as error:
        return str(error)
    return None


@pytest.mark.parametrize(("tables", "place", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_fault_is_told_with_its_place(tables, place, message):
    """The place leads to the value, and the message says what was wanted."""
    found = faults_of(**tables)
    near = {where: text for where, text in found.items() if where.startswith(place)}
    assert near, found
    assert any(message in text for text in near.values()), near


def test_all_faults_are_told_at_once():
    """Faults of several tables, rows and fields come together, in the order of the input."""
    found = faults_of(
        nodes=[*NODES, {"id": "c", "country": "XX"}],
        sites=[{"id": "s", "node": "q", "state": "up"}],
        workloads=[
            {"id": "w", "demand": {"cpu": "-1", "memory": "1K"}},
            {"id": "v", "priority": 0},
        ],
    )
    assert {
        "nodes[2].country",
        "sites[0].node",
        "sites[0].state",
        "workloads[0].demand.cpu",
        "workloads[0].demand.memory",
        "workloads[1].priority",
    } <= set(found)


def test_a_thousand_faults_are_kept_and_all_are_counted():
    """A file that is wrong everywhere does not flood the screen, but is counted."""
    workloads = [{"id": f"w{i}", "priority": 0} for i in range(1500)]
    with pytest.raises(InputError) as caught:
        Problem.from_dict({"format": "placement-problem/1", "workloads": workloads})
    assert (len(caught.value.faults), caught.value.n_faults) == (1000, 1500)
    assert "and 500 more" in str(caught.value)


def test_consequences_of_a_fault_are_not_told():
    """A node that was refused is not also reported missing by everyone who names it."""
    found = faults_of(nodes=[{"id": "a", "country": "XX"}, {"id": "b"}])
    assert list(found) == ["nodes[0].country"]


def test_objects_are_checked_as_files_are():
    """The same door for Python objects: same faults, same places."""
    with pytest.raises(InputError) as caught:
        Problem(
            nodes=[Node("a")],
            sites=[Site("s", node="b")],
            workloads=[Workload("w", demand={"cpu": -1}, origins=[])],
        )
    places = {fault.place for fault in caught.value.faults}
    assert places == {"sites[0].node", "workloads[0].demand.cpu", "workloads[0].origins"}


def test_a_network_is_checked_on_its_own():
    """A network that names a node it does not have is refused before any problem."""
    with pytest.raises(InputError, match=r"links\[0\].target"):
        Network([Node("a")], [Link(source="a", target="b", latency_ms=1)])


def test_a_network_of_links_needs_no_nodes():
    """The nodes of `from_links` are the ends of its links."""
    network = Network.from_links([("a", "b", 1.5), ("b", "c", 2)], countries={"a": "FR"})
    assert sorted(network.nodes.ids) == ["a", "b", "c"]
    assert network.nodes["a"].country == "FR"


def test_without_a_table_of_operators_any_may_be_named():
    """Only a table makes an operator unknown."""
    problem = Problem(nodes=[Node("a")], sites=[Site("s", node="a", operator="anyone")])
    assert problem.operators is None


def test_renewed_agreements_do_not_overlap():
    """One that ends on a day and one that begins on the next are fine."""
    rows = [
        {"home": "x", "host": "y", "valid_until": "2026-06-30"},
        {"home": "x", "host": "y", "valid_from": "2026-07-01"},
        {"home": "y", "host": "x"},
    ]
    problem = Problem.from_dict({"format": "placement-problem/1", "agreements": rows})
    assert len(problem.agreements) == 3


@pytest.mark.parametrize(
    "workloads",
    [
        [{"id": "w", "priority": 2**61}, {"id": "v", "priority": 2**61}, {"id": "u"}],
        [{"id": "w", "priority": 10**30}],
    ],
    ids=["in sum", "one alone"],
)
def test_a_total_priority_beyond_the_integers_is_refused(workloads):
    """Exact sums need room: more than 2**62 is an error at the door."""
    with pytest.raises(InputError, match="priorit"):
        Problem.from_dict({"format": "placement-problem/1", "workloads": workloads})


def test_a_cost_beyond_the_integers_is_refused():
    """A worst total cost above 2**62 micro-units is an error at the door."""
    sites = [{"id": "s", "node": "a", "open_cost": 10**13}]
    found = faults_of(sites=sites)
    assert any("cost" in text and "2**62" in text for text in found.values())


@pytest.mark.parametrize(
    ("link", "node", "place"),
    [
        ({"latency_ms": -1}, {}, "links[0].latency_ms"),
        ({"length_km": "far"}, {}, "links[0].length_km"),
        ({}, {"lat": 95, "lon": 0}, "nodes[1].lat"),
        ({}, {}, "links[0]"),
    ],
)
def test_a_value_that_is_refused_is_not_missed_as_well(link, node, place):
    """One mistake about the length of a link is one fault."""
    with pytest.raises(InputError) as caught:
        Problem(
            nodes=[{"id": "a", "lat": 1, "lon": 1}, {"id": "b"} | node],
            links=[{"source": "a", "target": "b"} | link],
        )
    assert [fault.place for fault in caught.value.faults] == [place]
