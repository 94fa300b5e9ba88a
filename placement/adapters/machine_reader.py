"""Reading instances of the ROADEF/EURO challenge 2012: a model, and where the processes start."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from placement.adapters.machine_reassignment import MachineReassignment
from placement.adapters.plain_numbers import Numbers, read_numbers

__all__ = ["read_machine_reassignment"]

MOST = 2**31 - 1  # of any number: products of two fit in 64 bits


def read_machine_reassignment(
    path: str | os.PathLike[str], start: str | os.PathLike[str]
) -> MachineReassignment:
    """Read an instance of machine reassignment.

    Parameters
    ----------
    path : str or path-like
        The model: resources, machines, services, processes, balance costs and weights. gzip is
        unpacked.
    start : str or path-like
        The machine that each process starts on, counted from 0.

    Returns
    -------
    MachineReassignment
        Checked in its form: no number is negative, and all that is named is there.

    Raises
    ------
    FileError
        If a file cannot be read.
    InputError
        If it is not of this format, with the line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from placement.adapters import read_machine_reassignment
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "model").write_text(
    ...     "1  0 10   2  0 0 9 5 0 1  0 1 9 5 1 0   1  1 0   2  0 4 1  0 3 1   0   1 1 1")
    >>> _ = (folder / "start").write_text("0 1")
    >>> read_machine_reassignment(folder / "model", folder / "start").demand.tolist()
    [[4], [3]]
    """
    numbers = read_numbers(path)
    numbers.largest(MOST)
    n_resources = numbers.count("resources")
    resources = _rows(numbers, n_resources, 2, "transient or not, and load weight, of resources")
    numbers.each(resources, (resources > 1) & [True, False], "neither 0 nor 1 (transient)")
    n_machines = numbers.count("machines")
    width = 2 + 2 * n_resources + n_machines
    machines = _rows(numbers, n_machines, width, "machines")
    spread, needs = _services(numbers)
    n_processes = numbers.count("processes")
    processes = _rows(numbers, n_processes, 2 + n_resources, "processes")
    named = np.arange(2 + n_resources) == 0
    numbers.each(processes, (processes >= len(spread)) & named, "no service")
    n_balances = numbers.count("balance costs", 0)
    balance = _rows(numbers, n_balances, 4, "balance costs")
    numbers.each(balance, (balance >= n_resources) & [True, True, False, False], "no resource")
    weights = _rows(numbers, 1, 3, "the weights of the three move costs")
    numbers.end()
    own, safety = 2, 2 + n_resources
    return MachineReassignment(
        transient=resources[:, 0] == 1,
        load_weight=resources[:, 1],
        neighbourhood=machines[:, 0],
        location=machines[:, 1],
        capacity=machines[:, own:safety],
        safety=machines[:, safety : safety + n_resources],
        machine_cost=machines[:, safety + n_resources :],
        spread=spread,
        needs=needs,
        service=processes[:, 0],
        demand=processes[:, 1:-1],
        process_cost=processes[:, -1],
        balance=balance,
        weights=(int(weights[0, 0]), int(weights[0, 1]), int(weights[0, 2])),
        start=_start(start, n_processes, n_machines),
        name=Path(path).name.removesuffix(".gz").removesuffix(".txt"),
    )


def _rows(numbers: Numbers, n_rows: int, width: int, what: str) -> NDArray[np.int64]:
    piece = numbers.take(n_rows * width, what).reshape(n_rows, width)
    return numbers.not_negative(piece, f"a number of {what}")


def _services(numbers: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the spread of each service, and the pairs of services that depend on one another."""
    n_services = numbers.count("services")
    spread = np.zeros(n_services, np.int64)
    needs: list[NDArray[np.int64]] = []
    for s in range(n_services):
        head = numbers.not_negative(numbers.take(2, f"service {s}"), "a number of a service")
        spread[s], n_needs = head.tolist()
        needed = numbers.take(int(n_needs), f"what service {s} depends on")
        numbers.each(needed, (needed < 0) | (needed >= n_services), "no service")
        needs.append(np.stack([np.full(len(needed), s), needed], axis=1))
    return spread, np.concatenate(needs)


def _start(path: str | os.PathLike[str], n_processes: int, n_machines: int) -> NDArray[np.int64]:
    numbers = read_numbers(path)
    machine = numbers.take(n_processes, "the machine of each process")
    numbers.each(machine, (machine < 0) | (machine >= n_machines), "no machine")
    numbers.end()
    return machine
