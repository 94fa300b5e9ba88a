"""The network: nodes, the links between them, and the slices that the links carry."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

from placement import units
from placement.model import countries, parse
from placement.model.noun import REQUIRED, Field, Noun, each, one

if TYPE_CHECKING:
    from placement.model.table import Table

__all__ = ["LINKS", "NODES", "SLICES", "Link", "Network", "Node", "Slice"]


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the network.

    Parameters
    ----------
    id : str
        Its name in the problem.
    country : str, optional
        ISO code of where it stands; a node of unknown country is in no transit set.
    operator : str, optional
        Who runs it.
    lat, lon : float, optional
        Where it stands, in degrees.
    processing_ms : number, default 0
        Added for each path that passes through it.
    """

    id: str
    _: KW_ONLY
    country: str | None = None
    operator: str | None = None
    lat: float | None = None
    lon: float | None = None
    processing_ms: Any = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A connection between two nodes.

    Parameters
    ----------
    source, target : str
        Its ends.
    latency_ms : number, optional
        One way. Without it the latency follows from `length_km`.
    length_km : number, optional
        Of the fibre. Without either, the length is that of the great circle times a detour.
    jitter_ms : number, default 0
        Standard deviation of the latency.
    jitter_group : str, optional
        What it shares with other links, such as a duct: links of one group vary together, in both
        directions. Left out: it varies by itself.
    bidirectional : bool, default True
        Whether it also leads from target to source.
    slices : collection of str, optional
        What it carries; everything if left out.
    operator : str, optional
        Who runs it.
    """

    source: str
    target: str
    latency_ms: Any = None
    length_km: Any = None
    jitter_ms: Any = 0
    jitter_group: str | None = None
    bidirectional: bool = True
    slices: Collection[str] | None = None
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """A network slice.

    Parameters
    ----------
    id : str
        S-NSSAI: ``"1"`` or ``"1-00A1B2"``; ``"1-FFFFFF"`` is the same as ``"1"``.
    operators : collection of str, optional
        Whose sites it spans; everyone's if left out.
    access_ms : number, default 0
        From a device to the user-plane function, one way.
    access_jitter_ms : number, default 0
        Standard deviation of that.
    bandwidth : amount, optional
        Guaranteed in all, over all sites; unlimited if left out.
    max_devices : int, optional
        How many devices of the workloads that are placed it may have; unlimited if left out.
    countries : collection of str, optional
        Its service area: where its devices may be, as ISO codes and groups; anywhere if left out.
    nodes : collection of str, optional
        Likewise, as nodes. Where both are given, devices are at nodes and in countries of both.
    isolated : bool, default False
        Its traffic stays on links that list it, off those that carry everything.
    valid_from, valid_until : date, optional
        First and last day of it; open if left out.

    References
    ----------
    3GPP TS 23.003, section 28.4 (S-NSSAI); GSMA NG.116 (attributes of slices).
    """

    id: str
    _: KW_ONLY
    operators: Collection[str] | None = None
    access_ms: Any = 0
    access_jitter_ms: Any = 0
    bandwidth: Any = None
    max_devices: int | None = None
    countries: Collection[str] | None = None
    nodes: Collection[str] | None = None
    isolated: bool = False
    valid_from: datetime.date | str | None = None
    valid_until: datetime.date | str | None = None


class Network:
    """Nodes, links and slices.

    Parameters
    ----------
    nodes, links, slices : iterables of Node, Link and Slice
        Or of mappings with the same fields.

    Attributes
    ----------
    nodes, links, slices : Table
        What the network consists of, checked.

    Raises
    ------
    InputError
        If anything is wrong with them; all faults are told at once.

    Examples
    --------
    >>> from placement import Link, Network, Node
    >>> network = Network([Node("a"), Node("b")], [Link(source="a", target="b", latency_ms=2)])
    >>> network.links[0].latency_ms
    2
    """

    __slots__ = ("links", "nodes", "slices")
    nodes: "Table[Node]"
    links: "Table[Link]"
    slices: "Table[Slice]"

    def __init__(
        self, nodes: Iterable[Any] = (), links: Iterable[Any] = (), slices: Iterable[Any] = ()
    ) -> None:
        from placement.model.assemble import network_tables

        self.nodes, self.links, self.slices = network_tables(nodes, links, slices)

    @classmethod
    def from_links(
        cls,
        links: Iterable[tuple[str, str, Any]],
        *,
        countries: Mapping[str, str] | None = None,
        operators: Mapping[str, str] | None = None,
        coordinates: Mapping[str, Sequence[float]] | None = None,
        slices: Iterable[Any] = (),
    ) -> "Network":
        """Make a network of links alone; the nodes are their ends.

        Parameters
        ----------
        links : iterable of (source, target, latency in ms)
            Both ways; a latency of None is worked out from the coordinates.
        countries, operators : mapping of node to str, optional
            Where a node stands, and who runs it.
        coordinates : mapping of node to (lat, lon), optional
            In degrees.
        slices : iterable of Slice, default none
            What the network carries.

        Returns
        -------
        Network
            Its nodes in the order in which the links name them.

        Raises
        ------
        InputError
            If anything is wrong with them; all faults are told at once.

        Examples
        --------
        >>> from placement import Network
        >>> len(Network.from_links([("paris", "frankfurt", 4.6), ("madrid", "paris", 9.1)]).nodes)
        3
        """
        made = [Link(source=a, target=b, latency_ms=ms) for a, b, ms in links]
        ends = [end for link in made for end in (link.source, link.target)]
        names = list(
            dict.fromkeys([*ends, *(countries or ()), *(operators or ()), *(coordinates or ())])
        )
        nodes = []
        for name in names:
            lat, lon = (coordinates or {}).get(name, (None, None))
            country, operator = (countries or {}).get(name), (operators or {}).get(name)
            nodes.append(Node(name, country=country, operator=operator, lat=lat, lon=lon))
        return cls(nodes, made, slices)

    @classmethod
    def of_tables(
        cls, nodes: "Table[Node]", links: "Table[Link]", slices: "Table[Slice]"
    ) -> "Network":
        """Make a network of tables that are already checked.

        Parameters
        ----------
        nodes, links, slices : Table of Node, Link and Slice
            As a `Problem` or another network holds them.

        Returns
        -------
        Network
            Of these very tables.
        """
        made = cls.__new__(cls)
        made.nodes, made.links, made.slices = nodes, links, slices
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Network.of_tables, (self.nodes, self.links, self.slices)

    def __repr__(self) -> str:
        return f"<network of {len(self.nodes)} nodes, {len(self.links)} links, {len(self.slices)} slices>"


NODES = Noun(
    "nodes",
    "node",
    Node,
    {
        "id": Field(parse.name, REQUIRED),
        "country": Field(parse.country),
        "operator": Field(parse.name, names=one, target="operators"),
        "lat": Field(parse.degrees(90)),
        "lon": Field(parse.degrees(180)),
        "processing_ms": Field(parse.latency_ms, 0, units.to_json, most=2100),
    },
)
LINKS = Noun(
    "links",
    "link",
    Link,
    {
        "source": Field(parse.name, REQUIRED, names=one, target="nodes"),
        "target": Field(parse.name, REQUIRED, names=one, target="nodes"),
        "latency_ms": Field(parse.latency_ms, None, units.to_json, most=2100),
        "length_km": Field(parse.length_km, None, units.to_json, most=428_571),
        "jitter_ms": Field(parse.latency_ms, 0, units.to_json, most=2100),
        "jitter_group": Field(parse.name),
        "bidirectional": Field(parse.boolean, True),
        "slices": Field(parse.set_of(parse.slice_id), None, list, each, "slices"),
        "operator": Field(parse.name, names=one, target="operators"),
    },
    key="",
)
SLICES = Noun(
    "slices",
    "slice",
    Slice,
    {
        "id": Field(parse.slice_id, REQUIRED),
        "operators": Field(parse.set_of(parse.name), None, list, each, "operators"),
        "access_ms": Field(parse.latency_ms, 0, units.to_json, most=2100),
        "access_jitter_ms": Field(parse.latency_ms, 0, units.to_json, most=2100),
        "bandwidth": Field(units.amount, None, units.to_json),
        "max_devices": Field(parse.count),
        "countries": Field(parse.set_of(countries.name_or_group), None, list),
        "nodes": Field(parse.set_of(parse.name), None, list, each, "nodes"),
        "isolated": Field(parse.boolean, False),
        "valid_from": Field(parse.date, None, str),
        "valid_until": Field(parse.date, None, str),
    },
)
