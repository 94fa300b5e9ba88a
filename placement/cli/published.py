"""Instances in the formats of the public libraries, for `placement convert --from`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from placement.cli import say

if TYPE_CHECKING:
    from placement.model.problem import Problem

__all__ = ["FORMATS", "check_options", "read_published"]

# What `--from` takes, and the options that go with each.
FORMATS: dict[str, tuple[str, ...]] = {
    "gap": ("number", "maximise"),
    "facility-location": ("capacity",),
    "machine-reassignment": ("start",),
}


def check_options(form: str | None, given: Mapping[str, Any]) -> None:
    """Refuse options that do not go with the format; None is that of the library."""
    for name in given:
        if form is None or name not in FORMATS[form]:
            owner = next(other for other, names in FORMATS.items() if name in names)
            raise click.UsageError(f"--{name} goes with --from {owner}")


def read_published(form: str, path: str, given: Mapping[str, Any]) -> "Problem":
    """Read a file of a public format as a problem.

    Parameters
    ----------
    form : str
        One of `FORMATS`.
    path : str
        The file.
    given : mapping
        Options of this format.
    """
    from placement import adapters

    if form == "gap":
        return adapters.read_gap(path, **given).to_problem()
    if form == "facility-location":
        return adapters.read_facility_location(path, **given).to_problem()
    if "start" not in given:
        raise click.UsageError("name with --start where the processes run now")
    instance = adapters.read_machine_reassignment(path, **given)
    for told in instance.left_out:
        say.note(f"{path}: left out: {told}")
    return instance.to_problem()
