"""Machine reassignment, the problem of the ROADEF/EURO challenge 2012, as far as our rules go.

Processes are workloads, machines are sites, and each process starts on a machine.

Expressed exactly:

- **capacity**: a resource of each machine; a *transient* one, which a process that moves away goes on
  using, as a resource of which what starts there uses nothing and the rest has been taken off;
- **conflict**: the processes of a service run on different machines. Each such service is a slice of
  which every machine has 1;
- **process move cost** and **machine move cost**: `move_cost`, and the cost of a `Pair`.

Expressed in part:

- **spread**: the n processes of a service run in at least k locations. They are its home operator's
  customers, a location is a host operator, and a quota admits n − k + 1 of them to each location. For k
  of 2 and of n that is the very rule; between, it is necessary and not enough.

Left out:

- **dependency**: a process needs one of another service in its neighbourhood;
- **load cost** and **balance cost**, of what lies above a machine's safety capacity and of resources
  in the wrong proportion: not linear. What they are at least, whoever runs where, is `least_cost`;
- **service move cost**, of the service that moves most.

So the problem is a relaxation: what bounds its cost, plus `least_cost`, bounds the published objective,
but a plan for it may break rules that are left out, and its published objective is another number.
`MachineReassignment.value` and `MachineReassignment.broken` tell both. With a `margin` the problem is
restricted as well: no machine may be loaded much more than its share, so that every plan which places
all is cheap to run; then what bounds its cost bounds nothing else.

References
----------
ROADEF/EURO challenge 2012, "Machine reassignment: problem description", sections 1 to 3.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from placement.adapters.machine_rules import broken_rules, published_value
from placement.adapters.tables import AT, NODE, names, pairs_of, sites_of, table
from placement.errors import Fault, InputError
from placement.model.column import Column
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.units import MICRO

__all__ = ["MachineReassignment"]

Integers = NDArray[np.int64]

MOST_PAIRS, MOST_QUOTAS = 2**26, 2**21


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MachineReassignment:
    """Processes on machines, to be moved so that the machines are loaded well.

    Parameters
    ----------
    transient : ndarray of shape (n_resources,), bool
        Whether a process that moves away goes on using its share.
    load_weight : ndarray of shape (n_resources,), int64
        Cost of each unit above the safety capacity.
    neighbourhood, location : ndarray of shape (n_machines,), int64
        Where each machine is.
    capacity, safety : ndarray of shape (n_machines, n_resources), int64
        What must not be exceeded, and what should not.
    machine_cost : ndarray of shape (n_machines, n_machines), int64
        Of moving any process from one to another.
    spread : ndarray of shape (n_services,), int64
        In how many locations each service must run, at least.
    needs : ndarray of shape (n_dependencies, 2), int64
        A service, and one that it depends on.
    service : ndarray of shape (n_processes,), int64
        Which each process belongs to.
    demand : ndarray of shape (n_processes, n_resources), int64
        What each uses.
    process_cost : ndarray of shape (n_processes,), int64
        Of moving it.
    balance : ndarray of shape (n_balances, 4), int64
        Two resources, so many units of the second to be free for each free one of the first, weight.
    weights : tuple of int
        Of the process, service and machine move cost.
    start : ndarray of shape (n_processes,), int64
        The machine that each process runs on now.
    name : str, optional
        Of the instance.
    """

    transient: NDArray[np.bool_]
    load_weight: Integers
    neighbourhood: Integers
    location: Integers
    capacity: Integers
    safety: Integers
    machine_cost: Integers
    spread: Integers
    needs: Integers
    service: Integers
    demand: Integers
    process_cost: Integers
    balance: Integers
    weights: tuple[int, int, int]
    start: Integers
    name: str | None = None

    @property
    def machines(self) -> tuple[str, ...]:
        """Ids of the sites."""
        return names("machine", len(self.capacity))

    @property
    def processes(self) -> tuple[str, ...]:
        """Ids of the workloads."""
        return names("process", len(self.service))

    @property
    def least_cost(self) -> int:
        """What load and balance cost at least, whichever process runs where."""
        used = self.demand.sum(axis=0)
        over = np.maximum(used - self.safety.sum(axis=0), 0)
        free = (self.capacity.sum(axis=0) - used).tolist()
        lacking: list[int] = [
            weight * max(target * free[first] - free[second], 0)
            for first, second, target, weight in self.balance.tolist()
        ]
        pairs = zip(self.load_weight.tolist(), over.tolist(), strict=True)
        loads: list[int] = [weight * amount for weight, amount in pairs]
        return sum(loads) + sum(lacking)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the problem does not say, in a sentence each."""
        n_of = np.bincount(self.service, minlength=len(self.spread))
        loose = (self.spread > 2) & (self.spread < n_of)
        told = [
            f"load, balance and service move cost: at least {self.least_cost} in all",
            *[f"dependencies of services: {len(self.needs)}"] * bool(len(self.needs)),
            *[f"part of the spread of {int(loose.sum())} services"] * bool(loose.any()),
        ]
        return tuple(told)

    def to_problem(self, *, margin: float | None = None) -> Problem:
        """Return it as a problem, as far as our rules go.

        Parameters
        ----------
        margin : float, optional
            Admit to each machine, of each resource, no more than its share: the safety capacities if
            all of them hold this part more than is used, else equal parts of what lies above them,
            until they do. Left out: all that its capacity holds.

        Returns
        -------
        Problem
            With a site for each machine, a workload for each process, and a pair for each of both
            that costs something or uses less.

        Raises
        ------
        InputError
            If it has more pairs than a problem should, or asks for quotas without end.
        """
        n_pairs = len(self.capacity) * len(self.service)
        if n_pairs > MOST_PAIRS:
            told = f"has {n_pairs} pairs of a process and a machine; expected at most {MOST_PAIRS}"
            raise InputError([Fault(self.name or "", told)])
        most, locations = self._most_in_location(), sorted(set(self.location.tolist()))
        if len(most) * len(locations) > MOST_QUOTAS:
            told = (
                f"has {len(most)} services to spread over {len(locations)} locations; expected at "
            )
            raise InputError([Fault(self.name or "", f"{told}most {MOST_QUOTAS} of both")])
        slices = self._slices()
        return Problem.from_tables(
            nodes=[{"id": NODE}],
            slices=[{"id": one} for one in slices.values()],
            agreements=[
                {"home": f"service-{s}", "host": f"location-{one}", "quota": {"process": quota}}
                for s, quota in most.items()
                for one in locations
            ],
            sites=self._sites(slices, margin),
            workloads=self._workloads(slices, most),
            pairs=self._pairs(most),
            objective={"latency": 0, "moves": 1},
            at=AT,
            name=self.name,
        )

    def value(self, plan: Plan) -> int | None:
        """Return the published objective of a plan: all of it, from the processes' machines alone.

        Parameters
        ----------
        plan : Plan
            For a problem that `to_problem` returns.

        Returns
        -------
        int or None
            None if a process is left out: then the plan is no solution.
        """
        machine = sites_of(plan, self.processes, self.machines)
        return None if (machine < 0).any() else published_value(self, machine)

    def broken(self, plan: Plan) -> tuple[str, ...]:
        """Return which published rules a plan breaks, those that the problem leaves out among them.

        Parameters
        ----------
        plan : Plan
            For a problem that `to_problem` returns.

        Returns
        -------
        tuple of str
            A sentence for each rule and machine or service; empty if the plan is a solution.
        """
        machine = sites_of(plan, self.processes, self.machines)
        if (machine < 0).any():
            return (f"{int((machine < 0).sum())} processes are left out",)
        return broken_rules(self, machine)

    def bound(self, cost: int) -> int:
        """Return what a bound on the cost of the problem without a margin says of the objective.

        Parameters
        ----------
        cost : int, micro-units
            At most the cost of any plan that places all processes.

        Returns
        -------
        int
            No solution has a lower value.
        """
        return self.least_cost - (-cost // MICRO)

    def _slices(self) -> dict[int, str]:
        """Return a slice for each service of which no machine may have two processes."""
        n_of = np.bincount(self.service, minlength=len(self.spread))
        return {one: f"1-{one:06X}" for one in np.flatnonzero(n_of > 1).tolist()}

    def _most_in_location(self) -> dict[int, int]:
        """Return how many processes of a service one location may have, where it must be spread."""
        n_of = np.bincount(self.service, minlength=len(self.spread))
        spread = np.flatnonzero((self.spread > 1) & (n_of > 0))
        most = np.maximum(n_of - self.spread + 1, 0)[spread]
        return dict(zip(spread.tolist(), most.tolist(), strict=True))

    def _sites(self, slices: dict[int, str], margin: float | None) -> Any:
        n_machines, n_resources = self.capacity.shape
        room = self._room(margin)
        columns = {
            "id": Column(self.machines),
            "node": Column.constant(NODE, n_machines),
            "operator": [f"location-{one}" for one in self.location.tolist()],
            "slices": Column([dict.fromkeys(slices.values(), 1)], np.zeros(n_machines, np.int32)),
            "capacity.process": np.full(n_machines, len(self.service)),
        }
        columns |= {f"capacity.r{r}": room[:, r] for r in range(n_resources)}
        return table("sites", n_machines, columns)

    def _workloads(self, slices: dict[int, str], most: dict[int, int]) -> Any:
        service = self.service.tolist()
        columns = {
            "id": Column(self.processes),
            "site": Column(self.machines, self.start.astype(np.int32)),
            "move_cost": self.process_cost * self.weights[0],
            "slice": [slices.get(s) for s in service],
            "bandwidth": np.array([int(s in slices) for s in service]),
            "operator": [f"service-{s}" if s in most else None for s in service],
            "demand.process": np.array([int(s in most) for s in service]),
        }
        columns |= {f"demand.r{r}": amounts for r, amounts in enumerate(self.demand.T)}
        return table("workloads", len(service), columns)

    def _room(self, margin: float | None) -> Integers:
        """Return what may be used of each machine's resources, what starts there apart if transient."""
        begun = np.zeros_like(self.capacity)
        np.add.at(begun, self.start, self.demand)
        room = self.capacity
        if margin is not None:
            low = np.minimum(self.safety, self.capacity)
            lacking = self.demand.sum(axis=0) * (1 + margin) - low.sum(axis=0)
            above = np.maximum((self.capacity - low).sum(axis=0), 1)
            part = np.ceil((self.capacity - low) * np.clip(lacking / above, 0, 1))
            room = low + part.astype(np.int64)
        # What is transient is bounded by its capacity alone: moves are paid for elsewhere.
        return np.where(self.transient, np.maximum(self.capacity - begun, 0), room)

    def _pairs(self, most: dict[int, int]) -> Any:
        """Return the pairs that cost something, and those of processes with their machines of today."""
        cost = self.machine_cost[self.start] * self.weights[2]
        staying = np.zeros(cost.shape, bool)
        if self.transient.any():
            staying[np.arange(len(self.start)), self.start] = True
        w, s = np.nonzero((cost > 0) | staying)
        stays = staying[w, s]
        counted = np.isin(self.service, list(most))[w]
        columns: dict[str, Any] = {
            "cost": cost[w, s],
            "demand": stays,
            "demand.process": (stays & counted).astype(np.int64),
        }
        for r in np.flatnonzero(~self.transient).tolist():
            columns[f"demand.r{r}"] = np.where(stays, self.demand[w, r], 0)
        return pairs_of(self.processes, self.machines, w, s, columns)
