"""`placement replan`: the next plan, from the one that runs and by few moves."""

from typing import TYPE_CHECKING, Any

import click

from placement.cli import say
from placement.cli.law import problem_of
from placement.cli.solve import exit_code, output_option, search_options, tell, write_result

if TYPE_CHECKING:
    from placement.model.plan import Plan

__all__ = ["replan"]


class Limit(click.ParamType):  # type: ignore[type-arg]
    """NAME=N: how many moves at most, of one of several."""

    name = "NAME=N"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return the name and the number; what is none is wrong usage."""
        if isinstance(value, tuple):
            return value
        name, equals, number = str(value).rpartition("=")
        if not equals or not name or not number.strip().isdecimal():
            self.fail(f"{value!r} is not NAME=N, such as fra-1=3.", param, ctx)
        return name, int(number)


@click.command(short_help="Improve the running plan by few moves.")
@click.argument("problem", type=click.Path())
@click.argument("running", metavar="PLAN", type=click.Path())
@click.option(
    "--max-moves", type=click.IntRange(min=0), metavar="N", help="At most so many moves in all."
)
@click.option(
    "--max-operator-moves",
    type=Limit(),
    multiple=True,
    help="At most so many that leave or reach the sites of an operator; may be repeated.",
)
@click.option(
    "--max-site-moves",
    type=Limit(),
    multiple=True,
    help="At most so many that leave or reach a site; may be repeated.",
)
@click.option(
    "--min-gain",
    type=say.Number(min=0),
    metavar="C",
    help="A workload must cost so much less where it moves to.",
)
@click.option(
    "--write-problem",
    type=click.Path(),
    metavar="FILE",
    help="Write PROBLEM with the sites where PLAN has its workloads: what the new plan is of.",
)
@search_options
@output_option("a summary and the moves, the plan, or the moves")
@say.answers
def replan(
    *,
    problem: str,
    running: str,
    max_operator_moves: tuple[tuple[str, int], ...],
    max_site_moves: tuple[tuple[str, int], ...],
    write_problem: str | None,
    tables: str | None,
    target: str | None,
    page: str | None,
    output: str | None,
    no_verify: bool,
    **options: Any,
) -> int:
    """Decide where the workloads of PROBLEM run next, given that they run as PLAN says.

    PLAN may be of an earlier state of PROBLEM: workloads that have come since are placed, and those
    whose site is down or forbidden now have to move; neither counts as a move. The new plan is that of
    PROBLEM with the sites of PLAN as where its workloads run; check it with
    `placement verify PROBLEM NEW --running PLAN`.
    """
    from placement.io import read_plan
    from placement.io import write_problem as write
    from placement.solve import solve

    start = read_plan(running)
    given = problem_of(problem, tables)
    with say.progress(options["time_limit"]) as on_progress:
        result = solve(
            given.running(start),
            start=start,
            max_operator_moves=limits("--max-operator-moves", max_operator_moves),
            max_site_moves=limits("--max-site-moves", max_site_moves),
            verify=not no_verify,
            on_progress=on_progress,
            **options,
        )
    if write_problem is not None:
        write(result.problem, write_problem)
    write_result(result, target, page)
    shown = output or ("table" if target else "json")
    if shown != "csv":
        tell(result, shown)
    else:
        say.note(str(result))
    if result.found is not None and shown != "json":
        tell_moves(result.plan, shown)
    return exit_code(result)


def tell_moves(plan: "Plan", shown: str) -> None:
    """Print the moves of a plan."""
    if shown == "csv":
        moved = [(one.workload, one.source, one.target) for one in plan.moves]
        say.print_csv(("workload", "source", "target"), moved)
    elif len(plan.moves):
        from placement.report.tables import moves

        say.print_table(moves(plan))


def limits(option: str, given: tuple[tuple[str, int], ...]) -> dict[str, int] | None:
    """Return limits by name, None if there are none; a name that is there twice is wrong usage."""
    made = dict(given)
    if len(made) < len(given):
        names = [name for name, _ in given]
        twice = next(name for name in names if names.count(name) > 1)
        raise click.BadParameter(f"{twice} is there twice.", param_hint=option)
    return made or None
