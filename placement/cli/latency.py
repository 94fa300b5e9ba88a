"""`placement latency`: how far nodes are from each other."""

from typing import TYPE_CHECKING, Any

import click

from placement.cli import say
from placement.cli.convert import read_graphml_problem

if TYPE_CHECKING:
    from placement.model.problem import Problem

__all__ = ["latency"]


@click.command(short_help="Round-trip times between nodes.")
@click.argument("problem", type=click.Path())
@click.option("--source", "sources", multiple=True, metavar="NODE", help="A row; may be repeated.")
@click.option("--target", "targets", multiple=True, metavar="NODE", help="A column, likewise.")
@click.option("--slice", "slice_id", metavar="ID", help="Over the links of this slice.")
@click.option(
    "--transit",
    "transit",
    metavar="CODE,…",
    help="Crossing only these countries and groups, such as EU,CH.",
)
@click.option("--one-way", is_flag=True, help="From source to target, instead of there and back.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="At most so many.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
@say.answers
def latency(
    *,
    problem: str,
    sources: tuple[str, ...],
    targets: tuple[str, ...],
    slice_id: str | None,
    transit: str | None,
    one_way: bool,
    threads: int | None,
    output: str,
) -> None:
    """Print the latencies of PROBLEM in milliseconds, a row a source, empty where no path leads.

    PROBLEM is a problem, or a network in GraphML. Rows are by default the nodes where users are and
    columns those with sites; all nodes where there are none. A round trip on a slice includes twice its
    access latency.
    """
    given = read_network(problem)
    rows = list(sources) or _users(given) or list(given.nodes.ids)
    columns = list(targets) or _hosts(given) or list(given.nodes.ids)
    options = {"slice": slice_id, "transit": transit and transit.split(","), "threads": threads}
    cells = _measured(given, rows, columns, options, there_and_back=not one_way)
    if output == "json":
        listed = [
            {"source": row, "target": column, "ms": None if value is None else value / 1e6}
            for row, line in zip(rows, cells, strict=True)
            for column, value in zip(columns, line, strict=True)
        ]
        say.print_json(listed)
    elif output == "csv":
        lines = [
            [row, *("" if value is None else _exact(value) for value in line)]
            for row, line in zip(rows, cells, strict=True)
        ]
        say.print_csv(["source", *columns], lines)
    else:
        from placement.report.tables import matrix

        say.print_table(matrix(rows, columns, cells), whole=True)


def read_network(path: str) -> "Problem":
    """Read a problem, or a network as a problem without sites and workloads."""
    if path.casefold().endswith(".graphml"):
        return read_graphml_problem(path)
    from placement.io import read_problem

    return read_problem(path)


def _measured(
    given: "Problem",
    rows: list[str],
    columns: list[str],
    options: dict[str, Any],
    *,
    there_and_back: bool,
) -> list[list[int | None]]:
    """Return nanoseconds, None where no path leads."""
    import numpy as np

    from placement.latency import UNREACHABLE_NS, build_index, latency_matrix
    from placement.units import ns_up

    index = build_index(given.network)
    out = latency_matrix(index, rows, columns, at=given.at, **options)
    total, reached = out.astype(np.int64), out != UNREACHABLE_NS
    if there_and_back:
        back = latency_matrix(index, rows, columns, at=given.at, reverse=True, **options)
        total += back
        reached &= back != UNREACHABLE_NS
        if options["slice"] is not None:
            total += 2 * ns_up(given.slices[options["slice"].upper()].access_ms)
    return [
        [value if known else None for value, known in zip(*line, strict=True)]
        for line in zip(total.tolist(), reached.tolist(), strict=True)
    ]


def _users(given: "Problem") -> list[str]:
    listed = given.workloads.column("origins").distinct()
    return sorted({origin.node for origins in listed for origin in origins or ()})


def _hosts(given: "Problem") -> list[str]:
    return sorted(set(given.sites.column("node").distinct()))


def _exact(ns: int) -> str:
    return f"{ns // 10**6}.{ns % 10**6:06d}"
