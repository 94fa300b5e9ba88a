"""Tables for a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from placement.explain import Explanation, explain
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.report import words
from placement.report.figures import figures

if TYPE_CHECKING:
    from placement.latency import Path
    from placement.report.settlement import Settlement
    from placement.solve import Result
    from placement.verify import Report

__all__ = [
    "balances",
    "charges",
    "faults",
    "fullest_sites",
    "matrix",
    "moves",
    "plain",
    "sites",
    "summary",
    "table_of",
    "unplaced",
    "way",
]

MOST_LOOKED_AT = 300  # workloads left out, for a table of a few rows
MOST_MOVES = 20  # in a table for a terminal
MOST_EXPLAINED = 50_000  # workloads of a problem in which each one left out is explained at length


def summary(result: "Result") -> Table:
    """Return what a run came to: status, placed, cost, bound, gap and seconds.

    Parameters
    ----------
    result : Result
        Of a run that found a plan, or none.

    Returns
    -------
    rich.table.Table
    """
    table = table_of("", ("what", "left"), ("value", "left"))
    table.show_header = False
    rows = [("status", f"{result.status}, {words.stopped(result.limit)}".rstrip(", "))]
    if result.found is not None:
        plan, n_workloads = result.found, len(result.problem.workloads)
        rows += [
            ("placed", f"{len(plan.assignments):,} of {n_workloads:,} workloads"),
            ("priority left out", words.unplaced_bound(plan)),
            ("cost", words.money(plan.objective.cost)),
            ("bound", f"{words.money(plan.bound.cost)} (by {plan.bound.proof})"),
            ("gap", words.gap(plan.gap)),
            ("moves", f"{len(plan.moves):,}"),
        ]
    verified = f", verified in {result.verify_seconds:.2f} s" if result.verify_seconds else ""
    rows.append(("time", f"{result.seconds:.2f} s ({result.engine}{verified})"))
    for name, value in rows:
        table.add_row(Text(name, style="bold"), Text(value))
    return table


def moves(plan: Plan, most: int = MOST_MOVES) -> Table:
    """Return the moves of a plan: which workload leaves which site for which.

    Parameters
    ----------
    plan : Plan
        Of a problem in which workloads run.
    most : int
        No more than so many are listed; the title has the number of all.

    Returns
    -------
    rich.table.Table
    """
    listed = [(one.workload, one.source, one.target) for one in plan.moves[:most]]
    title = f"{len(plan.moves):,} moves"
    if len(plan.moves) > most:
        title += f", the first {most:,}"
    return plain(title, ("workload", "from", "to"), listed)


def plain(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return rows of text as they stand.

    Parameters
    ----------
    title : str
        Above the table.
    head : sequence of str
        Names of the columns.
    rows : sequence of sequence of str
        As many texts each.

    Returns
    -------
    rich.table.Table
    """
    table = table_of(title, *((name, "left") for name in head))
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def fullest_sites(problem: Problem, plan: Plan, most: int = 10) -> Table:
    """Return the fullest sites of a plan.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        The plan for it.
    most : int, default 10
        How many sites at most.

    Returns
    -------
    rich.table.Table
        With the load of each resource.
    """
    resources = problem.sites.resources("capacity")
    columns = [(name, "right") for name in ("workloads", "full", *resources)]
    table = table_of("Fullest sites", ("site", "left"), ("operator", "left"), *columns)
    placed = sorted(figures(problem, plan).sites, key=lambda site: (-site.fullest, site.id))
    for site in placed[:most]:
        loads = {load.name: load for load in site.loads}
        cells = [
            f"{words.amount(loads[name].used)} / {words.amount(loads[name].limit or 0)}"
            if name in loads
            else "–"
            for name in resources
        ]
        cells = [words.count(site.n_workloads), words.share(site.fullest), *cells]
        table.add_row(*(Text(cell) for cell in (site.id, site.operator or "–", *cells)))
    return table


def unplaced(problem: Problem, plan: Plan, most: int = 20) -> Table:
    """Return the workloads that a plan leaves out with their reasons, the most important first.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        The plan for it.
    most : int, default 20
        How many rows at most; workloads that are left out alike share one.

    Returns
    -------
    rich.table.Table
    """
    table = table_of(
        f"Left out: {len(plan.unplaced):,}",
        ("workload", "left"),
        ("priority", "right"),
        ("why", "left"),
    )
    at_length = len(problem.workloads) <= MOST_EXPLAINED
    priority = {name: problem.workloads[name].priority for name in plan.unplaced.ids}
    alike: dict[tuple[int, str], list[str]] = {}
    n_told = 0
    for name in sorted(priority, key=lambda one: (-priority[one], one))[:MOST_LOOKED_AT]:
        why = (
            str(explain(problem, name, plan=plan))
            if at_length
            else words.reasons(plan.unplaced[name].reasons)
        )
        if (priority[name], why) not in alike and len(alike) == most:
            break
        alike.setdefault((priority[name], why), []).append(name)
        n_told += 1
    for (points, why), names in alike.items():
        others = f" and {len(names) - 1:,} alike" if len(names) > 1 else ""
        table.add_row(Text(names[0] + others), Text(f"{points:,}"), Text(why))
    if n_told < len(priority):
        table.add_row(Text(f"… and {len(priority) - n_told:,} more"))
    return table


def sites(explanation: Explanation) -> Table:
    """Return what an explanation says of every site, the possible ones first.

    Parameters
    ----------
    explanation : Explanation
        Of one workload.

    Returns
    -------
    rich.table.Table
    """
    table = table_of(
        explanation.workload,
        ("site", "left"),
        ("rtt ms", "right"),
        ("cost", "right"),
        ("ruled out by", "left"),
    )
    order = sorted(
        explanation.verdicts, key=lambda one: (len(one.reasons), one.cost or 0, one.site)
    )
    for one in order:
        far = "–" if one.rtt_ns is None else f"{one.rtt_ns / 1e6:.3f}"
        cost = "–" if one.cost is None else words.money(one.cost)
        here = " (here)" if one.site == explanation.site else ""
        table.add_row(
            Text(one.site + here), Text(far), Text(cost), Text(", ".join(one.reasons) or "–")
        )
    return table


def faults(report: "Report") -> Table:
    """Return the faults that `verify` found.

    Parameters
    ----------
    report : Report
        What the judge says.

    Returns
    -------
    rich.table.Table
    """
    table = table_of("Faults", ("rule", "left"), ("place", "left"), ("what is wrong", "left"))
    for fault in report.faults:
        table.add_row(*(Text(cell) for cell in (fault.rule, fault.place, fault.message)))
    return table


def table_of(title: str, *columns: tuple[str, str]) -> Table:
    """Return an empty table; of each column the name, and to which side it is set."""
    from rich import box

    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    table.title_style = "bold"
    for name, justify in columns:
        table.add_column(
            Text(name),
            justify="right" if justify == "right" else "left",
            overflow="fold",
            no_wrap=justify == "right",
        )
    return table


def matrix(
    rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[int | None]]
) -> Table:
    """Return latencies as a table.

    Parameters
    ----------
    rows, columns : sequence of str
        The nodes.
    cells : sequence of sequence of (int or None), ns
        A row a source; None without a path.

    Returns
    -------
    rich.table.Table
        In milliseconds.
    """
    table = table_of("", ("ms", "left"), *((name, "right") for name in columns))
    for name, line in zip(rows, cells, strict=True):
        told = ["–" if value is None else f"{value / 1e6:.2f}" for value in line]
        table.add_row(Text(name), *map(Text, told))
    return table


def way(title: str, path: "Path") -> Table:
    """Return a path as a table, a row a node.

    Parameters
    ----------
    title : str
        What stands above it.
    path : Path
        What is shown.

    Returns
    -------
    rich.table.Table
        Its times in milliseconds.
    """
    numbers = [(name, "right") for name in ("link", "link ms", "reached ms", "node ms")]
    table = table_of(title, *((name, "left") for name in ("node", "country", "operator")), *numbers)
    for hop in path.hops:
        link = "" if hop.link is None else str(hop.link)
        told = [hop.link_ns if link else None, hop.total_ns, hop.processing_ns or None]
        times = ["" if ns is None else f"{ns / 1e6:.3f}" for ns in told]
        cells = hop.node, hop.country or "–", hop.operator or "–", link, *times
        table.add_row(*map(Text, cells))
    return table


def charges(settlement: "Settlement") -> Table:
    """Return what operators owe each other, and the sum of it.

    Parameters
    ----------
    settlement : Settlement
        What is owed.

    Returns
    -------
    rich.table.Table
        Exact numbers.
    """
    names = [(name, "left") for name in ("home", "host", "month", "resource")]
    table = table_of(
        "Charges", *names, *((name, "right") for name in ("quantity", "days", "money"))
    )
    for row in settlement.to_dict()["charges"]:
        table.add_row(*map(Text, row.values()))
    table.add_section()
    table.add_row(Text("total", style="bold"), *[""] * 5, Text(f"{settlement.total:f}"))
    return table


def balances(settlement: "Settlement") -> Table:
    """Return what each operator gets, less what it owes.

    Parameters
    ----------
    settlement : Settlement
        What is owed.

    Returns
    -------
    rich.table.Table
        Exact numbers, which add up to 0.
    """
    table = table_of("Balances", ("operator", "left"), ("money", "right"))
    for name, money in settlement.balances.items():
        table.add_row(Text(name), Text(f"{money:f}"))
    return table
