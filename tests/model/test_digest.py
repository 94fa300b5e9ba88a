"""The digest of a problem: equal for equal content, different for any other."""

import copy
from decimal import Decimal

import numpy as np
import pytest

from placement import Network, Problem, read_problem, write_problem
from tests.reference.problems import problem_of

NODES = [{"id": f"n{i}", "lat": i, "lon": 0} for i in range(4)]
LINKS = [{"source": f"n{i}", "target": f"n{j}"} for i in range(4) for j in range(4) if i != j]


@pytest.mark.parametrize(
    "numbers",
    [[0.5, 2.0, 1e-7, 3e9], [0.0, -0.0, 0.1, 7.0], [4.0, 4.0, 4.0, 4.0]],
    ids=["small and large", "zeros", "equal"],
)
def test_an_array_of_numbers_is_the_same_as_a_list_of_amounts(numbers):
    """Floats of an array, floats of a list, decimals and quantities mean the same content."""
    pd = pytest.importorskip("pandas")
    ids = [f"w{row}" for row in range(len(numbers))]
    forms = (
        np.array(numbers),
        [Decimal(repr(number)) for number in numbers],
        [format(Decimal(repr(number + 0.0)), "f") for number in numbers],
    )
    digests = {
        Problem.from_tables(
            at="2026-11-24", workloads=pd.DataFrame({"id": ids, "demand.cpu": form})
        ).digest
        for form in forms
    }
    assert len(digests) == 1


def test_a_large_column_is_the_same_in_parquet_and_json(tmp_path):
    """Numbers that are kept as an array have the digest of those that were read one by one."""
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    rows = rng.permutation(5000)
    costs = rng.random(5000) * 10.0 ** rng.integers(-8, 9, 5000)
    problem = Problem.from_tables(
        nodes=NODES,
        at="2026-11-24",
        workloads=pd.DataFrame({"id": [f"w{row}" for row in rows], "move_cost": costs}),
    )
    write_problem(problem, tmp_path / "p.json")
    write_problem(problem, tmp_path / "p")
    digests = {read_problem(tmp_path / form).digest for form in ("p.json", "p")}
    assert digests == {problem.digest}


def test_rows_without_an_id_may_stand_in_any_order():
    """Links have no id; they are told apart by what they say."""
    rng = np.random.default_rng(0)
    digests = {
        Problem(
            network=Network(nodes=NODES, links=[LINKS[row] for row in rng.permutation(len(LINKS))]),
            at="2026-11-24",
        ).digest
        for _ in range(5)
    }
    assert len(digests) == 1


@pytest.mark.parametrize("seed", range(60))
def test_two_rows_that_swap_a_value_are_another_problem(seed):
    """The digest sees which row has a value, not only which values there are."""
    document = problem_of(seed)
    before = Problem.from_dict(document).digest
    changed = copy.deepcopy(document)
    rows = changed.get("workloads", [])
    kept = [(row.get("priority", 1), row.get("move_cost", 0)) for row in rows]
    for row, (priority, move_cost) in zip(rows, kept[1:] + kept[:1], strict=True):
        row["priority"], row["move_cost"] = priority, move_cost
    moved = kept != kept[1:] + kept[:1]
    after = Problem.from_dict(changed).digest
    assert (after != before) is moved


OLD = {
    "format": "placement-problem/1",
    "at": "2026-11-24",
    "agreements": [{"home": "dt", "host": "tim", "quota": {"cpu": 2}}],
    "nodes": [{"id": "m", "country": "DE"}, {"id": "n"}],
    "links": [{"source": "m", "target": "n", "latency_ms": 2, "jitter_ms": 0.5}],
    "slices": [{"id": "1", "access_ms": 1}],
    "sites": [{"id": "s", "node": "m", "operator": "tim", "slices": {"1": 5}}],
    "workloads": [{"id": "w", "operator": "dt", "slice": "1", "percentile": 0.9, "origins": "n"}],
}
DIGEST = "b477c0980b74cca083783cea3b2b8fd29c203b4b0b60d8acf2452663f859058e"
DEFAULTS = {
    "agreements": {"country_quota": {}, "slices": None, "policies": None},
    "links": {"jitter_group": None},
    "slices": {"bandwidth": None, "max_devices": None, "isolated": False, "valid_from": None},
    "workloads": {"guarantee": "normal", "devices": 0, "five_qi": None},
}


def test_a_problem_of_an_older_file_keeps_its_digest():
    """What was written before a field existed is the same problem after, also with its default spelled out."""
    spelled = {
        name: [row | DEFAULTS.get(name, {}) for row in rows] if isinstance(rows, list) else rows
        for name, rows in OLD.items()
    }
    assert Problem.from_dict(OLD).digest == Problem.from_dict(spelled).digest == DIGEST
