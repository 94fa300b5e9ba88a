"""A network that came with oddities: what was strange about the source, and what was made of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from placement.model.network import Network

__all__ = ["Oddity", "Topology"]


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing that is strange about a source.

    Parameters
    ----------
    kind : str
        Which, such as ``no_coordinates``; `read_graphml` lists them.
    place : str
        Where, such as ``node "Paris"``.
    message : str
        What was found, and what was made of it.
    """

    kind: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """A network, and what its source says beside it.

    Parameters
    ----------
    network : Network
        All nodes and links.
    oddities : tuple of Oddity
        What was strange, in the order in which it was found.
    about : mapping of str to str
        What the source says of the whole graph, such as ``Network`` or ``DateObtained``.
    """

    network: Network
    oddities: tuple[Oddity, ...]
    about: Mapping[str, str]
