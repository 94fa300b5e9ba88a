"""From raw tables to the checked tables of a problem; every fault is found in one go."""

import datetime
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from placement.model import parse
from placement.model.column import Column, intern
from placement.model.document import row_fragments
from placement.model.door import RawColumn, check_names, raw_columns, read_table, unique
from placement.model.evidence import check_owners
from placement.model.faults import Faults
from placement.model.network import LINKS, NODES, SLICES
from placement.model.noun import Noun
from placement.model.objective import OBJECTIVE, Objective
from placement.model.operator import AGREEMENTS, OPERATORS
from placement.model.policy import POLICIES, Policy
from placement.model.site import SITES
from placement.model.sizes import check_sizes
from placement.model.table import Table
from placement.model.workload import PAIRS, WORKLOADS
from placement.units import shown

__all__ = ["SCALARS", "TABLES", "Raw", "assemble", "network_tables"]

TABLES: dict[str, Noun] = {
    noun.name: noun
    for noun in (OPERATORS, AGREEMENTS, NODES, LINKS, SLICES, SITES, POLICIES, WORKLOADS, PAIRS)
}
SCALARS = ("objective", "at", "until", "name")
OPTIONAL_TABLES = ("operators", "agreements")  # absent differs from empty


@dataclass(frozen=True, slots=True)
class Raw:
    """A table as it came in: raw columns, or a table that is already checked."""

    columns: Mapping[str, RawColumn]
    n_rows: int
    checked: Table[Any] | None = None

    @staticmethod
    def of(noun: Noun, rows: Any, faults: Faults) -> "Raw":
        """Take over rows, or a table of any library."""
        if isinstance(rows, list | tuple | Table | str | Mapping):
            return Raw.of_rows(noun, rows, faults)
        from placement.model.columns import is_table, raw_of_table

        if is_table(rows):
            return Raw(*raw_of_table(noun, rows, faults))
        return Raw.of_rows(noun, rows, faults)

    @staticmethod
    def of_rows(noun: Noun, rows: Any, faults: Faults) -> "Raw":
        """Take rows over, or a table that is already checked."""
        if isinstance(rows, Table) and rows.noun is noun:
            return Raw({}, len(rows), rows)
        if isinstance(rows, str | Mapping) or not isinstance(rows, Iterable):
            faults.add(noun.name, f"expected a list, got {parse.kind(rows)} {shown(rows)}")
            rows = ()
        columns, n_rows = raw_columns(noun, rows, faults, lambda row: f"{noun.name}[{row}]")
        return Raw(columns, n_rows)


def network_tables(
    nodes: Any, links: Any, slices: Any
) -> tuple[Table[Any], Table[Any], Table[Any]]:
    """Check a network by itself; raises `InputError`."""
    faults = Faults()
    given = {"nodes": nodes, "links": links, "slices": slices}
    raw = {name: Raw.of_rows(TABLES[name], rows, faults) for name, rows in given.items()}
    tables = {name: _read(name, table, faults) for name, table in raw.items()}
    known = {name: frozenset(tables[name].ids) for name in ("nodes", "slices")}
    _check_network(tables, raw, known, faults)
    faults.raise_if_any()
    return tables["nodes"], tables["links"], tables["slices"]


def assemble(raw: Mapping[str, Raw], scalars: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Check everything and return the fields of a problem; raises `InputError`."""
    raw = dict(raw)
    objective, at, until, name = (scalars.get(one) for one in SCALARS)
    for one in TABLES:
        if one not in raw and one not in OPTIONAL_TABLES:
            raw[one] = Raw({}, 0)
    policies, place, raw["workloads"] = _with_inline_policies(
        raw["policies"], raw["workloads"], faults
    )
    tables: dict[str, Any] = {one: _read(one, raw[one], faults) for one in raw if one != "policies"}
    tables["policies"] = policies
    fields = {
        **{one: tables.get(one) for one in TABLES},
        "objective": _one(objective, faults),
        "at": _scalar("at", at, parse.date, datetime.date.today(), faults),
        "name": _scalar("name", name, parse.name, None, faults),
        "until": _scalar("until", until, parse.date, None, faults),
    }
    if fields["until"] is not None and fields["until"] < fields["at"]:
        faults.add("until", f"{fields['until']} is before {fields['at']}, the day of the problem")
    known = {
        one: frozenset(table.ids)
        for one, table in tables.items()
        if table is not None and table.noun.key
    }
    unique(policies, "id", faults, place)
    for one in ("operators", "sites", "workloads"):
        if one in tables and tables[one] is not None:
            unique(tables[one], "id", faults)
    _check_network(tables, raw, known, faults)
    for one in ("operators", "agreements", "sites", "workloads", "pairs"):
        if tables.get(one) is not None:
            check_names(tables[one], known, faults)
    if tables.get("operators") is not None and not faults:
        check_owners({one.id: one.owners for one in tables["operators"]}, faults)
    if tables.get("agreements") is not None:
        _check_agreements(tables["agreements"], faults)
    _check_workloads(tables["workloads"], faults)
    _check_pairs(tables["pairs"], faults)
    if not faults:
        fields["sites"] = _with_countries(fields["sites"], fields["nodes"])
        check_sizes(fields, faults)
    faults.raise_if_any()
    return fields


def _read(name: str, raw: Raw, faults: Faults) -> Table[Any]:
    if raw.checked is not None:
        return raw.checked
    return read_table(TABLES[name], raw.columns, raw.n_rows, faults)


def _one(objective: Any, faults: Faults) -> Objective:
    rows = [] if objective is None else [objective]
    place: Callable[[int], str] = lambda _: "objective"  # noqa: E731
    columns, n_rows = raw_columns(OBJECTIVE, rows, faults, place)
    table = read_table(OBJECTIVE, columns, n_rows, faults, place)
    return table[0] if n_rows else Objective()


def _scalar(
    place: str, value: Any, read: Callable[[Any], Any], default: Any, faults: Faults
) -> Any:
    try:
        return default if value is None else read(value)
    except ValueError as error:
        faults.add(place, str(error))
        return default


def _check_network(
    tables: Mapping[str, Any], raw: Mapping[str, Raw], known: Mapping[str, Any], faults: Faults
) -> None:
    nodes, links = tables["nodes"], tables["links"]
    for one in ("nodes", "slices"):
        if raw[one].checked is None:
            unique(tables[one], "id", faults)
    for one in ("nodes", "links", "slices"):
        fresh = raw[one].checked is None
        check_names(
            tables[one],
            known if fresh else {k: v for k, v in known.items() if k == "operators"},
            faults,
        )
    if raw["slices"].checked is None:
        for row, one in enumerate(tables["slices"]):
            _check_days(f"slices[{row}]", one, faults)
    if raw["links"].checked is not None:
        return
    _, codes = intern([*links.column("source").distinct(), *links.column("target").distinct()])
    n_sources = len(links.column("source").values)
    source = codes[:n_sources][links.column("source").row_codes()]
    target = codes[n_sources:][links.column("target").row_codes()]
    for row in np.flatnonzero(source == target).tolist():
        end = links.column("source")[row]
        if end is not None:
            faults.add(f"links[{row}]", f"leads from {shown(end)} to itself; expected two nodes")
    _check_lengths(nodes, links, faults)


def _check_lengths(nodes: Table[Any], links: Table[Any], faults: Faults) -> None:
    """Note links whose latency cannot be told: no latency, no length, an end without coordinates."""
    bare = ~(links.column("latency_ms").present() | links.column("length_km").present())
    if not bare.any():
        return
    refused = {fault.place for fault in faults.kept}  # what is wrong is not also missing
    placed = nodes.column("lat").present() & nodes.column("lon").present()
    ids = nodes.ids
    nowhere = {
        ids[row]
        for row in np.flatnonzero(~placed).tolist()
        if refused.isdisjoint({f"nodes[{row}].lat", f"nodes[{row}].lon"})
    }
    for row in np.flatnonzero(bare).tolist():
        ends = [links.column(end)[row] for end in ("source", "target")]
        lost = [end for end in ends if end in nowhere]
        given = {f"links[{row}].latency_ms", f"links[{row}].length_km"}
        if lost and refused.isdisjoint(given):
            names = " and ".join(shown(end) for end in lost)
            verb = "has" if len(lost) == 1 else "have"
            faults.add(
                f"links[{row}]",
                f"has neither latency_ms nor length_km, and {names} {verb} no coordinates; expected one of them",
            )


def _check_agreements(agreements: Table[Any], faults: Faults) -> None:
    spans: dict[tuple[str | None, str | None], list[tuple[datetime.date, int, datetime.date]]] = {}
    for row, one in enumerate(agreements):
        place = f"agreements[{row}]"
        if one.home is not None and one.home == one.host:
            faults.add(place, f"{shown(one.home)} needs no agreement with itself; leave it out")
        first, last = _check_days(place, one, faults)
        if first <= last and one.home is not None and one.host is not None:
            spans.setdefault((one.home, one.host), []).append((first, row, last))
    for terms in spans.values():
        terms.sort()
        _, longest, until = terms[0]
        for first, row, last in terms[1:]:
            if first <= until:
                earlier, later = sorted((longest, row))
                faults.add(
                    f"agreements[{later}]",
                    f"overlaps in time with agreements[{earlier}] of the same two operators",
                )
            if last > until:
                longest, until = row, last


def _check_days(place: str, one: Any, faults: Faults) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of something; note it if they are in the wrong order."""
    first = one.valid_from or datetime.date.min
    last = one.valid_until or datetime.date.max
    if first > last:
        faults.add(place, f"valid_from {first} is after valid_until {last}")
    return first, last


def _check_workloads(workloads: Table[Any], faults: Faults) -> None:
    unsure = ~workloads.column("percentile").present()
    asked = workloads.column("guarantee").map(lambda value: int(value != "normal"))
    for row in np.flatnonzero(unsure & (asked > 0)).tolist():
        faults.add(
            f"workloads[{row}].guarantee",
            "needs a percentile; name one, or leave the guarantee out",
        )
    unsliced = ~workloads.column("slice").present()
    if not unsliced.any():
        return
    for field in ("bandwidth", "devices"):
        wanted = workloads.column(field).map(lambda value: int(value > 0))
        for row in np.flatnonzero(unsliced & (wanted > 0)).tolist():
            faults.add(
                f"workloads[{row}].{field}", f"needs a slice; name one, or leave the {field} out"
            )


def _check_pairs(pairs: Table[Any], faults: Faults) -> None:
    sites = pairs.column("site")
    keys = pairs.column("workload").row_codes().astype(np.int64) * max(1, len(sites.values))
    _, rows, inverse = np.unique(keys + sites.row_codes(), return_index=True, return_inverse=True)
    first = rows[inverse]
    for row in np.flatnonzero(first != np.arange(len(pairs))).tolist():
        faults.add(f"pairs[{row}]", f"is about the same workload and site as pairs[{first[row]}]")


def _with_countries(sites: Table[Any], nodes: Table[Any]) -> Table[Any]:
    """Fill in the country of each site that names none: its node's."""
    own, at = sites.column("country"), sites.column("node")
    countries = [
        own[row] or nodes.column("country")[nodes.index(at[row])] for row in range(len(sites))
    ]
    return Table(sites.noun, {**sites.columns, "country": Column.of(countries)}, len(sites))


def _with_inline_policies(
    policies: Raw, workloads: Raw, faults: Faults
) -> tuple[Table[Any], Callable[[int], str], Raw]:
    """Move policies that workloads bring along into the table; return it, its places, and the workloads."""
    table = _read("policies", policies, faults)
    places = [f"policies[{row}]" for row in range(len(table))]
    for row in np.flatnonzero(~table.column("id").present()).tolist():
        faults.add(f"{places[row]}.id", "is missing")
    given = workloads.columns.get("policy")
    if not isinstance(given, list) or not any(isinstance(one, Policy | Mapping) for one in given):
        return table, places.__getitem__, workloads
    inline: dict[int, int] = {}
    rows: list[Any] = []
    first: list[str] = []
    for row, one in enumerate(given):
        if isinstance(one, Policy | Mapping) and id(one) not in inline:
            inline[id(one)] = len(rows)
            rows.append(one)
            first.append(f"workloads[{row}].policy")
    columns, n_rows = raw_columns(POLICIES, rows, faults, first.__getitem__)
    read = read_table(POLICIES, columns, n_rows, faults, first.__getitem__)
    ids, keep = _policy_ids(read, table)
    names = [ids[inline[id(one)]] if id(one) in inline else one for one in given]
    added: Table[Any] = Table(POLICIES, {**read.columns, "id": Column.of(ids)}, n_rows).take(keep)
    places += [first[row] for row in keep]
    rows_of_both = [*table, *added]
    columns = {field: [getattr(row, field) for row in rows_of_both] for field in POLICIES.fields}
    merged: Table[Any] = Table(
        POLICIES, {field: Column.of(values) for field, values in columns.items()}, len(rows_of_both)
    )
    return merged, places.__getitem__, Raw({**workloads.columns, "policy": names}, workloads.n_rows)


def _policy_ids(inline: Table[Any], table: Table[Any]) -> tuple[list[str], list[int]]:
    """Name inline policies, by their content where they have no id; and say which are new."""
    contents = dict(zip(table.ids, _contents(table), strict=True))
    ids, keep = [], []
    for row, (policy, content) in enumerate(zip(inline, _contents(inline), strict=True)):
        known = policy.id or f"policy-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        ids.append(known)
        if contents.get(known) != content:
            contents.setdefault(known, content)
            keep.append(row)
    return ids, keep


def _contents(policies: Table[Any]) -> list[str]:
    return list(row_fragments(policies, without=("id",)))
