"""What customers want: seven kinds of workload, where their users are, and what they need."""

from dataclasses import dataclass

import numpy as np

from bench.dice import Dice
from bench.federation.supply import OPERATORS, SLICES

__all__ = ["KINDS", "Kind", "Wants", "make_wants"]

HOME_SHARE = 0.85  # of customers who sign with an operator of their own country
MOST_ROUTES = 3000
ROUTE_KM = (80, 450)  # between one stop and the next


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of workload.

    Parameters
    ----------
    share : int
        Of all workloads, in hundredths.
    slice : str
        That it needs.
    km : float
        How far its sites may be away, about; the bound of its round trips follows from it.
    moving : bool
        Whether its users are along a route, or in one city.
    cpu, memory, gpu, bandwidth : tuple of int
        Least and most that one needs: thousandths of a core, MiB for each core, thousandths of an
        accelerator, kbit/s.
    laws : tuple of int
        How many of a hundred have no policy, each of the first three, and that of their country.
    priority : int
        Of each.
    """

    share: int
    slice: str
    km: float
    moving: bool
    cpu: tuple
    memory: tuple
    gpu: tuple
    bandwidth: tuple
    laws: tuple
    priority: int


KINDS = {
    "freight": Kind(22, "3", 900, True, (100, 2000), (512, 3000), (0, 0), (1000, 12000), (50, 20, 20, 5, 5), 1),
    "robotics": Kind(14, "2", 280, False, (500, 8000), (1024, 4096), (0, 0), (10000, 120000), (30, 20, 5, 15, 30), 3),
    "vehicles": Kind(14, "4", 420, True, (1000, 8000), (1024, 4096), (100, 900), (10000, 150000), (40, 30, 20, 5, 5), 3),
    "emergency": Kind(8, "1-000112", 520, False, (500, 4000), (1024, 4096), (0, 0), (5000, 60000), (20, 20, 5, 15, 40), 5),
    "inference": Kind(18, "1", 1300, False, (1000, 16000), (2048, 8192), (250, 4000), (2000, 40000), (45, 20, 15, 10, 10), 1),
    "video": Kind(12, "1", 650, False, (1000, 8000), (1024, 4096), (0, 1000), (40000, 400000), (50, 20, 15, 10, 5), 1),
    "games": Kind(12, "2", 480, False, (1000, 6000), (2048, 6144), (250, 1500), (20000, 80000), (60, 20, 20, 0, 0), 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Wants:
    """What each workload wants, but for its bound; all arrays are of shape (n_workloads,).

    Parameters
    ----------
    places : list of list of int
        Cities that users of one workload are in, by place.
    kind, place, home, slice : ndarray, int64
        Index into `KINDS`, `places`, `OPERATORS` and `SLICES`.
    policy : ndarray, int64
        Row of the policies, -1 for none.
    demand : dict of str to ndarray, int64
        Amounts of each resource.
    bandwidth, priority : ndarray, int64
        kbit/s, and how bad it is to leave one out.
    km : ndarray, float64
        How far its sites may be away, about.
    """

    places: list
    kind: np.ndarray
    place: np.ndarray
    home: np.ndarray
    slice: np.ndarray
    policy: np.ndarray
    demand: dict
    bandwidth: np.ndarray
    priority: np.ndarray
    km: np.ndarray


def make_wants(supply, n_workloads, seed):
    """Return what so many workloads want."""
    dice = Dice(seed, "workloads")
    kinds = list(KINDS.values())
    kind = dice.weighted(np.array([one.share for one in kinds]), n_workloads)
    places, weights, n_cities = make_places(supply, Dice(seed, "places"))
    moving = np.array([one.moving for one in kinds])[kind]
    place = np.where(
        moving,
        n_cities + dice.weighted(weights[n_cities:], n_workloads),
        dice.weighted(weights[:n_cities], n_workloads),
    )
    first = np.array([cities[0] for cities in places])[place]
    demand, bandwidth = make_amounts(kinds, kind, dice)
    slices = list(SLICES)
    return Wants(
        places=places,
        kind=kind,
        place=place,
        home=make_homes(supply, first, dice),
        slice=np.array([slices.index(one.slice) for one in kinds])[kind],
        policy=make_laws(supply, kinds, kind, first, dice),
        demand=demand,
        bandwidth=bandwidth,
        priority=np.array([one.priority for one in kinds])[kind],
        km=np.array([one.km for one in kinds])[kind] * dice.uniform(n_workloads, 0.7, 1.4),
    )


def make_places(supply, dice):
    """Return cities and routes, how many of either kind of user are there, and how many are cities."""
    cities = supply.cities
    with_hosts = [c for c, country in enumerate(cities.countries) if country in supply.hosts]
    km = cities.km()
    near = (km >= ROUTE_KM[0]) & (km <= ROUTE_KM[1])
    near[:, [c for c in range(len(cities)) if c not in set(with_hosts)]] = False
    people = cities.people.astype(float)
    starts = np.array(with_hosts)[dice.weighted(people[with_hosts], MOST_ROUTES)]
    turns = dice.uniform(3 * MOST_ROUTES).reshape(3, -1).tolist()
    routes = []
    for start, (u, v, more) in zip(starts.tolist(), zip(*turns, strict=True), strict=True):
        stops = [start]
        for turn in (u, v) if more < 0.5 else (u,):
            onward = np.flatnonzero(near[stops[-1]] & ~np.isin(np.arange(len(cities)), stops))
            if len(onward):
                stops.append(int(onward[int(turn * len(onward))]))
        routes.append(stops)
    places = [[c] for c in with_hosts] + routes
    weights = np.array([people[stops].sum() for stops in places])
    return places, weights, len(with_hosts)


def make_homes(supply, first, dice):
    """Return the home operator of each: mostly one of the country that its users are in."""
    countries = sorted(supply.hosts)
    many = max(len(hosts) for hosts in supply.hosts.values())
    table = np.zeros((len(countries), many), np.int64)
    for row, country in enumerate(countries):
        hosts = [OPERATORS.index(one) for one in supply.hosts[country]]
        table[row] = (hosts * many)[:many]
    country = np.array(
        [countries.index(c) if c in supply.hosts else -1 for c in supply.cities.countries]
    )
    own = table[country[first], dice.below(many, len(first))]
    return np.where(
        dice.uniform(len(first)) < HOME_SHARE, own, dice.below(len(OPERATORS), len(first))
    )


def make_laws(supply, kinds, kind, first, dice):
    """Return the policy of each: none, one of the first three, or that of its users' country."""
    ends = np.cumsum(np.array([one.laws for one in kinds]), axis=1)
    choice = (dice.below(100, len(kind))[:, None] >= ends[kind]).sum(axis=1)
    ids = [policy["id"] for policy in supply.tables["policies"]]
    own = [f"only-{country.lower()}" for country in supply.cities.countries]
    national = np.array([ids.index(one) if one in ids else -1 for one in own])[first]
    return np.where(choice == 4, national, choice - 1)


def make_amounts(kinds, kind, dice):
    """Return the amounts of each resource, and the bandwidths: hardly two workloads are alike."""
    made = {}
    for name in ("cpu", "memory", "gpu", "bandwidth"):
        least, most = np.array([getattr(one, name) for one in kinds]).T.astype(float)
        # Uniform in the logarithm; from 0, so is what lies above the first step.
        low, high = np.log(np.maximum(least, 1))[kind], np.log(most + 1)[kind]
        made[name] = np.floor(np.exp(low + (high - low) * dice.uniform(len(kind)))).astype(np.int64)
        made[name][most[kind] == 0] = 0
    made["memory"] = made["memory"] * made["cpu"] // 1000
    bandwidth = made.pop("bandwidth")
    made["gpu"][made["gpu"] < 50] = 0
    return made, bandwidth
