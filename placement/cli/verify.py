"""`placement verify`: whether a plan is what it says it is."""

import click

from placement.cli import say
from placement.cli.law import law_option, note_expiries, problem_of

__all__ = ["verify"]


@click.command(short_help="Check a plan and its proof.")
@click.argument("problem", type=click.Path())
@click.argument("plan", type=click.Path())
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "table", "json"]),
    default="text",
    show_default=True,
)
@click.option(
    "--running",
    type=click.Path(),
    metavar="PLAN",
    help="What ran before: moves are judged from there, as `replan` counts them.",
)
@law_option
@say.answers
def verify(*, problem: str, plan: str, running: str | None, tables: str | None, output: str) -> int:
    """Check PLAN against PROBLEM: every rule, every load, the cost, and the proof of the bound.

    Nothing of what made the plan is used. The exit code is 1 if anything is wrong.
    """
    from placement.io import read_plan
    from placement.verify import verify as judge

    given, stated = problem_of(problem, tables), read_plan(plan)
    if running is not None:
        given = given.running(read_plan(running))
    report = judge(given, stated)
    if report.ok:
        note_expiries(given, stated)
    if output == "json":
        faults = [
            {"rule": one.rule, "place": one.place, "message": one.message} for one in report.faults
        ]
        say.print_json({"ok": report.ok, "n_faults": report.n_faults, "faults": faults})
    elif output == "table" and not report.ok:
        from placement.report.tables import faults as table

        say.print_table(table(report))
    else:
        click.echo(str(report))
    return 0 if report.ok else say.ERROR
