"""The generalised assignment problem, in the format of the OR-Library and of Yagiura.

Jobs are workloads, agents are sites; what a job costs and uses on an agent is a `Pair`. Every job
must be placed: all have priority 1, so that a plan which leaves out fewer is always better, and
``solve(problem, require_all=True)`` says INFEASIBLE where not all fit.

Cost is the published objective, and nothing else: there is no latency, price or opening cost. Where
it is minimised, a plan that costs 12,345 (12,345,000,000 micro-units) has the published value 12,345.
Where it is maximised, a job costs what it brings less there than where it brings most, and the published
value is the sum of the most minus the cost. `GeneralisedAssignment.value` recomputes it.

The files do not say which is meant. The OR-Library gives the optima of gap1 to gap12 for the
maximum, those of types A to D for the minimum; Yagiura minimises all, and so do most who publish
values for gap1 to gap12 today. It is minimised here unless the caller asks for the maximum.

The generalised *quadratic* assignment problem is not read: its cost is one of pairs of jobs, which no
sum over jobs and sites expresses.

References
----------
J. E. Beasley, OR-Library, ``gapinfo``. M. Yagiura, instances of the generalised assignment problem.
"""

import os
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from placement.adapters.plain_numbers import Numbers, read_numbers
from placement.adapters.tables import AT, NODE, all_pairs, names, sites_of, table
from placement.errors import Fault, InputError
from placement.io.atomic import write_file
from placement.model.column import Column
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.units import MICRO

__all__ = ["GeneralisedAssignment", "read_gap", "write_gap"]


@dataclass(frozen=True, slots=True, eq=False)
class GeneralisedAssignment:
    """Jobs, each to be given to one agent, whose capacity must not be exceeded.

    Parameters
    ----------
    cost : ndarray of shape (n_agents, n_jobs), int64
        Of each job on each agent; what it brings, where that is maximised.
    weight : ndarray of shape (n_agents, n_jobs), int64
        What it uses there; 0 or more.
    capacity : ndarray of shape (n_agents,), int64
        What each agent has.
    maximise : bool, default False
        Whether the sum of `cost` is to be large.
    name : str, optional
        Of the instance.

    Examples
    --------
    >>> import numpy as np
    >>> from placement import solve
    >>> from placement.adapters import GeneralisedAssignment
    >>> two = GeneralisedAssignment(
    ...     cost=np.array([[1, 2], [4, 9]]), weight=np.array([[3, 3], [1, 1]]), capacity=np.array([3, 5]))
    >>> two.value(solve(two.to_problem()).plan)
    6
    """

    cost: NDArray[np.int64]
    weight: NDArray[np.int64]
    capacity: NDArray[np.int64]
    _: KW_ONLY
    maximise: bool = False
    name: str | None = None

    @property
    def agents(self) -> tuple[str, ...]:
        """Ids of the sites."""
        return names("agent", len(self.capacity))

    @property
    def jobs(self) -> tuple[str, ...]:
        """Ids of the workloads."""
        return names("job", self.cost.shape[1])

    def to_problem(self) -> Problem:
        """Return it as a problem.

        Returns
        -------
        Problem
            With a site for each agent, a workload for each job and a pair for each of both.
        """
        n_agents, n_jobs = self.cost.shape
        agents, jobs, base = self.agents, self.jobs, self._base()
        cost = base - self.cost if self.maximise else self.cost - base
        sites = {
            "id": Column(agents),
            "node": Column.constant(NODE, n_agents),
            "capacity.resource": self.capacity,
        }
        return Problem.from_tables(
            nodes=[{"id": NODE}],
            sites=table("sites", n_agents, sites),
            workloads=table("workloads", n_jobs, {"id": Column(jobs)}),
            pairs=all_pairs(
                jobs,
                agents,
                {
                    "cost": cost,
                    "demand.resource": self.weight,
                    "demand": np.ones_like(cost, bool),
                },
            ),
            objective={"latency": 0},
            at=AT,
            name=self.name,
        )

    def value(self, plan: Plan) -> int | None:
        """Return the published objective of a plan, from the jobs' agents alone.

        Parameters
        ----------
        plan : Plan
            For the problem that `to_problem` returns.

        Returns
        -------
        int or None
            None if a job is left out: then the plan is no solution.
        """
        agent = sites_of(plan, self.jobs, self.agents)
        if (agent < 0).any():
            return None
        costs: list[int] = self.cost[agent, np.arange(len(agent))].tolist()
        return sum(costs)

    def bound(self, cost: int) -> int:
        """Return what a bound on the cost says of the published objective.

        Parameters
        ----------
        cost : int, micro-units
            At most the cost of any plan that places all jobs.

        Returns
        -------
        int
            No solution has a lower value, or a higher one where it is maximised.
        """
        base: list[int] = self._base().tolist()
        whole = -(-cost // MICRO)  # values are whole numbers
        return sum(base) - whole if self.maximise else sum(base) + whole

    def _base(self) -> NDArray[np.int64]:
        """Return what each job costs or brings where its pairs say 0: no pair costs less than that."""
        best: NDArray[np.int64] = self.cost.max(axis=0) if self.maximise else self.cost.min(axis=0)
        return best if self.maximise else np.minimum(best, 0)


def read_gap(
    path: str | os.PathLike[str], *, number: int | None = None, maximise: bool = False
) -> GeneralisedAssignment:
    """Read an instance of the generalised assignment problem.

    Parameters
    ----------
    path : str or path-like
        A file of whole numbers: agents, jobs, the costs and then the weights agent by agent, the
        capacities; or how many such instances follow, and these. gzip is unpacked.
    number : int, optional
        Which of several instances, from 1.
    maximise : bool, default False
        Whether the costs are what the jobs bring.

    Returns
    -------
    GeneralisedAssignment
        Checked in its form: weights and capacities are 0 or more.

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If it is not of this format, with the line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from placement.adapters import read_gap
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "small"
    >>> _ = path.write_text("2 3   4 5 6  7 8 9   1 1 1  2 2 2   2 3")
    >>> read_gap(path).capacity
    array([2, 3])
    """
    numbers = read_numbers(path)
    name = Path(path).name.removesuffix(".gz").removesuffix(".txt")
    starts = _starts(numbers.values)
    if starts is None:  # a single instance, and how many there are is left out
        _choose(path, 1, number)
        made = _read_one(numbers, maximise, name)
        numbers.end()
        return made
    chosen = _choose(path, len(starts), number)
    numbers.at = starts[chosen - 1]
    return _read_one(numbers, maximise, f"{name}-{chosen}" if len(starts) > 1 else name)


def _starts(values: NDArray[np.int64]) -> list[int] | None:
    """Return where each of several instances starts; None if the numbers do not work out so."""
    starts, end = [], 1
    for _ in range(int(values[0]) if len(values) else 0):
        if end + 2 > len(values) or min(values[end : end + 2]) < 1:
            return None
        n_agents, n_jobs = values[end : end + 2].tolist()
        starts.append(end)
        end += 2 + 2 * n_agents * n_jobs + n_agents
    return starts if starts and end == len(values) else None


def _choose(path: str | os.PathLike[str], n_instances: int, number: int | None) -> int:
    if number is None and n_instances == 1:
        return 1
    if number is None or not 1 <= number <= n_instances:
        got = "say which" if number is None else f"number {number} is none of them"
        told = f"holds {n_instances} instance{'s'[: n_instances > 1]}; {got}, from 1"
        raise InputError([Fault(os.fspath(path), told)])
    return number


def _read_one(numbers: Numbers, maximise: bool, name: str) -> GeneralisedAssignment:
    n_agents, n_jobs = numbers.count("agents"), numbers.count("jobs")
    shape = n_agents, n_jobs
    cost = numbers.take(n_agents * n_jobs, f"the costs of {n_jobs} jobs on {n_agents} agents")
    weight = numbers.take(n_agents * n_jobs, f"the weights of {n_jobs} jobs on {n_agents} agents")
    numbers.not_negative(weight, "a weight")
    capacity = numbers.take(n_agents, f"the capacities of {n_agents} agents")
    numbers.not_negative(capacity, "a capacity")
    return GeneralisedAssignment(
        cost.reshape(shape), weight.reshape(shape), capacity, maximise=maximise, name=name
    )


def write_gap(instance: GeneralisedAssignment, path: str | os.PathLike[str]) -> None:
    """Write an instance as the OR-Library does, for others to read.

    Parameters
    ----------
    instance : GeneralisedAssignment
        Any.
    path : str or path-like
        The file; one that is there is replaced.

    Raises
    ------
    FileError
        If it cannot be written; then nothing has changed.
    """
    n_agents, n_jobs = instance.cost.shape
    rows = [*instance.cost, *instance.weight, instance.capacity]
    write_file(path, _lines(n_agents, n_jobs, rows))


def _lines(n_agents: int, n_jobs: int, rows: list[NDArray[np.int64]]) -> Iterator[str]:
    yield f"{n_agents} {n_jobs}\n"
    for row in rows:
        yield " ".join(map(str, row.tolist())) + "\n"
