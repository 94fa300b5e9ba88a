"""`placement explain`: why here, why not there."""

import click

from placement.cli import say
from placement.cli.law import law_option, problem_of

__all__ = ["explain"]


@click.command(short_help="Why here, and why not there.")
@click.argument("problem", type=click.Path())
@click.argument("workloads", nargs=-1, metavar="[WORKLOAD]...")
@click.option("--plan", "source", type=click.Path(), help="Tell what is in the way in this plan.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "table", "json"]),
    default="text",
    show_default=True,
    help="A sentence a workload, a table of all sites, or every reason of every site.",
)
@law_option
@say.answers
def explain(
    problem: str,
    workloads: tuple[str, ...],
    source: str | None,
    tables: str | None,
    output: str,
) -> None:
    """Say why each WORKLOAD of PROBLEM runs where it does, or why it cannot.

    Each site counts under the first rule that it fails, with the number that tells the most. Without a
    WORKLOAD, every one is explained that the plan leaves out.
    """
    if not workloads and source is None:
        raise click.UsageError("name a WORKLOAD, or with --plan a plan that leaves some out")

    from placement.explain import explain as tell
    from placement.io import read_plan

    given = problem_of(problem, tables)
    plan = None if source is None else read_plan(source)
    if plan is not None and plan.problem != given.digest:
        say.note(f"{source}: made for another problem than {problem}; what it says may not hold")
    names = workloads or (() if plan is None else plan.unplaced.ids)
    told = [tell(given, workload, plan=plan) for workload in names]
    if output == "json":
        say.print_json([one.to_dict() for one in told])
    elif output == "table":
        from placement.report.tables import sites

        say.print_table(*(sites(one) for one in told))
    else:
        for one in told:
            click.echo(one.sentence)
