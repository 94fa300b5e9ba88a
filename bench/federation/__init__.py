"""Federations of any size, made from a seed, with a hidden plan that fills their sites to nine tenths.

European cities with their people, the five operators where they run networks, seven kinds of
workload. Each workload may use from 5 to 64 sites; hardly two are alike. Cities, operators and their
footprint are facts (`facts/README.md`); sites, links, prices and customers are made up.

``python -m bench.federation 1000 50 --seed 1 -o problem.json`` writes one for others to use.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from bench.dice import Dice
from bench.federation.demand import KINDS, make_wants
from bench.federation.reach import FEWEST, bound, find_candidates, hide
from bench.federation.supply import OPERATORS, RESOURCES, SLICES, make_supply
from bench.judge import plan_of
from placement.instance import compile_problem
from placement.model.column import Column
from placement.model.door import read_table
from placement.model.faults import Faults
from placement.model.problem import Problem
from placement.model.workload import WORKLOADS, Origin

__all__ = ["Federation", "make_federation"]

AT = "2026-11-24"
OBJECTIVE = {"latency": 1, "price": 1}
FULL = (0.85, 0.92)  # of each row in the hidden plan
ROUNDS = 30  # in which workloads are made smaller that fit on fewer sites than they should


@dataclass(frozen=True, slots=True, eq=False)
class Federation:
    """A problem, and a plan for it that places everything.

    Parameters
    ----------
    problem : Problem
        The federation.
    hidden : ndarray of shape (n_workloads,), int64
        Row of the site that each workload has in the hidden plan.
    n_pairs : int
        Of a workload and a site that it may use.
    """

    problem: Problem
    hidden: np.ndarray
    n_pairs: int

    def hidden_plan(self):
        """Return the plan that the sites were made for; it claims nothing of how good it is."""
        instance = compile_problem(self.problem)
        place = {name: s for s, name in enumerate(instance.site_ids)}
        site = np.array([place[name] for name in self.problem.sites.ids])[self.hidden]
        pairs = instance.pair_class.astype(np.int64) * instance.n_sites + instance.pair_site
        wanted = instance.class_of * instance.n_sites + site
        pair = np.searchsorted(pairs, wanted)
        assert (pairs[pair] == wanted).all()
        return plan_of(instance, np.bincount(pair, minlength=instance.n_pairs))


def make_federation(n_workloads, n_sites, *, seed=0):
    """Return a federation.

    Parameters
    ----------
    n_workloads, n_sites : int
        How many; where both are small, some workloads may use fewer than 5 sites.
    seed : int, default 0
        From which all is made.

    Returns
    -------
    Federation
        The same for the same arguments.

    Raises
    ------
    ValueError
        If there are so few sites that somebody finds none.
    """
    supply = make_supply(n_sites, seed)
    wants = make_wants(supply, n_workloads, seed)
    candidates = find_candidates(supply, wants, AT)
    chosen = hide(supply, wants, candidates, Dice(seed, "hidden plan"))
    hidden = candidates.site[candidates.of, chosen].astype(np.int64)
    for _ in range(ROUNDS):
        capacity, bandwidth = room(wants, hidden, n_sites, Dice(seed, "room"))
        fits = partial(fitting, wants, candidates, capacity, bandwidth)
        limit, n_usable = bound(wants, candidates, chosen, fits)
        if n_usable.min() >= FEWEST:
            break
        wants = with_less(wants, n_usable < FEWEST)
    problem = Problem.from_tables(
        network=supply.network,
        **supply.tables,
        sites=sites_of(supply, capacity, bandwidth),
        workloads=workloads_of(supply, wants, candidates.policy, limit),
        objective=OBJECTIVE,
        at=AT,
        name=f"federation {n_workloads} x {n_sites}, seed {seed}",
    )
    return Federation(problem, hidden, int(n_usable.sum()))


def fitting(wants, candidates, capacity, bandwidth, some):
    """Return which candidates are large enough for each of some workloads."""
    site = candidates.site[candidates.of[some]]
    made = bandwidth[site, wants.slice[some, None]] >= wants.bandwidth[some, None]
    for resource, amounts in capacity.items():
        made &= amounts[site] >= wants.demand[resource][some, None]
    return made


def with_less(wants, some):
    """Return what all want, some of them less: they were too large for most sites."""

    def less(amounts):
        return np.where(some & (amounts > 1), np.maximum(1, amounts * 7 // 10), amounts)

    demand = {resource: less(amounts) for resource, amounts in wants.demand.items()}
    return replace(wants, demand=demand, bandwidth=less(wants.bandwidth))


def room(wants, hidden, n_sites, dice):
    """Return the capacities by resource and the bandwidths by site and slice.

    They are what the hidden plan uses, and a little more.
    """
    capacity = {
        resource: loaded(hidden, wants.demand[resource], n_sites, dice) for resource in RESOURCES
    }
    row = hidden * len(SLICES) + wants.slice
    bandwidth = loaded(row, wants.bandwidth, n_sites * len(SLICES), dice)
    return capacity, bandwidth.reshape(n_sites, -1)


def loaded(row, amount, n_rows, dice):
    """Return the limit of each row: what it carries is from 85 to 92 % of it."""
    load = np.bincount(row, amount, minlength=n_rows)  # whole numbers below 2**53: exact
    return np.floor(load / dice.uniform(n_rows, *FULL)).astype(np.int64)


def sites_of(supply, capacity, bandwidth):
    """Return the rows of the sites."""
    names = list(SLICES)
    return [
        site
        | {"capacity": {one: int(amounts[s]) for one, amounts in capacity.items() if amounts[s]}}
        | {"slices": {one: wide for one, wide in zip(names, row, strict=True) if wide}}
        for s, (site, row) in enumerate(zip(supply.sites, bandwidth.tolist(), strict=True))
    ]


def workloads_of(supply, wants, policy, limit):
    """Return the table of the workloads, column by column."""
    n_workloads = len(wants.kind)
    width = len(str(n_workloads - 1))
    kinds = list(KINDS)
    names = [f"{n:0{width}}-{kinds[kind]}" for n, kind in enumerate(wants.kind.tolist())]
    people = supply.cities.people.tolist()
    origins = [
        [Origin(supply.cities.ids[city], people[city] // 1000) for city in stops]
        for stops in wants.places
    ]
    laws = [one["id"] for one in supply.tables["policies"]]
    columns = {
        "id": Column(names),
        "operator": coded(OPERATORS, wants.home),
        "origins": coded(origins, wants.place),
        "slice": coded(list(SLICES), wants.slice),
        "policy": coded([*laws, None], policy),
        "features": coded([[], ["gpu"]], wants.demand["gpu"] > 0),
        "max_rtt_ms": limit / 1e6,
        "bandwidth": wants.bandwidth,
        "priority": wants.priority,
    }
    columns |= {f"demand.{resource}": amounts for resource, amounts in wants.demand.items()}
    faults = Faults()
    table = read_table(WORKLOADS, columns, n_workloads, faults)
    faults.raise_if_any()
    return table


def coded(values, codes):
    """Return a column of a few values; the last of them has the code -1 as well."""
    return Column(values, (codes % len(values)).astype(np.int32))
