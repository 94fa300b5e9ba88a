"""How commands talk: data, messages, errors and progress."""

import csv
import errno
import functools
import io
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from placement.errors import PlacementError

if TYPE_CHECKING:
    from placement.solve import Progress

__all__ = [
    "ERROR",
    "INFEASIBLE",
    "INTERRUPTED",
    "NO_PLAN",
    "Number",
    "answers",
    "note",
    "print_csv",
    "print_json",
    "print_json_list",
    "print_table",
    "progress",
]

ERROR, INFEASIBLE, NO_PLAN, INTERRUPTED = 1, 3, 4, 130
WIDE = 110  # columns where the output is no terminal
WIDEST = 1_000_000

P = ParamSpec("P")


class Number(click.FloatRange):
    """A number of an option within a range; neither NaN nor infinite."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; what is none is wrong usage."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


def answers(command: Callable[P, int | None]) -> Callable[P, None]:
    """Turn what a command returns or raises into its exit code, and errors into messages."""

    @functools.wraps(command)
    def answered(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except PlacementError as error:
            note(f"error: {error}")
            code = ERROR
        except OSError as error:  # files raise errors of their own: this is of standard output
            if error.errno == errno.EPIPE:
                raise  # click ends quietly when the reader goes away
            note(f"error: standard output: {error.strerror}; send it somewhere else")
            code = ERROR
        except KeyboardInterrupt:
            note("interrupted")
            code = INTERRUPTED
        if code:
            click.get_current_context().exit(code)

    return answered


def note(message: str) -> None:
    """Write a message, to where messages go."""
    click.echo(message, err=True)


def print_json(value: Any) -> None:
    """Print JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_json_list(items: Iterable[Any]) -> None:
    """Print a JSON list, an item a line, without having all of it in memory."""
    begin = "["
    for item in items:
        click.echo(f"{begin}\n{json.dumps(item, ensure_ascii=False)}", nl=False)
        begin = ","
    click.echo("[]" if begin == "[" else "\n]")


def print_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print comma-separated values with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    click.echo(buffer.getvalue(), nl=False)


def print_table(*tables: Any, whole: bool = False) -> None:
    """Print tables, as wide as the terminal; or as wide as they are, so that no number is cut."""
    from rich.console import Console
    from rich.measure import Measurement

    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDE, highlight=False)
    if whole:
        free = console.options.update(max_width=WIDEST)
        widths = [Measurement.get(console, free, table).maximum for table in tables]
        console.width = max(console.width, *widths)
    for table in tables:
        console.print(table)


@contextmanager
def progress(time_limit: float | None) -> Iterator[Callable[["Progress"], None] | None]:
    """Show how a run gets on, where there is someone to look at it.

    Parameters
    ----------
    time_limit : float, optional
        Of the run, in seconds; with it there is a bar.

    Yields
    ------
    callable or None
        To be told of progress; None where messages go to no terminal.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()]
    if time_limit is not None:
        columns.insert(1, BarColumn(bar_width=24))
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("reading", total=time_limit)

        def tell(event: "Progress") -> None:
            done = None if time_limit is None else min(event.seconds, time_limit)
            bar.update(task, completed=done, description=_described(event))

        yield tell


def _described(event: "Progress") -> str:
    from placement.report.words import money

    parts = [event.phase]
    if event.unplaced is not None:
        parts.append(f"left out {event.unplaced:,} (bound {event.bound_unplaced:,})")
    if event.cost is not None:
        parts.append(f"cost {money(event.cost)}")
    if event.bound_cost is not None:
        parts.append(f"bound {money(event.bound_cost)}")
    return " · ".join(parts)
