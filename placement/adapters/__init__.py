"""Other people's formats: networkx, GraphML, CSV and GeoJSON, translated and nothing more.

The names are loaded when they are asked for; networkx and GraphML need the extra ``graph``.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placement.adapters.csv_reader import read_csv, read_csv_rows
    from placement.adapters.csv_writer import write_csv
    from placement.adapters.facility_location import FacilityLocation, read_facility_location
    from placement.adapters.gap import GeneralisedAssignment, read_gap, write_gap
    from placement.adapters.geojson import to_geojson
    from placement.adapters.graphml import read_graphml
    from placement.adapters.machine_reader import read_machine_reassignment
    from placement.adapters.machine_reassignment import MachineReassignment
    from placement.adapters.networkx_graph import from_networkx, to_networkx
    from placement.adapters.topology import Oddity, Topology

_HOMES = {
    "FacilityLocation": "facility_location",
    "GeneralisedAssignment": "gap",
    "MachineReassignment": "machine_reassignment",
    "Oddity": "topology",
    "Topology": "topology",
    "from_networkx": "networkx_graph",
    "read_csv": "csv_reader",
    "read_csv_rows": "csv_reader",
    "read_facility_location": "facility_location",
    "read_gap": "gap",
    "read_graphml": "graphml",
    "read_machine_reassignment": "machine_reader",
    "to_geojson": "geojson",
    "to_networkx": "networkx_graph",
    "write_csv": "csv_writer",
    "write_gap": "gap",
}

__all__ = [
    "FacilityLocation",
    "GeneralisedAssignment",
    "MachineReassignment",
    "Oddity",
    "Topology",
    "from_networkx",
    "read_csv",
    "read_csv_rows",
    "read_facility_location",
    "read_gap",
    "read_graphml",
    "read_machine_reassignment",
    "to_geojson",
    "to_networkx",
    "write_csv",
    "write_gap",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'placement.adapters' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"placement.adapters.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
