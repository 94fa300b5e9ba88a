"""`placement explain`: why here, why not there."""

from typing import TYPE_CHECKING

import click

from placement.cli import say
from placement.cli.law import law_option, problem_of

if TYPE_CHECKING:
    from placement.model.plan import Plan
    from placement.model.problem import Problem

__all__ = ["explain"]


@click.command(short_help="Why here, and why not there.")
@click.argument("problem", type=click.Path())
@click.argument("workloads", nargs=-1, metavar="[WORKLOAD]...")
@click.option("--plan", "source", type=click.Path(), help="Tell what is in the way in this plan.")
@click.option(
    "--proof",
    is_flag=True,
    help="Show the paths of those that the plan places, and the rule that allows each step.",
)
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
    *,
    problem: str,
    workloads: tuple[str, ...],
    source: str | None,
    proof: bool,
    tables: str | None,
    output: str,
) -> None:
    """Say why each WORKLOAD of PROBLEM runs where it does, or why it cannot.

    Each site counts under the first rule that it fails, with the number that tells the most. Without a
    WORKLOAD, every one is explained that the plan leaves out.
    """
    if not workloads and source is None:
        raise click.UsageError("name a WORKLOAD, or with --plan a plan that leaves some out")
    if proof and source is None:
        raise click.UsageError("--proof is of a plan: name it with --plan")

    from placement.explain import explain as tell
    from placement.explain import explain_unplaced
    from placement.io import read_plan

    given = problem_of(problem, tables)
    plan = None if source is None else read_plan(source)
    if plan is not None and plan.problem != given.digest:
        say.note(f"{source}: made for another problem than {problem}; what it says may not hold")
    if proof and plan is not None:
        _prove(given, plan, workloads, output)
        return
    if plan is None or workloads:
        told = [tell(given, workload, plan=plan) for workload in workloads]
    else:
        told = list(explain_unplaced(given, plan))
    if output == "json":
        say.print_json([one.to_dict() for one in told])
    elif output == "table":
        from placement.report.tables import sites

        say.print_table(*(sites(one) for one in told))
    else:
        for one in told:
            click.echo(one.sentence)


def _prove(problem: "Problem", plan: "Plan", workloads: tuple[str, ...], output: str) -> None:
    """Print the path proofs of some workloads that a plan places, or of all."""
    from placement.explain import path_proofs

    proofs = path_proofs(problem, plan, workloads=workloads or None)
    if output == "json":
        say.print_json_list(proof.to_dict() for proof in proofs)
        return
    from placement.report.proofs import summed_up, ways

    for proof in proofs:
        click.echo(summed_up(proof, problem.workloads[proof.workload].max_rtt_ms))
        say.print_table(*ways(proof), whole=True)
