"""`placement demo`: the reference federation, placed."""

from importlib.resources import as_file, files
from pathlib import Path

import click

from placement.cli import say
from placement.cli.solve import ABOVE_0, exit_code, write_page

__all__ = ["demo"]


@click.command(short_help="Place the reference federation and show the plan.")
@click.option("--time-limit", type=ABOVE_0, default=20.0, show_default=True, metavar="S")
@click.option(
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where to write plan.json and plan.html.  [default: here]",
)
@say.answers
def demo(time_limit: float, folder: Path) -> int:
    """Place the workloads of a federation of five operators in Europe, and show the plan.

    Prints a summary, the fullest sites and what is left out with the reasons, and writes plan.json and
    plan.html.
    """
    from placement.errors import FileError
    from placement.io import read_problem, write_plan
    from placement.report.tables import fullest_sites, summary, unplaced
    from placement.solve import solve

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            folder, f"cannot be made: {error.strerror}; choose another --output"
        ) from error
    with as_file(files("placement.data") / "europe/europe.json") as path:
        problem = read_problem(path)
    say.note(
        f"Placing {len(problem.workloads):,} workloads on {len(problem.sites):,} sites of "
        f"{len(problem.operators or ()):,} operators, for at most {time_limit:g} s …"
    )
    with say.progress(time_limit) as on_progress:
        result = solve(problem, time_limit=time_limit, on_progress=on_progress)
    plan = result.plan
    write_plan(plan, folder / "plan.json")
    write_page(result, str(folder / "plan.html"))
    say.print_table(summary(result), fullest_sites(problem, plan), unplaced(problem, plan))
    say.note(
        f"Wrote {folder / 'plan.json'} and {folder / 'plan.html'}: open the page in a browser."
    )
    return exit_code(result)
