"""Writing a problem or a plan."""

import os
from collections.abc import Mapping
from typing import Any

from placement.io import json_text
from placement.io.atomic import write_file
from placement.io.parquet import write_tables
from placement.io.place import is_folder
from placement.model.document import problem_parts
from placement.model.plan import Plan
from placement.model.plan_document import plan_parts
from placement.model.problem import Problem

__all__ = ["write_plan", "write_problem"]


def write_problem(problem: Problem, path: str | os.PathLike[str]) -> None:
    """Write a problem as a JSON file or as a folder of Parquet files.

    Parameters
    ----------
    problem : Problem
        What to write.
    path : str or path-like
        A JSON file if it ends in ``.json`` or is a file already, else a folder. What is there is
        replaced in one step.

    Raises
    ------
    FileError
        If it cannot be written; then nothing has changed.
    MissingExtraError
        If it is a folder and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from placement import Problem, read_problem, write_problem
    >>> problem = Problem(nodes=[{"id": "paris"}])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_problem(problem, f"{folder}/large")
    ...     read_problem(f"{folder}/large").digest == problem.digest
    True
    """
    _write(problem_parts(problem), "problem.json", path)


def write_plan(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan as a JSON file or as a folder of Parquet files.

    Parameters
    ----------
    plan : Plan
        What to write.
    path : str or path-like
        A JSON file if it ends in ``.json`` or is a file already, else a folder. What is there is
        replaced in one step.

    Raises
    ------
    FileError
        If it cannot be written; then nothing has changed.
    MissingExtraError
        If it is a folder and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from placement import Problem, read_plan, solve, write_plan
    >>> plan = solve(Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}])).plan
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_plan(plan, f"{folder}/large")
    ...     read_plan(f"{folder}/large").status == plan.status
    True
    """
    _write(plan_parts(plan), "plan.json", path)


def _write(parts: Mapping[str, Any], rest: str, path: str | os.PathLike[str]) -> None:
    if is_folder(path):
        write_tables(path, rest, parts)
    else:
        write_file(path, json_text.lines(parts))
