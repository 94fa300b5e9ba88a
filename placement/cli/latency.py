"""`placement latency`: how far nodes are from each other."""

from typing import TYPE_CHECKING, Any

import click

from placement.cli import say
from placement.cli.convert import read_graphml_problem
from placement.cli.paths import show_pair, show_path
from placement.units import exact_ms

if TYPE_CHECKING:
    from placement.model.problem import Problem

__all__ = ["latency"]


@click.command(short_help="Round-trip times between nodes.")
@click.argument("problem", type=click.Path())
@click.option("--source", "sources", multiple=True, metavar="NODE", help="A row; may be repeated.")
@click.option("--target", "targets", multiple=True, metavar="NODE", help="A column, likewise.")
@click.option(
    "--path",
    "ends",
    nargs=2,
    metavar="SOURCE TARGET",
    help="Show the path between two nodes instead: nodes, countries, operators, links.",
)
@click.option(
    "--disjoint",
    "by",
    type=click.Choice(["links", "nodes"]),
    help="With --path: two paths that share none of them, the longer one as short as can be.",
)
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
    ends: tuple[str, str] | None,
    by: str | None,
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
    _check_usage(bool(sources or targets), ends, by, one_way=one_way)
    given = read_network(problem)
    routing: dict[str, Any] = {"slice": slice_id, "transit": transit and transit.split(",")}
    if ends is not None:
        access = 2 * _access_ns(given, slice_id)
        if by is None:
            access_ns = None if one_way else access
            show_path(given, ends, options=routing, access_ns=access_ns, output=output)
        else:
            show_pair(given, ends, by=by, options=routing, access_ns=access, output=output)
        return
    rows = list(sources) or _users(given) or list(given.nodes.ids)
    columns = list(targets) or _hosts(given) or list(given.nodes.ids)
    options = routing | {"threads": threads}
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
            [row, *("" if value is None else exact_ms(value) for value in line)]
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

    index = build_index(given.network)
    out = latency_matrix(index, rows, columns, at=given.at, **options)
    total, reached = out.astype(np.int64), out != UNREACHABLE_NS
    if there_and_back:
        back = latency_matrix(index, rows, columns, at=given.at, reverse=True, **options)
        total += back
        reached &= back != UNREACHABLE_NS
        total += 2 * _access_ns(given, options["slice"])
    return [
        [value if known else None for value, known in zip(*line, strict=True)]
        for line in zip(total.tolist(), reached.tolist(), strict=True)
    ]


def _access_ns(given: "Problem", slice_id: str | None) -> int:
    """Return what a slice adds one way; 0 for one that is not known, which is told elsewhere."""
    from placement.model.parse import NO_DIFFERENTIATOR
    from placement.units import ns_up

    name = (slice_id or "").upper().removesuffix(NO_DIFFERENTIATOR)
    return ns_up(given.slices[name].access_ms) if name in given.slices.ids else 0


def _check_usage(
    has_names: bool, ends: tuple[str, str] | None, by: str | None, *, one_way: bool
) -> None:
    if ends is not None and has_names:
        raise click.UsageError("--path names the two nodes; leave out --source and --target.")
    if by is not None and ends is None:
        raise click.UsageError("--disjoint needs --path SOURCE TARGET.")
    if by is not None and one_way:
        raise click.UsageError("--disjoint is about round trips; leave out --one-way.")


def _users(given: "Problem") -> list[str]:
    listed = given.workloads.column("origins").distinct()
    return sorted({origin.node for origins in listed for origin in origins or ()})


def _hosts(given: "Problem") -> list[str]:
    return sorted(set(given.sites.column("node").distinct()))
