"""Cities, and the network that joins them to each other and to the sites."""

import csv
from pathlib import Path

import numpy as np

from bench.dice import Dice
from placement.model.network import Network

__all__ = ["Cities", "make_network"]

FACTS = Path(__file__).parent / "facts"
NEAREST = 3  # cities that each is linked to
BACKBONE, BACKBONE_NEAREST = 60, 4  # the largest ones, which are linked among themselves as well
RADIUS_KM = 6371.0088


class Cities:
    """European cities by id: their facts as columns, and how far they are from each other.

    Attributes
    ----------
    ids, countries : tuple of str
        Names and ISO codes.
    lat, lon : ndarray of shape (n_cities,), float64, degrees
        Where they are.
    people : ndarray of shape (n_cities,), int64
        How many live there.
    """

    def __init__(self):
        with (FACTS / "cities.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.ids = tuple(row["id"] for row in rows)
        self.countries = tuple(row["country"] for row in rows)
        self.lat = np.array([float(row["lat"]) for row in rows])
        self.lon = np.array([float(row["lon"]) for row in rows])
        self.people = np.array([int(row["population"]) for row in rows])

    def __len__(self):
        return len(self.ids)

    def km(self):
        """Return the distances between all cities, as the crow flies."""
        lat, lon = np.radians(self.lat), np.radians(self.lon)
        point = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
        return RADIUS_KM * np.arccos((point.T @ point).clip(-1, 1))


def make_network(cities, site_ids, site_city, slices, seed):
    """Return a node for each city and, behind it by a link of its own, one for each site."""
    km = cities.km()
    ends = joined(km, np.argsort(-cities.people, kind="stable")[:BACKBONE])
    links = [{"source": cities.ids[a], "target": cities.ids[b]} for a, b in ends]
    metro = np.round(Dice(seed, "metro").uniform(len(site_ids), 0.05, 0.6), 6).tolist()
    links += [
        {"source": cities.ids[city], "target": site, "latency_ms": latency}
        for site, city, latency in zip(site_ids, site_city.tolist(), metro, strict=True)
    ]
    rows = zip(cities.ids, cities.countries, cities.lat.tolist(), cities.lon.tolist(), strict=True)
    nodes = [
        {"id": name, "country": country, "lat": lat, "lon": lon, "processing_ms": 0.05}
        for name, country, lat, lon in rows
    ]
    nodes += [
        {"id": site, "country": cities.countries[city]}
        for site, city in zip(site_ids, site_city.tolist(), strict=True)
    ]
    return Network(nodes, links, slices)


def joined(km, backbone):
    """Return pairs of cities to link: near ones, the backbone, and what else holds all together."""
    near = np.argsort(km, axis=1, kind="stable")[:, 1 : NEAREST + 1]
    pairs = {tuple(sorted((a, b))) for a, row in enumerate(near.tolist()) for b in row}
    among = km[np.ix_(backbone, backbone)]
    near = backbone[np.argsort(among, axis=1, kind="stable")[:, 1 : BACKBONE_NEAREST + 1]]
    rows = zip(backbone.tolist(), near.tolist(), strict=True)
    pairs |= {tuple(sorted((a, b))) for a, row in rows for b in row}
    return sorted(pairs | spanning(km))


def spanning(km):
    """Return the links of a shortest tree that joins all cities (Prim)."""
    nearest, to = km[0].copy(), np.zeros(len(km), np.int64)
    inside = np.zeros(len(km), bool)
    inside[0] = True
    pairs = set()
    for _ in range(len(km) - 1):
        city = int(np.where(inside, np.inf, nearest).argmin())
        pairs.add(tuple(sorted((city, int(to[city])))))
        inside[city] = True
        closer = km[city] < nearest
        nearest[closer], to[closer] = km[city][closer], city
    return pairs
