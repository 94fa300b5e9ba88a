"""Networks of the Internet Topology Zoo, where its archive is at hand."""

import tarfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from bench.networks import NS_PER_KM, simple

__all__ = ["ZOO", "zoo"]

ZOO = Path(__file__).parents[1] / "../shared/data/topology_zoo/graphml.tar.gz"
GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}
UNKNOWN_KM = 30.0


def zoo(name):
    """Return a network of the zoo: fibre 1.4 times as long as the great circle between its ends.

    A link with an end that is not on the map counts as 30 km.
    """
    with tarfile.open(ZOO) as archive:
        root = ElementTree.parse(archive.extractfile(f"graphml/{name}.graphml")).getroot()
    keys = {key.get("id"): key.get("attr.name") for key in root.iterfind("g:key", GRAPHML)}
    row, places = {}, []
    for node in root.iterfind("g:graph/g:node", GRAPHML):
        row[node.get("id")] = len(row)
        data = {keys[one.get("key")]: one.text for one in node.iterfind("g:data", GRAPHML)}
        places.append([float(data.get(field, "nan")) for field in ("Latitude", "Longitude")])
    edges = root.iterfind("g:graph/g:edge", GRAPHML)
    ends = np.array([[row[e.get("source")], row[e.get("target")]] for e in edges]).T
    lat, lon = np.radians(np.array(places)).T
    a, b = ends
    half = np.sin((lat[a] - lat[b]) / 2) ** 2
    half += np.cos(lat[a]) * np.cos(lat[b]) * np.sin((lon[a] - lon[b]) / 2) ** 2
    km = 1.4 * 2 * 6_371 * np.arcsin(np.sqrt(half))
    return simple(len(row), a, b, np.ceil(np.nan_to_num(km, nan=UNKNOWN_KM) * NS_PER_KM))
