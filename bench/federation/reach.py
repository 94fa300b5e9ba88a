"""Which sites a workload may use, from near to far; where it runs in the hidden plan; its bound."""

from dataclasses import dataclass

import numpy as np

from bench.federation.supply import OPERATORS, SLICES
from placement.instance import compile_problem
from placement.latency import UNREACHABLE_NS, latency_matrix
from placement.model.problem import Problem
from placement.units import ns_up, number

__all__ = ["FEWEST", "MOST", "Candidates", "bound", "find_candidates", "hide"]

FEWEST, MOST = 5, 64  # sites that a workload may use
KEPT = 96  # candidates: some of the nearest will be too small
SEEN = 320  # of the nearest sites, at first
SETTLERS = 3  # workloads that a site gets which would have none
SCARCE = 16  # with fewer candidates a workload drops its policy
BLOCK = 20_000
NS_PER_KM = 2 * 1.4 * 4900 * 1.6  # there and back, by fibre along land and through other cities
TENTH_MS = 100_000
FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The nearest sites that the rules leave, for each combination of place and wishes.

    Parameters
    ----------
    of : ndarray of shape (n_workloads,), int64
        The combination of each workload.
    site : ndarray of shape (n_combinations, KEPT), int16
        From near to far.
    rtt : ndarray of shape (n_combinations, KEPT), int64, ns
        To each; `FAR` where there are no more.
    policy : ndarray of shape (n_workloads,), int64
        As wished, or -1 where that left too few.
    """

    of: np.ndarray
    site: np.ndarray
    rtt: np.ndarray
    policy: np.ndarray


def find_candidates(supply, wants, at):
    """Return the candidates of all workloads."""
    rtt, order = measure(supply, wants.places)
    policy = wants.policy.copy()
    table = combine(supply, wants, policy, order, at)
    scarce = (table.n_found < SCARCE)[table.of] & (policy >= 0)
    if scarce.any():
        policy[scarce] = -1
        table = combine(supply, wants, policy, order, at)
    if table.n_found.min() < 1:
        raise ValueError("some workload may run nowhere; expected more sites")
    access = access_ns()[table.slice][:, None]
    far = np.arange(KEPT) >= table.n_found[:, None]
    found = np.where(far, FAR, rtt[table.place[:, None], table.site] + access)
    return Candidates(table.of, table.site, found, policy)


@dataclass(frozen=True, slots=True, eq=False)
class Combinations:
    """The combinations of place and wishes; of each the place, the slice and the nearest sites."""

    of: np.ndarray
    place: np.ndarray
    slice: np.ndarray
    site: np.ndarray
    n_found: np.ndarray


def combine(supply, wants, policy, order, at):
    """Return the combinations that occur, and the nearest sites that the rules leave to each."""
    needs_gpu = wants.demand["gpu"] > 0
    wishes = ((wants.home * len(SLICES) + wants.slice) * 2 + needs_gpu) * 100 + policy + 1
    known, wish = np.unique(wishes, return_inverse=True)
    pairs, of = np.unique(wants.place * len(known) + wish, return_inverse=True)
    place, wish = np.divmod(pairs, len(known))
    rest, law = np.divmod(known, 100)
    rest, gpu = np.divmod(rest, 2)
    home, slice_ = np.divmod(rest, len(SLICES))
    eligible = allowed(supply, np.stack([home, slice_, gpu, law - 1]), at)
    return Combinations(of, place, slice_[wish], *nearest(order, eligible, place, wish))


def access_ns():
    """Return the way to each slice's user-plane function and back."""
    return np.array([2 * ns_up(number(one)) for one in SLICES.values()])


def measure(supply, places):
    """Return the round trips from each place to all sites without the access, and their order."""
    used = sorted({city for stops in places for city in stops})
    row = {city: i for i, city in enumerate(used)}
    ids = [site["id"] for site in supply.sites]
    one_way = latency_matrix(supply.network, [supply.cities.ids[city] for city in used], ids)
    assert (one_way != UNREACHABLE_NS).all()
    rtt = np.empty((len(places), len(ids)), np.int64)
    for p, stops in enumerate(places):
        rtt[p] = 2 * one_way[[row[city] for city in stops]].max(axis=0).astype(np.int64)
    return rtt, np.argsort(rtt, axis=1, kind="stable").astype(np.int16)


def allowed(supply, profiles, at):
    """Return which sites the rules of the library leave to each kind of wishes, distance apart."""
    homes, slices, gpu, policies = profiles.tolist()
    laws = [one["id"] for one in supply.tables["policies"]]
    names = list(SLICES)
    workloads = [
        {
            "id": f"{p:06}",
            "operator": OPERATORS[home],
            "slice": names[slice_],
            "features": ["gpu"] if needs_gpu else [],
            "policy": laws[policy] if policy >= 0 else None,
        }
        for p, (home, slice_, needs_gpu, policy) in enumerate(
            zip(homes, slices, gpu, policies, strict=True)
        )
    ]
    sites = [
        site | {"slices": {one: None for one, has in zip(names, row, strict=True) if has}}
        for site, row in zip(supply.sites, supply.offers.tolist(), strict=True)
    ]
    problem = Problem(
        network=supply.network, sites=sites, workloads=workloads, **supply.tables, at=at
    )
    instance = compile_problem(problem)
    passes = instance.reasons(instance.class_of) == 0
    by_id = np.array([instance.site_ids.index(site["id"]) for site in sites])
    return passes[:, by_id]


def nearest(order, eligible, place, wishes):
    """Return the nearest eligible sites of each pair of place and wishes, and how many there are."""
    site = np.zeros((len(place), KEPT), np.int16)
    n_found = np.zeros(len(place), np.int64)
    for n_seen in (SEEN, order.shape[1]):
        left = np.flatnonzero(n_found < KEPT) if n_seen > SEEN else np.arange(len(place))
        for begin in range(0, len(left), BLOCK):
            some = left[begin : begin + BLOCK]
            near = order[place[some], :n_seen]
            passes = eligible[wishes[some, None], near]
            rank = np.cumsum(passes, axis=1, dtype=np.int16)
            row, column = np.nonzero(passes & (rank <= KEPT))
            site[some[row], rank[row, column] - 1] = near[row, column]
            n_found[some] = np.minimum(rank[:, -1], KEPT)
    return site, n_found


def wished(wants, some):
    """Return how long the round trips of some workloads may be, if enough sites are that near."""
    limit = access_ns()[wants.slice[some]] + wants.km[some] * NS_PER_KM
    return np.ceil(limit / TENTH_MS).astype(np.int64) * TENTH_MS


def hide(supply, wants, candidates, dice):
    """Return the site of each workload in the hidden plan: one within reach, a large one rather."""
    size = supply.size[candidates.site[:, :MOST]] * (candidates.rtt[:, :MOST] < FAR)
    ends = np.cumsum(size, axis=1)
    chosen = np.empty(len(wants.kind), np.int64)
    for begin in range(0, len(chosen), BLOCK):
        some = slice(begin, begin + BLOCK)
        of = candidates.of[some]
        near = (candidates.rtt[of, :MOST] <= wished(wants, some)[:, None]).sum(axis=1)
        within = np.maximum(near, np.minimum(FEWEST, (candidates.rtt[of] < FAR).sum(axis=1)))
        ticket = dice.uniform(len(of)) * ends[of, within - 1]
        chosen[some] = (ends[of] <= ticket[:, None]).sum(axis=1)
    settle(candidates, chosen, len(supply.sites))
    return chosen


def settle(candidates, chosen, n_sites):
    """Move a few workloads to each site that has none: the nearest to it, from where there are many."""
    at = candidates.site[candidates.of, chosen]
    load = np.bincount(at, minlength=n_sites)
    for s in np.flatnonzero(load == 0).tolist():
        found, column = np.nonzero((candidates.site == s) & (candidates.rtt < FAR))
        rank = np.full(len(candidates.site), MOST)
        rank[found] = column
        near = np.flatnonzero((rank[candidates.of] < MOST) & (load[at] > SETTLERS))
        for w in near[np.argsort(rank[candidates.of[near]], kind="stable")][:SETTLERS].tolist():
            load[at[w]] -= 1
            at[w], chosen[w] = s, rank[candidates.of[w]]


def bound(wants, candidates, chosen, fits):
    """Return the bound of each workload's round trips, so that it may use neither few nor many sites.

    Parameters
    ----------
    wants, candidates
        Of all workloads.
    chosen : ndarray of shape (n_workloads,), int64
        The candidate that each has in the hidden plan.
    fits : callable
        From a slice of the workloads to which candidates are large enough for each.

    Returns
    -------
    limit : ndarray of shape (n_workloads,), int64, ns
        As wished, if from `FEWEST` to `MOST` sites are that near; else as near as so many are.
    n_sites : ndarray of shape (n_workloads,), int64
        How many sites each may use.
    """
    limit, n_sites = np.empty((2, len(chosen)), np.int64)
    for begin in range(0, len(chosen), BLOCK):
        some = slice(begin, begin + BLOCK)
        rtt = candidates.rtt[candidates.of[some]]
        usable = fits(some) & (rtt < FAR)
        rank = np.cumsum(usable, axis=1)
        row, last = np.arange(len(rtt)), np.minimum(rank[:, -1], MOST)
        few = rtt[row, (rank < np.minimum(last, FEWEST)[:, None]).sum(axis=1)]
        many = rtt[row, (rank < last[:, None]).sum(axis=1)]
        least = np.maximum(few, rtt[row, chosen[some]])
        limit[some] = np.clip(wished(wants, some), least, many)
        n_sites[some] = (usable & (rtt <= limit[some][:, None])).sum(axis=1)
    return limit, n_sites
