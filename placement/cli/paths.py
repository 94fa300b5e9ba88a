"""How `placement latency --path` tells where the traffic goes."""

from typing import TYPE_CHECKING, Any

from placement.cli import say
from placement.units import exact_ms

if TYPE_CHECKING:
    from placement.latency import DisjointPaths, Path
    from placement.model.problem import Problem

__all__ = ["show_pair", "show_path"]

# What a path is called in CSV, what stands above its table, and the path.
Way = tuple[str, str, "Path"]


def show_path(
    given: "Problem",
    ends: tuple[str, str],
    *,
    options: dict[str, Any],
    access_ns: int | None,
    output: str,
) -> None:
    """Print the shortest path there, and the one back if that is asked for.

    Parameters
    ----------
    given : Problem
        Whose network it is.
    ends : tuple of (source, target)
        Nodes.
    options : dict
        The routing class.
    access_ns : int or None
        What is added to a round trip; None: one way only.
    output : str
        As the command has it.
    """
    from placement.latency import build_index, shortest_path

    index, ways = build_index(given.network), {}
    ways["out"] = shortest_path(index, *ends, at=given.at, **options)
    if access_ns is not None:
        ways["back"] = shortest_path(index, *ends, at=given.at, reverse=True, **options)
    found = {name: path for name, path in ways.items() if path is not None}
    total = sum(path.latency_ns for path in found.values()) + (access_ns or 0)
    known = total if len(found) == len(ways) else None
    if output == "json":
        times = {"latency_ns": known} if access_ns is None else {"rtt_ns": known}
        told = {name: None if path is None else path.to_dict() for name, path in ways.items()}
        say.print_json(_asked(ends, access_ns) | times | told)
        return
    titles = {"out": "{} → {}".format(*ends), "back": "{1} → {0}".format(*ends)}
    _print_ways([(name, titles[name], path) for name, path in found.items()], output)
    for name in [name for name in ways if name not in found]:
        say.note(f"{titles[name]}: no path leads there")
    if output == "table" and known is not None and access_ns is not None:
        access = f", of which {exact_ms(access_ns)} ms access" if access_ns else ""
        say.note(f"there and back {exact_ms(known)} ms{access}")


def show_pair(
    given: "Problem",
    ends: tuple[str, str],
    *,
    by: Any,
    options: dict[str, Any],
    access_ns: int,
    output: str,
) -> None:
    """Print the best pair of disjoint paths.

    Parameters
    ----------
    given : Problem
        Whose network it is.
    ends : tuple of (source, target)
        Nodes.
    by : {'links', 'nodes'}
        What they do not share.
    options : dict
        The routing class.
    access_ns : int
        What is added to a round trip.
    output : str
        As the command has it.
    """
    from placement.latency import disjoint_paths

    pair = disjoint_paths(given.network, *ends, by=by, at=given.at, **options)
    if output == "json":
        bound = None if pair.bound_ns is None else pair.bound_ns + access_ns
        told = {"by": by, "is_optimal": pair.is_optimal, "bound_ns": bound}
        trips = [trip.to_dict() | {"rtt_ns": trip.rtt_ns + access_ns} for trip in pair.paths]
        say.print_json(_asked(ends, access_ns) | told | {"paths": trips})
        return
    ways: list[Way] = []
    for i, trip in enumerate(pair.paths, 1):
        rtt = exact_ms(trip.rtt_ns + access_ns)
        ways.append((f"{i} out", f"path {i}, there and back {rtt} ms: out", trip.out))
        if trip.back.links != trip.out.links[::-1]:
            ways.append((f"{i} back", f"path {i}: back", trip.back))
    _print_ways(ways, output)
    say.note(_verdict(pair, access_ns))


def _verdict(pair: "DisjointPaths", access_ns: int) -> str:
    if pair.bound_ns is None:
        return f"there are no two paths that share no {pair.by[:-1]}"
    if pair.is_optimal:
        return "no such pair has a shorter longer path"
    bound = exact_ms(pair.bound_ns + access_ns)
    return f"the search was cut short; the longer path takes {bound} ms or more in every such pair"


def _asked(ends: tuple[str, str], access_ns: int | None) -> dict[str, Any]:
    asked = {"source": ends[0], "target": ends[1]}
    return asked if access_ns is None else asked | {"access_ns": access_ns}


def _print_ways(ways: list[Way], output: str) -> None:
    if output == "csv":
        names = ("way", "node", "country", "operator", "link", "link_ms", "reached_ms", "node_ms")
        lines = []
        for name, _, path in ways:
            for hop in path.hops:
                place = [hop.node, *("" if one is None else one for one in hop[1:4])]
                times = (hop.link_ns, hop.total_ns, hop.processing_ns)
                lines.append([name, *place, *map(exact_ms, times)])
        say.print_csv(names, lines)
    elif ways:
        from placement.report.tables import way

        titles = [f"{title} · {_summed_up(path)}" for _, title, path in ways]
        tables = (way(title, path) for title, (*_, path) in zip(titles, ways, strict=True))
        say.print_table(*tables, whole=True)


def _summed_up(path: "Path") -> str:
    countries = ", ".join(country or "unknown" for country in path.countries)
    return f"{exact_ms(path.latency_ns)} ms · {countries}"
