"""Path proofs for people: what a round trip is made of, and why each step is allowed."""

from collections.abc import Collection

from rich.table import Table
from rich.text import Text

from placement.model.path_proof import PathProof, ProofPath, ProofTrip
from placement.report.tables import table_of
from placement.units import Amount, exact_ms, text

__all__ = ["allowed_link", "allowed_node", "summed_up", "ways"]


def allowed_node(rule: str, country: str | None, via: str | None) -> str:
    """Return why traffic may be at a node."""
    if rule == "origin":
        return "the users' own node is exempt"
    if rule == "any":
        return "the policy lets data cross any country"
    if rule == "asked":
        return "what the policy asks of nodes is known to be true of it"
    if via == country:
        return f"the policy lets data cross {via}"
    return f"{country} is in {via}, which the policy lets data cross"


def allowed_link(slices: Collection[str] | None) -> str:
    """Return why traffic may use a link."""
    return (
        "open to all traffic" if slices is None else f"carries the slice (of {', '.join(slices)})"
    )


def summed_up(proof: PathProof, max_rtt_ms: Amount | None) -> str:
    """Return the sums of a proof, a line for each origin below the first one.

    Parameters
    ----------
    proof : PathProof
        What is told.
    max_rtt_ms : amount, optional
        The workload's bound.
    """
    bound = "" if max_rtt_ms is None else f", at most {text(max_rtt_ms)} ms"
    lines = [f"{proof.workload} on {proof.site}: {exact_ms(proof.rtt_ns)} ms there and back{bound}"]
    lines += [f"  from {trip.origin}: {_sum(trip)}" for trip in proof.trips]
    return "\n".join(lines)


def _sum(trip: ProofTrip) -> str:
    parts = [f"{exact_ms(trip.out.latency_ns)} out", f"{exact_ms(trip.back.latency_ns)} back"]
    if trip.access_ns:
        parts.append(f"2 × {exact_ms(trip.access_ns)} access")
    if trip.spread_ns:
        parts.append(f"{exact_ms(trip.spread_ns)} for the percentile")
    return f"{' + '.join(parts)} = {exact_ms(trip.rtt_ns)} ms"


def ways(proof: PathProof) -> list[Table]:
    """Return the paths of a proof as tables, a row a node and a row a link; those of no links left out.

    Parameters
    ----------
    proof : PathProof
        What is shown.

    Returns
    -------
    list of rich.table.Table
        Out and back for each origin; times in milliseconds.
    """
    tables = []
    for trip in proof.trips:
        for ends, path in (
            ((trip.origin, proof.site), trip.out),
            ((proof.site, trip.origin), trip.back),
        ):
            if path.links:
                tables.append(_way("{} → {}".format(*ends), path))
    return tables


def _way(title: str, path: ProofPath) -> Table:
    columns = [(name, "left") for name in ("", "country", "operator", "allowed because")]
    table = table_of(title, *columns, ("ms", "right"))
    for place, node in enumerate(path.nodes):
        if place:
            link = path.links[place - 1]
            told = (
                "  link",
                "",
                link.operator or "–",
                allowed_link(link.slices),
                exact_ms(link.latency_ns),
            )
            table.add_row(*map(Text, told))
        spent = exact_ms(node.processing_ns) if node.processing_ns else ""
        where = (
            node.node,
            node.country or "–",
            node.operator or "–",
            allowed_node(node.rule, node.country, node.via),
            spent,
        )
        table.add_row(*map(Text, where))
    return table
