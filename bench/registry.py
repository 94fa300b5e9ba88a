"""Benches: subjects that answer the same instances, and a check that their answers are right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Bench"]

Thunk = Callable[[], Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """What is compared, on what, and how an answer is judged.

    Parameters
    ----------
    name : str
        Of the module, and of the files with its results.
    title : str
        One line about it.
    instances : mapping of str to callable
        Each makes an instance; `tiny` is for the tests and is not measured.
    check : callable
        Takes an instance and an answer, raises `AssertionError` if the answer is wrong, and returns
        the columns to be told of it.
    rounds : int, default 1
        How often each is timed; the median is told.
    alone : bool, default False
        Whether each subject runs in a process of its own, in which it measures its time and memory.
    plot : callable, optional
        Takes the rows of a result and returns a picture of them, an SVG document.
    subjects : dict of str to callable
        Each takes an instance, prepares what is not to be timed, and returns what is.
    only : dict of str to tuple of str
        Which instances a subject is measured on, where these are not all.
    """

    name: str
    title: str
    instances: Mapping[str, Callable[[], Any]]
    check: Callable[[Any, Any], Row]
    rounds: int = 1
    alone: bool = False
    plot: Callable[[list[Row]], str] | None = None
    subjects: dict[str, Callable[[Any], Thunk]] = field(default_factory=dict)
    only: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def subject(self, name: str) -> Callable[[Callable[[Any], Thunk]], Callable[[Any], Thunk]]:
        """Return a decorator that registers a subject."""

        def register(prepare: Callable[[Any], Thunk]) -> Callable[[Any], Thunk]:
            self.subjects[name] = prepare
            return prepare

        return register

    def measure(self, subject: str, instance: str, timed: Callable[[Thunk], Any]) -> Row:
        """Have a subject answer an instance, and return what is told of the answer.

        Parameters
        ----------
        subject, instance : str
            Their names.
        timed : callable
            Calls what it is given, measures it, and returns what it returns.

        Returns
        -------
        dict
            Columns of the table.

        Raises
        ------
        AssertionError
            If the answer is wrong.
        """
        made = self.instances[instance]()
        return self.check(made, timed(self.subjects[subject](made)))

    def measured(self) -> list[tuple[str, str]]:
        """Return what a run measures: each instance but the tiny one with each subject."""
        return [
            (one, subject)
            for one in self.instances
            for subject in self.subjects
            if one != "tiny" and one in self.only.get(subject, (one,))
        ]
