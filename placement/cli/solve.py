"""`placement solve`: which workload runs where."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from placement.cli import say
from placement.cli.law import law_option, note_expiries, problem_of

if TYPE_CHECKING:
    from placement.model.plan import Plan
    from placement.solve import Result

__all__ = [
    "exit_code",
    "output_option",
    "print_plan",
    "search_options",
    "solve",
    "tell",
    "write_result",
]

ABOVE_0 = say.Number(min=0, min_open=True)


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a search, the same for every command that searches."""
    for option in reversed(
        (
            click.option(
                "--plan", "target", type=click.Path(), help="Write the plan to this file or folder."
            ),
            click.option(
                "--page", type=click.Path(dir_okay=False), help="Write an HTML page about the plan."
            ),
            click.option(
                "--time-limit", type=ABOVE_0, metavar="S", help="Stop after so many seconds."
            ),
            click.option(
                "--work-limit",
                type=ABOVE_0,
                metavar="W",
                help="Stop after so much work; repeats bit for bit.",
            ),
            click.option(
                "--gap", type=say.Number(min=0), metavar="G", help="Stop at this gap, such as 0.01."
            ),
            click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True),
            click.option(
                "--threads", type=click.IntRange(min=1), metavar="N", help="At most so many."
            ),
            click.option(
                "--engine",
                type=click.Choice(["auto", "exact", "greedy"]),
                default="auto",
                show_default=True,
                help="What decides.",
            ),
            click.option(
                "--require-all", is_flag=True, help="Place everything, or there is no plan."
            ),
            law_option,
            click.option("--no-verify", is_flag=True, help="Do not have the plan checked."),
        )
    ):
        command = option(command)
    return command


def output_option(told: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that says what to print."""
    return click.option(
        "-o",
        "--output",
        type=click.Choice(["table", "json", "csv"]),
        help=f"What to print: {told}.  [default: json, or with --plan table]",
    )


@click.command(short_help="Decide which workload runs where.")
@click.argument("problem", type=click.Path())
@click.option("--start", type=click.Path(), help="Begin with this plan.")
@search_options
@output_option("a summary, the plan, or its assignments")
@say.answers
def solve(
    *,
    problem: str,
    start: str | None,
    tables: str | None,
    target: str | None,
    page: str | None,
    output: str | None,
    no_verify: bool,
    **options: Any,
) -> int:
    """Decide which workload of PROBLEM runs where.

    PROBLEM is a JSON file, or a folder of Parquet files. Ctrl-C ends the search; the best plan so far
    is then written as ever.
    """
    from placement.io import read_plan
    from placement.solve import solve as decide

    given = problem_of(problem, tables)
    begin = None if start is None else read_plan(start)
    with say.progress(options["time_limit"]) as on_progress:
        result = decide(
            given, start=begin, verify=not no_verify, on_progress=on_progress, **options
        )
    write_result(result, target, page)
    tell(result, output or ("table" if target else "json"))
    return exit_code(result)


def write_result(result: "Result", target: str | None, page: str | None) -> None:
    """Write the plan and the page about it, if there is a plan."""
    from placement.io import write_plan

    if result.found is not None:
        if target is not None:
            write_plan(result.plan, target)
        if page is not None:
            write_page(result, page)
        note_expiries(result.problem, result.plan)


def tell(result: "Result", shown: str) -> None:
    """Print what a run came to."""
    if shown != "table":
        say.note(str(result))
    if result.found is not None or shown == "table":
        print_plan(result, shown)


def exit_code(result: "Result") -> int:
    """Return the exit code that a result stands for."""
    if result.limit == "cancel":
        return say.INTERRUPTED
    if result.found is None:
        return say.INFEASIBLE if result.status == "INFEASIBLE" else say.NO_PLAN
    return 0


def print_plan(result: "Result", output: str) -> None:
    """Print a summary of a result, or its plan."""
    if output == "table":
        from placement.report.tables import summary

        say.print_table(summary(result))
    elif output == "csv":
        say.print_csv(("workload", "site", "rtt_ms"), assignments(result.plan))
    else:
        from placement.io.json_text import lines
        from placement.model.plan_document import plan_parts

        for piece in lines(plan_parts(result.plan)):
            click.echo(piece, nl=False)


def assignments(plan: "Plan") -> list[tuple[str, str, str]]:
    """Return the assignments of a plan, row by row."""
    return [(one.workload, one.site, f"{one.rtt_ms:f}") for one in plan.assignments]


def write_page(result: "Result", path: str) -> None:
    """Write the page about a plan; what is there is replaced in one step."""
    from placement.io.atomic import write_file
    from placement.report import page

    write_file(Path(path), [page(result.problem, result.plan, result)])
