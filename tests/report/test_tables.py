"""Tables for a terminal."""

import io

from rich.console import Console

from placement import Node, Plan, Problem, Site, Workload
from placement.report.tables import fullest_sites, unplaced
from tests.reference.plans import plan_document
from tests.reference.rules import Rules


def printed(table):
    """Return a table as text."""
    console = Console(file=io.StringIO(), width=140)
    console.print(table)
    return console.file.getvalue()


def crowded(n_left_out, name="w"):
    """Return a problem of which one workload is placed and the others are left out, and its plan."""
    problem = Problem(
        nodes=[Node("a")],
        sites=[Site("s", node="a", capacity={"cpu": 4, "memory": "8Gi"}), Site("t", node="a")],
        workloads=[Workload(f"{name}{i}", demand={"cpu": 3}) for i in range(n_left_out + 1)],
    )
    return problem, Plan.from_dict(plan_document(Rules(problem), {f"{name}0": "s"}))


def test_the_fullest_site_comes_first_with_its_loads():
    """The load of each resource stands beside its capacity."""
    told = printed(fullest_sites(*crowded(1)))
    assert "75 %" in told
    assert "3 / 4" in told
    assert "0 / 8 Gi" in told
    assert told.index("75 %") < told.index(" t ")


def test_workloads_left_out_alike_share_a_row():
    """The reason is told once, with how many it holds for."""
    told = printed(unplaced(*crowded(12)))
    assert "w1 and 11 alike" in told
    assert told.count("cpu short by 2") == 1


def test_markup_in_names_is_shown_as_it_is():
    """Square brackets are no colours."""
    assert "[red]x1" in printed(unplaced(*crowded(1, "[red]x")))
