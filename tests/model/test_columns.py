"""Tables come in and go out through Arrow: of any library, in any shape, without a row object."""

import datetime
import gc
import random
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from placement import InputError, MissingExtraError, Problem
from placement.model.columns import arrow_of_table, is_table
from tests.reference.problems import random_problem

DOCUMENT = {
    "format": "placement-problem/1",
    "at": "2026-11-24",
    "operators": [
        {"id": "dt", "country": "DE", "parents": ["US", "DE"], "laws": []},
        {"id": "tim", "country": "IT", "laws": ["US-CLOUD-ACT"]},
        {"id": "orange"},
    ],
    "agreements": [
        {"home": "dt", "host": "tim", "quota": {"cpu": 10, "memory": "2.5Gi"}},
        {"home": "tim", "host": "dt", "price_factor": 1.25, "valid_from": "2026-01-01"},
        {"home": "orange", "host": "dt", "slices": ["1"], "policies": []},
        {"home": "orange", "host": "tim", "country_quota": {"IT/cpu": "1.5", "EL/memory": "2Gi"}},
        {"home": "dt", "host": "orange", "valid_until": "2027-12-31", "quota": {"cpu": 0}},
    ],
    "nodes": [
        {"id": "fra", "country": "DE", "operator": "dt", "lat": 50.1, "lon": 8.7},
        {"id": "mil", "country": "IT", "lat": 45.5, "lon": 9.2, "processing_ms": 0.25},
        {"id": "sea"},
    ],
    "links": [
        {"source": "fra", "target": "mil"},
        {"source": "mil", "target": "sea", "latency_ms": 4.25, "bidirectional": False},
        {"source": "sea", "target": "fra", "length_km": 700, "slices": ["1"], "jitter_ms": 0.5},
        {"source": "sea", "target": "mil", "jitter_ms": 1, "jitter_group": "duct", "latency_ms": 9},
        {"source": "fra", "target": "sea", "latency_ms": 3, "slices": [], "operator": "tim"},
    ],
    "slices": [
        {"id": "1", "operators": ["dt", "tim"], "access_ms": 1},
        {"id": "2-00A1B2", "access_jitter_ms": 0.25, "bandwidth": "1.5G", "max_devices": 7},
        {"id": "3", "countries": ["EU"], "nodes": ["fra"], "isolated": True},
        {"id": "4", "nodes": [], "valid_from": "2026-01-01", "valid_until": "2026-12-31"},
    ],
    "sites": [
        {
            "id": "fra-1",
            "node": "fra",
            "operator": "dt",
            "capacity": {"cpu": 64, "memory": "256Gi"},
            "slices": {"1": None, "2-00A1B2": "1.5G"},
            "price": {"cpu": 0.04, "memory": "0.005/Gi"},
            "carbon": {"cpu": 12.5},
            "features": ["gpu", "sgx"],
            "certifications": ["C5:type2"],
        },
        {"id": "mil-1", "node": "mil", "capacity": {"cpu": 0.5}, "state": "cordoned"},
        {"id": "sea-1", "node": "sea", "country": "FR", "open_cost": 2.5, "slices": {"1": 3}},
    ],
    "policies": [
        {"id": "eu", "countries": ["EU"], "transit": ["EEA", "CH"], "seats": []},
        {"id": "safe", "excluded_laws": ["US-CLOUD-ACT"], "certifications": ["C5:type1"]},
    ],
    "workloads": [
        {
            "id": "robot",
            "operator": "dt",
            "demand": {"cpu": "500m", "memory": "1Gi"},
            "origins": [{"node": "fra", "weight": 0.75}, {"node": "mil", "weight": 2}],
            "max_rtt_ms": 15,
            "percentile": 0.99,
            "guarantee": "any",
            "slice": "1",
            "bandwidth": "10M",
            "devices": 12,
            "five_qi": 82,
            "policy": "eu",
            "features": ["gpu"],
        },
        {"id": "truck", "demand": {"cpu": 2}, "allow": ["fra-1"], "deny": ["mil-1", "sea-1"]},
        {"id": "twin", "site": "fra-1", "pinned": True, "move_cost": 1.5, "priority": 7},
        {"id": "lost", "origins": "sea", "allow": []},
    ],
    "pairs": [
        {"workload": "robot", "site": "fra-1", "demand": {"cpu": 1, "gpu": 1}},
        {"workload": "truck", "site": "fra-1", "cost": 0.5},
        {"workload": "twin", "site": "mil-1", "demand": {}},
    ],
}
NOUNS = [name for name, rows in DOCUMENT.items() if isinstance(rows, list)]
FRAMES = {
    "pandas": lambda table: table.to_pandas(integer_object_nulls=True),
    "pandas-arrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "pyarrow": lambda table: table,
}


def tables_of(document):
    """Return the tables of a document, read from JSON, as Arrow."""
    tables = Problem.from_dict(document).tables
    return {name: arrow_of_table(table) for name, table in tables.items() if table is not None}


def workloads(frame):
    """Return the workloads of a table, on two nodes and one site."""
    nodes = [{"id": "x"}, {"id": "y"}]
    sites = [{"id": "s", "node": "x"}]
    return Problem.from_tables(
        nodes=nodes, sites=sites, slices=[{"id": "1"}], workloads=frame
    ).workloads


def sites(frame):
    """Return the sites of a table, on one node."""
    slices = [{"id": "1"}, {"id": "2"}]
    return Problem.from_tables(nodes=[{"id": "x"}], slices=slices, sites=frame).sites


def faults(read, frame):
    """Return what is wrong with a table."""
    with pytest.raises(InputError) as caught:
        read(frame)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("noun", NOUNS)
def test_each_noun_is_read_from_a_table(noun, frame):
    """A table of each library says what the JSON list says, field by field."""
    table = FRAMES[frame](tables_of(DOCUMENT)[noun])
    problem = Problem.from_dict(DOCUMENT)
    mixed = Problem.from_tables(
        **{name: rows for name, rows in DOCUMENT.items() if name in NOUNS and name != noun},
        **{noun: table},
        at=DOCUMENT["at"],
    )
    assert list(getattr(mixed, noun)) == list(getattr(problem, noun))
    assert mixed.digest == problem.digest


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("seed", range(40))
def test_any_problem_survives_the_way_through_tables(seed, frame):
    """Random problems in which every field occurs: the same content comes back."""
    document = random_problem(random.Random(seed))
    problem = Problem.from_dict(document)
    tables = {name: FRAMES[frame](table) for name, table in tables_of(document).items()}
    again = Problem.from_tables(**tables, at=problem.at, objective=problem.objective)
    assert again.digest == problem.digest


def test_a_table_is_known_by_its_protocol():
    """Frames and Arrow tables are tables; lists, dicts and rows are not."""
    frames = [pd.DataFrame(), pl.DataFrame(), pa.table({}), pa.record_batch({})]
    assert all(map(is_table, frames))
    assert not any(map(is_table, [[], {}, "sites", None, [{"id": "a"}]]))


def test_the_dataframe_protocol_is_enough():
    """An object that speaks nothing but ``__dataframe__`` is read."""

    class Old:
        def __init__(self, table):
            self.table = table

        def __dataframe__(self, **options):
            return self.table.__dataframe__(**options)

    read = workloads(Old(pa.table({"id": ["a", "b"], "max_rtt_ms": [1.5, 2.5]})))
    assert [row.max_rtt_ms for row in read] == [Decimal("1.5"), Decimal("2.5")]


MAP = pa.map_(pa.string(), pa.int64())
DEMANDS = {
    "columns": pa.table({"id": ["a", "b"], "demand.cpu": [1, 2], "demand.gpu": [None, 3]}),
    "structs": pa.table({"id": ["a", "b"], "demand": [{"cpu": 1}, {"cpu": 2, "gpu": 3}]}),
    "maps": pa.table(
        {"id": ["a", "b"], "demand": pa.array([[("cpu", 1)], [("gpu", 3), ("cpu", 2)]], MAP)}
    ),
    "dicts": pd.DataFrame({"id": ["a", "b"], "demand": [{"cpu": 1}, {"cpu": "2", "gpu": "3000m"}]}),
    "polars structs": pl.DataFrame(
        {"id": ["a", "b"], "demand": [{"cpu": 1, "gpu": None}, {"cpu": 2, "gpu": 3}]}
    ),
}


@pytest.mark.parametrize("shape", DEMANDS)
def test_a_demand_comes_in_any_shape(shape):
    """Spread over columns, as structs, as maps or as dicts: the same mapping."""
    assert [row.demand for row in workloads(DEMANDS[shape])] == [{"cpu": 1}, {"cpu": 2, "gpu": 3}]


NODES = pa.struct([("node", pa.string()), ("weight", pa.float64())])
ORIGINS = {
    "names": pa.array(["x", None]),
    "lists": pa.array([["x"], None], pa.list_(pa.string())),
    "structs": pa.array([[{"node": "x", "weight": 1}], None], pa.list_(NODES)),
    "one struct": pa.array([{"node": "x"}, None], NODES),
    "views": pa.array([["x"], None], pa.list_(pa.string_view())),
    "fixed": pa.array([["x"], None], pa.list_(pa.string(), 1)),
    "dictionary": pa.array(["x", None]).dictionary_encode(),
}


@pytest.mark.parametrize("shape", ORIGINS)
def test_origins_come_in_any_shape(shape):
    """A node, a list of nodes, or nodes with weights."""
    first, second = workloads(pa.table({"id": ["a", "b"], "origins": ORIGINS[shape]}))
    assert [(origin.node, origin.weight) for origin in first.origins] == [("x", 1)]
    assert second.origins is None


def test_a_null_in_a_map_of_slices_is_unlimited_and_in_a_struct_left_out():
    """A struct has every key in every row, so that null cannot mean more than its absence."""
    bandwidths = pa.array([[("1", None)], [("2", 5)]], MAP)
    by_map = sites(pa.table({"id": ["s", "t"], "node": ["x", "x"], "slices": bandwidths}))
    assert [row.slices for row in by_map] == [{"1": None}, {"2": 5}]
    structs = [{"1": None, "2": 4}, {"1": 3, "2": None}]
    by_struct = sites(pl.DataFrame({"id": ["s", "t"], "node": ["x", "x"], "slices": structs}))
    assert [row.slices for row in by_struct] == [{"2": 4}, {"1": 3}]
    dicts = pd.DataFrame({"id": ["s"], "node": ["x"], "slices": [{"1": None}]})
    assert sites(dicts)[0].slices == {"1": None}


def test_prices_are_spread_over_columns():
    """``price.cpu`` beside ``price.memory``, of different types."""
    columns = {"price.cpu": [0.5, None], "price.memory": ["1024/Ki", None]}
    frame = pl.DataFrame({"id": ["s", "t"], "node": ["x", "x"], **columns})
    assert [row.price for row in sites(frame)] == [{"cpu": Decimal("0.5"), "memory": 1}, {}]
    objects = pd.DataFrame({"id": ["s"], "node": ["x"], "price.cpu": [1], "price.memory": [None]})
    objects["price.memory"] = objects["price.memory"].astype(object)
    assert sites(objects)[0].price == {"cpu": 1}


@pytest.mark.parametrize(
    "days",
    [
        pa.array([datetime.date(2026, 1, 2), None]),
        pa.array([datetime.datetime(2026, 1, 2), None], pa.timestamp("ns")),
        pa.array([datetime.datetime(2026, 1, 2), None], pa.timestamp("s", "UTC")),
        pa.array([datetime.date(2026, 1, 2), None], pa.date64()),
        pa.array(["2026-01-02", None]),
    ],
    ids=lambda days: str(days.type),
)
def test_dates_come_in_any_type(days):
    """As days, as timestamps at midnight, as text."""
    agreements = pa.table({"home": ["a", "b"], "host": ["b", "a"], "valid_from": days})
    read = Problem.from_tables(agreements=agreements).agreements
    assert [row.valid_from for row in read] == [datetime.date(2026, 1, 2), None]


@pytest.mark.parametrize("unit", ["s", "ns"])
def test_a_timestamp_at_noon_is_no_date(unit):
    """What is not midnight is refused, not cut off."""
    noon = pa.array([datetime.datetime(2026, 1, 2, 12)], pa.timestamp(unit))
    frame = pa.table({"home": ["a"], "host": ["b"], "valid_until": noon})
    (fault,) = faults(lambda table: Problem.from_tables(agreements=table), frame)
    assert fault.startswith("agreements[0].valid_until: ")
    assert "12:00:00" in fault


def test_numbers_keep_their_shortest_decimal():
    """A tenth is a tenth in double and in single precision, and decimals are exact."""
    tenth = [0.1, 0.1]
    for kind in (pa.float64(), pa.float32()):
        column = pa.array(tenth, kind)
        read = workloads(pa.table({"id": ["a", "b"], "max_rtt_ms": column}))
        assert read[0].max_rtt_ms == Decimal("0.1")
    exact = pa.array([Decimal("0.10"), Decimal(3)], pa.decimal128(20, 2))
    assert [
        row.demand["cpu"] for row in workloads(pa.table({"id": ["a", "b"], "demand.cpu": exact}))
    ] == [Decimal("0.1"), 3]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint32(), pa.uint64(), pa.int64()], ids=str)
def test_integers_of_any_width_are_read(kind):
    """Narrow, unsigned and wide integers, with and without gaps."""
    frame = pa.table({"id": ["a", "b"], "demand.cpu": pa.array([7, None], kind)})
    assert [row.demand for row in workloads(frame)] == [{"cpu": 7}, {}]
    frame = pa.table({"id": ["a", "b"], "priority": pa.array([7, 1], kind)})
    assert [row.priority for row in workloads(frame)] == [7, 1]


def test_chunks_dictionaries_and_extensions_are_seen_through():
    """How a column is stored does not matter."""
    ids = pa.chunked_array([["a"], [], ["b", "c"]])
    operators = pa.chunked_array(
        [pa.array(["x", "y"]).dictionary_encode(), pa.array(["y"]).dictionary_encode()]
    )
    runs = pa.RunEndEncodedArray.from_arrays([2, 3], [1.5, 2.5])
    flags = pa.ExtensionArray.from_storage(pa.bool8(), pa.array([0, 0, 0], pa.int8()))
    frame = pa.table({"id": ids, "operator": operators, "max_rtt_ms": runs, "demand.x": flags})
    read = workloads(frame)
    assert [(row.id, row.operator) for row in read] == [("a", "x"), ("b", "y"), ("c", "y")]
    assert [row.max_rtt_ms for row in read] == [Decimal("1.5"), Decimal("1.5"), Decimal("2.5")]


def test_categories_of_polars_are_read_inside_lists():
    """Categories in lists and enumerations in structs are text."""
    frame = pl.DataFrame(
        {"id": ["a", "b"], "features": [["g"], ["g", "h"]], "demand": [{"cpu": "1"}, None]},
        schema_overrides={
            "features": pl.List(pl.Categorical),
            "demand": pl.Struct({"cpu": pl.Enum(["1"])}),
        },
    )
    read = workloads(frame)
    assert [row.features for row in read] == [("g",), ("g", "h")]
    assert [row.demand for row in read] == [{"cpu": 1}, {}]


def test_nan_is_missing_in_pandas_and_refused_elsewhere():
    """Pandas writes NaN where nothing is known; in Arrow and Polars it is a number gone wrong."""
    columns = {"id": ["a", "b"], "max_rtt_ms": [1.5, float("nan")]}
    assert workloads(pd.DataFrame(columns))[1].max_rtt_ms is None
    for frame in (pl.DataFrame(columns), pa.table(columns)):
        (fault,) = faults(workloads, frame)
        assert fault.startswith("workloads[1].max_rtt_ms: ")


def test_the_index_of_a_frame_counts_where_it_has_a_name():
    """`set_index("id")` hides no column."""
    frame = pd.DataFrame({"id": ["a", "b"], "priority": [1, 2]})
    assert [row.id for row in workloads(frame.set_index("id"))] == ["a", "b"]
    assert len(workloads(frame[frame.priority > 1])) == 1


def test_a_column_of_objects_may_hold_anything():
    """Sets, lists and quantities of pandas go through the door as they are."""
    frame = pd.DataFrame(
        {"id": ["a", "b"], "demand.cpu": ["500m", 2], "features": [{"g"}, ["h"]], "allow": None}
    )
    read = workloads(frame)
    assert [row.demand["cpu"] for row in read] == [Decimal("0.5"), 2]
    assert [row.features for row in read] == [("g",), ("h",)]


WRONG = {
    "unknown column": (
        {"id": ["a"], "max_rtt": [1]},
        'workloads.max_rtt: unknown column; did you mean "max_rtt_ms"?',
    ),
    "no mapping": ({"id": ["a"], "priority.cpu": [1]}, "workloads.priority.cpu: unknown column"),
    "missing column": ({"priority": [1, 1]}, 'workloads: has no column "id"'),
    "null id": ({"id": ["a", None]}, "workloads[1].id: is missing"),
    "negative": (
        {"id": ["a", "b"], "demand.cpu": [1, -4]},
        "workloads[1].demand.cpu: -4 is negative; expected an amount ≥ 0",
    ),
    "text for a mapping": (
        {"id": ["a"], "demand": ["cpu"]},
        'workloads[0].demand: expected an object, got text "cpu"',
    ),
    "both shapes": (
        {"id": ["a"], "demand": [{"cpu": 1}], "demand.cpu": [1]},
        "workloads.demand.cpu: this column is given twice",
    ),
    "nameless resource": (
        {"id": ["a"], "demand. ": [1]},
        'workloads.demand: " " is no name of a resource',
    ),
    "twice in a map": (
        {"id": ["a", "b"], "demand": pa.array([None, [("cpu", 1), ("cpu", 2)]], MAP)},
        'workloads[1].demand: "cpu" is there twice',
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_with_its_place(what):
    """Each fault of a table names its row or its column."""
    columns, fault = WRONG[what]
    assert any(told.startswith(fault) for told in faults(workloads, pa.table(columns)))


def test_a_key_twice_in_a_map_of_slices_is_refused():
    """Neither of the two values is taken silently."""
    bandwidths = pa.array([[("1", 1), ("1", 2)]], MAP)
    frame = pa.table({"id": ["s"], "node": ["x"], "slices": bandwidths})
    assert faults(sites, frame) == ['sites[0].slices.1: "1" is there twice']


def test_what_is_no_table_of_columns_is_refused():
    """A single column of Arrow is a fault, not a crash."""
    for column in (pl.Series([1]), pa.array([1]), pa.chunked_array([[1]])):
        (fault,) = faults(workloads, column)
        assert fault.startswith("workloads: cannot be read as an Arrow table: ")


def test_a_missing_pyarrow_names_the_extra(monkeypatch):
    """Whoever hands in a frame without pyarrow is told what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"placement\[arrow\]"):
        Problem.from_tables(sites=pd.DataFrame({"id": ["s"]}))


def test_empty_tables_are_tables():
    """No row and no column, or columns without a row."""
    for frame in (pa.table({}), pd.DataFrame({"id": []}), pl.DataFrame(schema={"id": pl.String})):
        assert len(workloads(frame)) == 0
    typed = pa.schema([("id", pa.string()), ("demand", MAP), ("origins", pa.list_(NODES))])
    assert len(workloads(typed.empty_table())) == 0


def test_large_tables_make_no_objects():
    """Hundred thousand workloads are a text each, their ids, and nothing else."""
    n, rng = 100_000, np.random.default_rng(1)
    nodes = pa.array([f"n{i}" for i in range(50)])
    ends = nodes.take(pa.array((rng.integers(0, 25, (n, 1)) * 2 + [0, 1]).ravel()))
    frame = pa.table(
        {
            "id": pa.array([f"w{i}" for i in range(n)]),
            "origins": pa.ListArray.from_arrays(np.arange(0, 2 * n + 1, 2, dtype=np.int32), ends),
            "demand.cpu": rng.integers(1, 100, n) * 0.25,
            "demand.memory": rng.integers(1, 10**9, n),
            "max_rtt_ms": rng.uniform(5, 50, n),
            "features": pa.array([["gpu"], []]).take(pa.array(rng.integers(0, 2, n))),
        }
    )
    gc.collect()
    before = sys.getallocatedblocks()
    problem = Problem.from_tables(
        nodes=[{"id": node} for node in nodes.to_pylist()], workloads=frame
    )
    assert sys.getallocatedblocks() - before < n + 10_000
    assert arrow_of_table(problem.workloads).num_rows == n


@pytest.mark.parametrize("zero", [0, 0.0])
def test_a_column_of_zeros_is_no_text(zero):
    """Whole arrays are taken over for fields of numbers alone."""
    for field in ("operator", "allow", "origins"):
        (fault,) = faults(workloads, pa.table({"id": ["a"], field: [zero]}))
        assert fault.startswith(f"workloads[0].{field}: expected ")


ODD = {
    "binary": pa.array([b"x"]),
    "binary view": pa.array([b"x"], pa.binary_view()),
    "time": pa.array([datetime.time(1)]),
    "duration": pa.array([datetime.timedelta(1)]),
    "interval": pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
    "numbered map": pa.array([[(1, 2)]], pa.map_(pa.int64(), pa.int64())),
    "empty pairs": pa.array(
        [[None]], pa.list_(pa.struct([("key", pa.string()), ("value", pa.int8())]))
    ),
    "empty struct": pa.array([{}], pa.struct([])),
    "dictionary of times": pa.array([datetime.time(1)]).dictionary_encode(),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("field", ["operator", "origins", "max_rtt_ms", "demand"])
def test_a_column_of_an_odd_type_is_refused_not_stumbled_over(field, kind):
    """Whatever Arrow can hold, the fault names the field."""
    if (field, kind) == ("demand", "empty struct"):
        assert workloads(pa.table({"id": ["a"], field: ODD[kind]}))[0].demand == {}
        return
    told = faults(workloads, pa.table({"id": ["a"], field: ODD[kind]}))
    assert all(field in fault for fault in told)
