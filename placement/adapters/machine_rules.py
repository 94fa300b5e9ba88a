"""The published objective and rules of machine reassignment, read from its description alone."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from placement.adapters.machine_reassignment import MachineReassignment

__all__ = ["broken_rules", "published_value"]


def published_value(instance: "MachineReassignment", machine: NDArray[np.int64]) -> int:
    """Return the objective of an assignment.

    Parameters
    ----------
    instance : MachineReassignment
        What is asked.
    machine : ndarray of shape (n_processes,), int64
        Where each process runs.

    Returns
    -------
    int
        Load, balance, process move, service move and machine move cost, weighted.
    """
    used = _used(instance, machine)
    over = np.maximum(used - instance.safety, 0).sum(axis=0)
    free = instance.capacity - used
    lacking: list[int] = [
        weight * sum(np.maximum(target * free[:, first] - free[:, second], 0).tolist())
        for first, second, target, weight in instance.balance.tolist()
    ]
    moved = machine != instance.start
    n_moved = np.bincount(instance.service[moved], minlength=len(instance.spread))
    by_process, by_service, by_machine = instance.weights
    loads: list[int] = [
        w * n for w, n in zip(instance.load_weight.tolist(), over.tolist(), strict=True)
    ]
    return (
        sum(loads)
        + sum(lacking)
        + by_process * int(instance.process_cost[moved].sum())
        + by_service * int(n_moved.max(initial=0))
        + by_machine * int(instance.machine_cost[instance.start, machine].sum())
    )


def broken_rules(instance: "MachineReassignment", machine: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the hard rules that an assignment breaks, a sentence each.

    Parameters
    ----------
    instance : MachineReassignment
        What is asked.
    machine : ndarray of shape (n_processes,), int64
        Where each process runs.
    """
    return (
        *_overloaded(instance, machine),
        *_conflicts(instance, machine),
        *_not_spread(instance, machine),
        *_in_need(instance, machine),
    )


def _used(instance: "MachineReassignment", machine: NDArray[np.int64]) -> NDArray[np.int64]:
    used = np.zeros_like(instance.capacity)
    np.add.at(used, machine, instance.demand)
    return used


def _overloaded(instance: "MachineReassignment", machine: NDArray[np.int64]) -> list[str]:
    """Capacity; of a transient resource, what has moved away counts on either machine."""
    used = _used(instance, machine)
    moved = np.flatnonzero(machine != instance.start)
    np.add.at(used, instance.start[moved], instance.demand[moved] * instance.transient)
    return [
        f"machine {m} uses {used[m, r]} of resource {r}, of which it has {instance.capacity[m, r]}"
        for m, r in np.argwhere(used > instance.capacity).tolist()
    ]


def _conflicts(instance: "MachineReassignment", machine: NDArray[np.int64]) -> list[str]:
    keys = instance.service * len(instance.capacity) + machine
    found, times = np.unique(keys, return_counts=True)
    service, where = np.divmod(found[times > 1], len(instance.capacity))
    return [
        f"machine {m} runs {n} processes of service {s}"
        for s, m, n in zip(service.tolist(), where.tolist(), times[times > 1].tolist(), strict=True)
    ]


def _groups(
    instance: "MachineReassignment", machine: NDArray[np.int64], group_of: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which service runs in which group of machines."""
    groups, place = np.unique(group_of, return_inverse=True)
    runs = np.zeros((len(instance.spread), len(groups)), bool)
    runs[instance.service, place[machine]] = True
    return runs


def _not_spread(instance: "MachineReassignment", machine: NDArray[np.int64]) -> list[str]:
    n_locations = _groups(instance, machine, instance.location).sum(axis=1)
    has_some = np.bincount(instance.service, minlength=len(instance.spread)) > 0
    return [
        f"service {s} runs in {n_locations[s]} locations, fewer than {instance.spread[s]}"
        for s in np.flatnonzero((n_locations < instance.spread) & has_some).tolist()
    ]


def _in_need(instance: "MachineReassignment", machine: NDArray[np.int64]) -> list[str]:
    runs = _groups(instance, machine, instance.neighbourhood)
    return [
        f"service {a} runs in {n} neighbourhoods without service {b}, on which it depends"
        for a, b in instance.needs.tolist()
        if (n := int((runs[a] & ~runs[b]).sum()))
    ]
