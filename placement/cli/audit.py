"""`placement audit`: the record of a plan that an auditor keeps."""

import click

from placement.cli import say
from placement.cli.convert import is_plan
from placement.cli.law import law_option, problem_of

__all__ = ["audit"]


@click.command(short_help="Record facts, sources and paths of a plan.")
@click.argument("problem", type=click.Path())
@click.argument("plan", type=click.Path())
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(),
    metavar="FILE",
    help="Where to write it: a page if it ends in .html, else JSON.  [default: JSON on stdout]",
)
@click.option(
    "--check",
    "record",
    type=click.Path(),
    metavar="AUDIT",
    help="Make the record again and compare it with this file, byte by byte.",
)
@law_option
@say.answers
def audit(
    *, problem: str, plan: str, target: str | None, record: str | None, tables: str | None
) -> int:
    """Record for each workload of PLAN why it may be where it is, under PROBLEM.

    The facts and their sources, the versions of rules and law, the path of its data with the rule that
    allows each step, and the digests of problem and plan. Whoever makes the record gets the same bytes.
    The two files may come in either order. The exit code is 1 if the plan is not what it says it is, or
    if AUDIT is another record.
    """
    if target is not None and record is not None:
        raise click.UsageError("--output writes a record, --check compares one: use either")
    if is_plan(problem) and not is_plan(plan):
        problem, plan = plan, problem

    from placement.io import read_plan
    from placement.report.audit import audit_text, check_audit, write_audit

    asked, decided = problem_of(problem, tables), read_plan(plan)
    if record is not None:
        difference = check_audit(asked, decided, record)
        click.echo(f"{record}: {difference or 'is the record of this problem and this plan'}")
        return 0 if difference is None else say.ERROR
    if target is not None:
        write_audit(asked, decided, target)
        say.note(f"Wrote {target}.")
        return 0
    for piece in audit_text(asked, decided):
        click.echo(piece, nl=False)
    return 0
