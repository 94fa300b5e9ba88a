"""`placement law`: what the tables of law say, and where each row comes from."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from placement.cli import say

if TYPE_CHECKING:
    from placement.model.law import Law
    from placement.model.plan import Plan
    from placement.model.problem import Problem

__all__ = ["law", "law_option", "note_expiries", "problem_of"]

MOST_NOTES = 20

HEAD = ("what", "from", "until", "detail", "source", "act", "reference")


def law_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that names other tables of law."""
    return click.option(
        "--law",
        "tables",
        type=click.Path(),
        metavar="FILE",
        help="Tables of law instead of the library's, or added to them.",
    )(command)


def problem_of(path: str, tables: str | None) -> "Problem":
    """Read a problem, under other tables of law if a file with them is named."""
    from placement.io import read_law, read_problem

    return read_problem(path) if tables is None else read_problem(path, law=read_law(tables))


def note_expiries(problem: "Problem", plan: "Plan") -> None:
    """Tell on stderr what the plan relies on that runs out before the problem's last day."""
    if problem.until is None:
        return
    from placement.explain.expiry import expiring

    found = expiring(problem, plan)
    for one in found[:MOST_NOTES]:
        say.note(f"expires: {one}")
    if len(found) > MOST_NOTES:
        say.note(f"expires: {len(found) - MOST_NOTES:,} more before {problem.until}")


@click.group(short_help="What the tables of law say, with their sources.")
def law() -> None:
    """Show the tables of law: groups of countries by date, adequacy decisions, schemes of certification."""


def output(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that both commands have."""
    shape = click.option(
        "-o",
        "--output",
        type=click.Choice(["table", "json", "csv"]),
        default="table",
        show_default=True,
    )
    return law_option(shape(command))


@law.command(name="list", short_help="Everything that can be shown.")
@output
@say.answers
def list_(tables: str | None, output: str) -> None:
    """List the groups, the adequacy decisions and the schemes of the tables."""
    known = _tables(tables)
    groups: list[dict[str, Any]] = [
        {"name": name, "kind": "group", "rows": len(known.groups.get(name, known.adequacy))}
        for name in known.names
    ]
    adequacy = {"name": "ADEQUACY", "kind": "decisions", "rows": len(known.adequacy)}
    schemes = [
        {"name": name, "kind": "scheme", "rows": len(one.levels)}
        for name, one in sorted(known.schemes.items())
    ]
    rows = [*groups, adequacy, *schemes]
    if output == "json":
        say.print_json({"version": known.version, "digest": known.digest, "tables": rows})
        return
    _print(known, ("name", "kind", "rows"), [tuple(map(str, row.values())) for row in rows], output)


@law.command(short_help="One table, on a day.")
@click.argument("name")
@click.option("--at", metavar="DATE", help="The day; today if left out.")
@output
@say.answers
def show(name: str, at: str | None, tables: str | None, output: str) -> None:
    """Show what NAME meant on a day, each row with its source.

    NAME is a group such as EU, ADEQUACY for all decisions with their scope, a scheme of certification
    such as C5, or a country's code: then the groups that it was in.
    """
    from placement.model import parse
    from placement.report.law import told

    known = _tables(tables)
    try:
        day = datetime.date.today() if at is None else parse.date(at)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from error
    rows = told(known, name, day)
    if output == "json":
        top = {"name": name, "at": str(day), "version": known.version, "digest": known.digest}
        say.print_json(top | {"rows": rows})
        return
    lines = [tuple(str(row.get(field) or "") for field in HEAD) for row in rows]
    _print(known, HEAD, lines, output)


def _tables(path: str | None) -> "Law":
    if path is None:
        from placement.model.law import shipped

        return shipped()
    from placement.io import read_law

    return read_law(path)


def _print(known: "Law", head: tuple[str, ...], rows: list[tuple[str, ...]], output: str) -> None:
    if output == "csv":
        say.print_csv(head, rows)
        return
    from placement.report.tables import plain

    say.print_table(plain(f"law {known.version}", head, rows))
