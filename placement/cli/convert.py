"""`placement convert`: from one format to another."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from placement.cli import say
from placement.cli.published import FORMATS, check_options, read_published

if TYPE_CHECKING:
    from placement.model.plan import Plan
    from placement.model.problem import Problem

__all__ = ["convert", "read_graphml_problem"]

HEAD_BYTES = 4096  # of a JSON file, in which its format is told
PLAN_FORMAT = re.compile(rb'"format"\s*:\s*"placement-plan/')


@click.command(short_help="From one format to another.")
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("target", metavar="OUT", type=click.Path())
@click.option("--csv", "as_csv", is_flag=True, help="OUT is a folder of CSV files.")
@click.option("--problem", type=click.Path(), help="The problem of a plan that becomes GeoJSON.")
@click.option(
    "--interpolate", is_flag=True, help="GraphML: place nodes without coordinates between others."
)
@click.option(
    "--unknown-ms",
    type=say.Number(min=0),
    metavar="MS",
    help="GraphML: of links without any.",
)
@click.option(
    "--from",
    "form",
    type=click.Choice(list(FORMATS)),
    help="IN is a public instance of this format.",
)
@click.option("--number", type=int, metavar="N", help="gap: which of several instances, from 1.")
@click.option("--maximise", is_flag=True, help="gap: the costs are what the jobs bring.")
@click.option(
    "--capacity",
    type=say.Number(min=0, min_open=True),
    metavar="C",
    help='facility-location: what the word "capacity" in IN stands for.',
)
@click.option(
    "--start", type=click.Path(), help="machine-reassignment: where the processes run now."
)
@say.answers
def convert(
    *,
    source: str,
    target: str,
    as_csv: bool,
    problem: str | None,
    interpolate: bool,
    unknown_ms: float | None,
    form: str | None,
    number: int | None,
    maximise: bool,
    capacity: float | None,
    start: str | None,
) -> None:
    """Convert the problem, plan or network IN to OUT.

    Problems and plans are JSON files or folders of Parquet files; problems are also folders of CSV
    files (--csv). GraphML comes in as the network of a problem, public instances in formats of their
    own with --from. Problems go out as GeoJSON too, and plans with --problem. A name that ends in
    .json or .geojson means that, any other a folder of Parquet files.
    """
    known = {
        "number": number,
        "maximise": maximise or None,
        "capacity": capacity,
        "start": start,
    }
    given = {name: value for name, value in known.items() if value is not None}
    check_options(form, given)
    into = "csv" if as_csv else Path(target).suffix.casefold()
    if form is not None:
        _write_problem(read_published(form, source, given), target, into)
    elif is_plan(source):
        from placement.io import read_plan

        _write_plan(read_plan(source), problem, target, into)
    elif source.casefold().endswith(".graphml"):
        made = read_graphml_problem(source, interpolate=interpolate, unknown_ms=unknown_ms)
        _write_problem(made, target, into)
    else:
        _write_problem(_read_problem(source), target, into)


def is_plan(path: str) -> bool:
    """Return whether a path holds a plan; what cannot be read does not."""
    place = Path(path)
    if place.is_dir():
        return (place / "plan.json").exists()
    try:
        with place.open("rb") as file:
            return PLAN_FORMAT.search(file.read(HEAD_BYTES)) is not None
    except OSError:
        return False


def read_graphml_problem(
    path: str, *, interpolate: bool = False, unknown_ms: float | None = None
) -> "Problem":
    """Read a network in GraphML as a problem without sites; note what is strange about it."""
    from placement.adapters import read_graphml
    from placement.model.problem import Problem

    topology = read_graphml(path, interpolate=interpolate, unknown_ms=unknown_ms)
    for oddity in topology.oddities:
        say.note(f"{path}: {oddity}")
    return Problem(network=topology.network, name=Path(path).stem)


def _read_problem(path: str) -> "Problem":
    place = Path(path)
    if place.is_dir() and not (place / "problem.json").exists():
        from placement.adapters import read_csv

        return read_csv(path)
    from placement.io import read_problem

    return read_problem(path)


def _write_problem(problem: "Problem", target: str, form: str) -> None:
    if form == ".geojson":
        _write_geojson(problem, None, target)
    elif form == "csv":
        from placement.adapters import write_csv

        write_csv(problem, target)
    else:
        from placement.io import write_problem

        write_problem(problem, target)


def _write_plan(plan: "Plan", problem: str | None, target: str, form: str) -> None:
    if form == "csv":
        raise click.UsageError("a plan has no CSV form: use `placement solve -o csv`, or Parquet")
    if form != ".geojson":
        from placement.io import write_plan

        write_plan(plan, target)
    elif problem is None:
        raise click.UsageError("a plan has no coordinates: name its problem with --problem")
    else:
        _write_geojson(_read_problem(problem), plan, target)


def _write_geojson(problem: "Problem", plan: "Plan | None", target: str) -> None:
    from placement.adapters import to_geojson
    from placement.io.atomic import write_file

    document = to_geojson(problem, plan)
    write_file(target, [json.dumps(document, ensure_ascii=False), "\n"])
