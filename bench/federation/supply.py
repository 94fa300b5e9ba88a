"""What a federation has: operators, agreements, slices, policies and sites."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bench.dice import Dice
from bench.federation.cities import Cities, make_network
from placement.model.network import Network

__all__ = ["RESOURCES", "SLICES", "Supply", "make_supply"]

EUROPE = Path(__file__).parents[2] / "data/europe/facts"
OPERATORS = ("vodafone", "dt", "orange", "telefonica", "tim")
HUBS = 12  # sites, the largest, that have everything
MISSING = {("telefonica", "vodafone"), ("tim", "vodafone")}  # homes and hosts without an agreement
FACTORS = (1, 1.05, 1.1, 1.2)
SLICES = {"1": 5, "1-000112": 3, "2": 0.5, "3": 8, "4": 1.5}  # one-way access in milliseconds
# What each resource counts, and the money for one: thousandths of a core, MiB, and
# thousandths of an accelerator.
RESOURCES = {"cpu": 0.0008, "memory": 0.0001, "gpu": 0.002}


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """All but the workloads and the capacities.

    Parameters
    ----------
    cities : Cities
        Where users and sites are.
    hosts : dict of str to list of str
        The operators that run a network, by country.
    network : Network
        Of cities and sites, with the slices.
    tables : dict of str to list of dict
        `operators`, `agreements` and `policies`, row by row.
    sites : list of dict
        Without capacity and bandwidth.
    size : ndarray of shape (n_sites,), float64
        How large each is to be: its share of what is placed.
    offers : ndarray of shape (n_sites, n_slices), bool
        Which of `SLICES` it has.
    """

    cities: Cities
    hosts: dict
    network: Network
    tables: dict
    sites: list
    size: np.ndarray
    offers: np.ndarray


def make_supply(n_sites, seed):
    """Return what a federation with so many sites has."""
    cities, hosts, dice = Cities(), read_hosts(), Dice(seed, "sites")
    homes = [(c, host) for c, one in enumerate(cities.countries) for host in hosts.get(one, ())]
    rounds, rest = divmod(n_sites, len(homes))  # all of them several times, if need be
    some = dice.sample(cities.people[[c for c, _ in homes]] ** 0.6, rest).tolist()
    chosen = [homes[i] for i in [*range(len(homes))] * rounds + some]
    city = np.array([c for c, _ in chosen], np.int64)
    # The largest are some hundred times the smallest: small towns, and hubs of the backbone.
    radius = np.sqrt(-2 * np.log1p(-dice.uniform(n_sites)))
    normal = radius * np.cos(2 * np.pi * dice.uniform(n_sites))
    size = cities.people[city] ** 0.4 * np.exp(0.8 * normal.clip(-2, 2))
    gpu = dice.uniform(n_sites) < np.where(size > np.median(size), 0.8, 0.4)
    offers = dice.uniform(n_sites * len(SLICES)).reshape(n_sites, -1) < 0.85
    offers[:, 0] = True
    hubs = np.argsort(-size, kind="stable")[:HUBS]
    offers[hubs], gpu[hubs] = True, True
    ids = site_ids(cities, chosen)
    sites = [
        {
            "id": ids[s],
            "node": ids[s],
            "operator": host,
            "features": ["gpu"] if gpu[s] else [],
            "price": price,
        }
        for s, ((_, host), price) in enumerate(
            zip(chosen, prices(cities, city, size, dice), strict=True)
        )
    ]
    tables = {
        "operators": read_operators(),
        "agreements": make_agreements(Dice(seed, "agreements")),
        "policies": make_policies(hosts),
    }
    slices = [{"id": one, "access_ms": access} for one, access in SLICES.items()]
    network = make_network(cities, ids, city, slices, seed)
    return Supply(cities, hosts, network, tables, sites, size, offers)


def site_ids(cities, chosen):
    """Return names such as `dt:de-berlin`; a second one there gets a number."""
    times, ids = {}, []
    for c, host in chosen:
        name = f"{host}:{cities.ids[c]}"
        times[name] = times.get(name, 0) + 1
        ids.append(name if times[name] == 1 else f"{name}:{times[name]}")
    return ids


def prices(cities, city, size, dice):
    """Return the prices of each site: a level for its country, less where it is large, and chance."""
    countries = sorted(set(cities.countries))
    level = dict(zip(countries, dice.uniform(len(countries), 0.7, 1.4).tolist(), strict=True))
    scale = (size / size.max()) ** -0.08 * dice.uniform(len(city), 0.8, 1.25)
    scale *= np.array([level[cities.countries[c]] for c in city.tolist()])
    return [
        {resource: round(base * one, 8) for resource, base in RESOURCES.items()}
        for one in scale.tolist()
    ]


@cache
def read_hosts():
    """Return the operators that run a network, by country."""
    hosts = {}
    with (EUROPE / "footprint.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["used"] == "yes":
                hosts.setdefault(row["country"], []).append(row["operator"])
    return hosts


def read_operators():
    """Return the operators, with their seats, owners and the laws that they are exposed to."""
    with (EUROPE / "operators.csv").open(encoding="utf-8", newline="") as file:
        return [
            {"id": row["id"], "country": row["country"]}
            | {many: row[many].split() for many in ("parents", "laws")}
            for row in csv.DictReader(file)
        ]


def make_agreements(dice):
    """Return who hosts whom, at which price."""
    pairs = [
        (home, host)
        for home in OPERATORS
        for host in OPERATORS
        if home != host and (home, host) not in MISSING
    ]
    factors = dice.below(len(FACTORS), len(pairs)).tolist()
    return [
        {"home": home, "host": host, "price_factor": FACTORS[factor]}
        for (home, host), factor in zip(pairs, factors, strict=True)
    ]


def make_policies(hosts):
    """Return the laws that data may stay under; the last ones are of single countries."""
    return [
        {"id": "eea", "countries": ["EEA"]},
        {"id": "adequate", "countries": ["EEA", "EU-ADEQUATE"]},
        {"id": "eu-law", "countries": ["EU"], "excluded_laws": ["UK-IPA"]},
        *({"id": f"only-{one.lower()}", "countries": [one]} for one in sorted(hosts)),
    ]
