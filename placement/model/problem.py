"""A problem: everything that a placement depends on."""

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from placement.errors import InputError
from placement.model import parse
from placement.model.assemble import SCALARS, TABLES, Raw, assemble
from placement.model.document import FORMAT, problem_digest, problem_parts, rows_to_json
from placement.model.faults import Faults
from placement.model.law import Law, reading, shipped
from placement.model.network import Link, Network, Node, Slice
from placement.model.objective import Objective
from placement.model.operator import Agreement, Operator
from placement.model.policy import Policy
from placement.model.site import Site
from placement.model.table import Table
from placement.model.workload import Pair, Workload
from placement.units import exponent, shown

if TYPE_CHECKING:
    from placement.model.plan import Plan

__all__ = ["FORMAT", "Problem"]

HELD = (*TABLES, "at", "law", "name", "objective", "until")


class Problem:
    """What to place, on what, under which rules; checked as a whole when it is made.

    Parameters
    ----------
    network : Network, optional
        In place of `nodes`, `links` and `slices`.
    sites, workloads : iterables of Site and Workload, default none
        Or of mappings with the same fields; likewise everywhere below.
    operators : iterable of Operator, optional
        Left out: any operator may be named, and nothing is known of it.
    agreements : iterable of Agreement, optional
        Left out: every operator may host every other; empty: none may.
    nodes, links, slices : iterables of Node, Link and Slice, default none
        The network.
    policies : iterable of Policy, default none
        The ones that workloads name; those given in line are added.
    pairs : iterable of Pair, default none
        What is known better of single pairs.
    objective : Objective, optional
        What counts how much; latency alone if left out.
    at : date, optional
        When agreements and groups of countries are read; today if left out.
    name : str, optional
        Of the problem.
    law : Law, optional
        The tables of law; those that come with the library if left out.
    until : date, optional
        The last day for which the plan is meant: what expires before is told.

    Attributes
    ----------
    operators, agreements : Table or None
        As given.
    nodes, links, slices, sites, policies, workloads, pairs : Table
        As given, in canonical form.
    objective : Objective
        Exact weights.
    at : datetime.date
        The day.
    name : str or None
        Of the problem.
    law : Law
        The tables of law.
    until : datetime.date or None
        The last day.

    Raises
    ------
    InputError
        If anything is wrong; all faults are told at once.

    Examples
    --------
    >>> from placement import Problem
    >>> problem = Problem(
    ...     nodes=[{"id": "paris"}], sites=[{"id": "par-1", "node": "paris", "capacity": {"cpu": "64"}}])
    >>> problem.sites["par-1"].capacity
    {'cpu': 64}
    """

    __slots__ = ("_digest", "_exponents", *HELD)
    operators: Table[Operator] | None
    agreements: Table[Agreement] | None
    nodes: Table[Node]
    links: Table[Link]
    slices: Table[Slice]
    sites: Table[Site]
    policies: Table[Policy]
    workloads: Table[Workload]
    pairs: Table[Pair]
    objective: Objective
    at: datetime.date
    name: str | None
    law: Law
    until: datetime.date | None
    _digest: str | None
    _exponents: dict[str, int]

    def __init__(
        self,
        *,
        network: Network | None = None,
        sites: Iterable[Any] = (),
        workloads: Iterable[Any] = (),
        operators: Iterable[Any] | None = None,
        agreements: Iterable[Any] | None = None,
        nodes: Iterable[Any] = (),
        links: Iterable[Any] = (),
        slices: Iterable[Any] = (),
        policies: Iterable[Any] = (),
        pairs: Iterable[Any] = (),
        objective: Objective | Mapping[str, Any] | None = None,
        at: datetime.date | str | None = None,
        name: str | None = None,
        law: Law | None = None,
        until: datetime.date | str | None = None,
    ) -> None:
        faults = Faults()
        given: dict[str, Any] = {
            "nodes": nodes,
            "links": links,
            "slices": slices,
            "sites": sites,
            "policies": policies,
            "workloads": workloads,
            "pairs": pairs,
        }
        if network is not None:
            _take_network(given, network, faults)
        if operators is not None:
            given["operators"] = operators
        if agreements is not None:
            given["agreements"] = agreements
        raw = {one: Raw.of_rows(TABLES[one], rows, faults) for one, rows in given.items()}
        self._read(
            raw, {"objective": objective, "at": at, "until": until, "name": name}, law, faults
        )

    @classmethod
    def from_tables(
        cls,
        *,
        network: Network | None = None,
        objective: Objective | Mapping[str, Any] | None = None,
        at: datetime.date | str | None = None,
        name: str | None = None,
        law: Law | None = None,
        until: datetime.date | str | None = None,
        **tables: Any,
    ) -> "Problem":
        """Make a problem of tables: data frames of any library, or Arrow.

        Parameters
        ----------
        network : Network, optional
            In place of the tables `nodes`, `links` and `slices`.
        objective, at, name, law, until : optional
            As for `Problem`.
        **tables : table or iterable
            By the names of `Problem`'s parameters. Each speaks the Arrow PyCapsule or the DataFrame
            protocol (pandas, Polars, PyArrow, DuckDB, …), or is an iterable of rows as there. Columns
            are named for the fields; a mapping may be a struct or a map column, or be spread over
            columns such as ``demand.cpu``. Null is left out there, except in a map: a slice whose
            bandwidth is unlimited needs one, or rows.

        Returns
        -------
        Problem
            The rows of large tables never become objects.

        Raises
        ------
        InputError
            If anything is wrong; all faults are told at once.
        MissingExtraError
            If a table needs pyarrow and it is not installed.
        """
        faults = Faults()
        given: dict[str, Any] = {}
        if network is not None:
            _take_network(given, network, faults)
        raw = {}
        for one, rows in {**tables, **given}.items():
            if one not in TABLES:
                faults.add(one, "unknown table" + faults.hint(one, TABLES))
            elif rows is not None:
                raw[one] = Raw.of(TABLES[one], rows, faults)
        made = cls.__new__(cls)
        made._read(
            raw, {"objective": objective, "at": at, "until": until, "name": name}, law, faults
        )
        return made

    @classmethod
    def from_dict(cls, document: Any, *, law: Law | None = None) -> "Problem":
        """Make a problem of the content of a `placement-problem/1` file.

        Parameters
        ----------
        document : mapping
            What a JSON reader makes of the file; a table may also be a data frame.
        law : Law, optional
            Instead of the tables of law that the document brings along, or of the library's.

        Returns
        -------
        Problem
            Checked.

        Raises
        ------
        InputError
            If anything is wrong; all faults are told at once.
        """
        faults = Faults()
        if not isinstance(document, Mapping):
            faults.add("", f"expected an object, got {parse.kind(document)} {shown(document)}")
            faults.raise_if_any()
        if document.get("format") != FORMAT:
            found = (
                "is missing"
                if document.get("format") is None
                else f"{shown(document['format'])} is unknown"
            )
            faults.add("format", f'{found}; expected "{FORMAT}"')
        known = {"format", "law", *SCALARS, *TABLES}
        for field in document:
            if field not in known:
                faults.add(str(field), "unknown field" + faults.hint(field, known))
        raw = {
            one: Raw.of(noun, document[one], faults)
            for one, noun in TABLES.items()
            if document.get(one) is not None
        }
        made = cls.__new__(cls)
        own = _law(document.get("law"), faults) if law is None else law
        made._read(raw, {field: document.get(field) for field in SCALARS}, own, faults)
        return made

    def to_dict(self) -> dict[str, Any]:
        """Return the content of a `placement-problem/1` file.

        Returns
        -------
        dict
            Ready for a JSON writer; `Problem.from_dict` makes an equal problem of it.
        """
        return {
            name: rows_to_json(part) if isinstance(part, Table) else part
            for name, part in problem_parts(self).items()
        }

    def _read(
        self, raw: Mapping[str, Raw], given: Mapping[str, Any], law: Any, faults: Faults
    ) -> None:
        if law is not None and not isinstance(law, Law):
            faults.add("law", f"expected a Law, got {parse.kind(law)} {shown(law)}")
        known = law if isinstance(law, Law) else shipped()
        with reading(known):
            self._adopt({**assemble(raw, given, faults), "law": known})

    def _adopt(self, fields: Mapping[str, Any]) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_digest", None)
        object.__setattr__(self, "_exponents", _exponents(self))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a problem does not change: make a new one with another {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        fields = {name: getattr(self, name) for name in HELD}
        return _restored, (fields,)

    def __repr__(self) -> str:
        called = f"{self.name}: " if self.name else ""
        return f"<problem {called}{len(self.workloads)} workloads, {len(self.sites)} sites>"

    def running(self, plan: "Plan") -> "Problem":
        """Return the problem in which the workloads run where a plan has them.

        Parameters
        ----------
        plan : Plan
            What runs now; it may be of another state of the problem, before workloads came and went.

        Returns
        -------
        Problem
            With the plan's sites as `Workload.site`: those that pinned workloads stay on, cordoned sites
            keep, and moves are counted from. It is this very problem where nothing changes. Workloads that
            the plan does not know keep their site; those that it leaves out have none.

        Examples
        --------
        >>> from placement import Problem, solve
        >>> problem = Problem(
        ...     nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}], workloads=[{"id": "w"}])
        >>> problem.running(solve(problem).plan).workloads["w"].site
        's'
        """
        from placement.model.running import with_running_sites

        workloads = with_running_sites(self.workloads, self.sites, plan)
        if workloads is self.workloads:
            return self
        fields = {name: getattr(self, name) for name in HELD}
        return _restored({**fields, "workloads": workloads})

    @property
    def tables(self) -> dict[str, Table[Any] | None]:
        """All tables by name."""
        return {name: getattr(self, name) for name in TABLES}

    @property
    def network(self) -> Network:
        """The nodes, links and slices."""
        return Network.of_tables(self.nodes, self.links, self.slices)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, the same in any order and notation."""
        if self._digest is None:
            object.__setattr__(self, "_digest", problem_digest(self))
        return self._digest or ""

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources that anything names, sorted."""
        return tuple(name for name in sorted(self._exponents) if name)

    def unit_exponent(self, resource: str) -> int:
        """Return d such that all amounts of a resource are whole multiples of 10**-d.

        Parameters
        ----------
        resource : str
            Its name; one that nothing has or asks for has an exponent of 0.

        Returns
        -------
        int
            0 or more: the smallest one.
        """
        return self._exponents.get(resource, 0)

    @property
    def bandwidth_exponent(self) -> int:
        """Such a d for bandwidth."""
        return self._exponents[""]


def _take_network(given: dict[str, Any], network: Any, faults: Faults) -> None:
    if not isinstance(network, Network):
        faults.add("network", f"expected a Network, got {parse.kind(network)} {shown(network)}")
        return
    for one in ("nodes", "links", "slices"):
        if given.get(one):
            faults.add(one, "given beside a network; expected one of the two")
        given[one] = getattr(network, one)


def _law(document: Any, faults: Faults) -> Law | None:
    """Return the tables of law that a problem brings along, if it does."""
    if document is None:
        return None
    try:
        return Law.from_dict(document)
    except InputError as error:
        for fault in error.faults:
            faults.add(f"law.{fault.place}" if fault.place else "law", fault.message)
        return None


def _restored(fields: Mapping[str, Any]) -> Problem:
    made = Problem.__new__(Problem)
    made._adopt(fields)
    return made


def _exponents(problem: Problem) -> dict[str, int]:
    """Find the decimal places in use: by resource, and under "" for bandwidth."""
    from placement.model.sizes import places

    rates = problem.workloads.column("bandwidth"), problem.slices.column("bandwidth")
    found: dict[str, int] = {"": max(map(places, rates))}
    for pairs in problem.sites.column("slices").values:
        widest = max((exponent(amount) for _, amount in pairs if amount is not None), default=0)
        found[""] = max(found[""], widest)
    for table, field in (
        (problem.workloads, "demand"),
        (problem.pairs, "demand"),
        (problem.sites, "capacity"),
        (problem.agreements, "quota"),
    ):
        for resource in table.resources(field) if table is not None else ():
            here = places(table.column(f"{field}.{resource}"))  # type: ignore[union-attr]
            found[resource] = max(found.get(resource, 0), here)
    for pairs in problem.agreements.column("country_quota").values if problem.agreements else ():
        for key, amount in pairs:
            resource = key.partition("/")[2]
            found[resource] = max(found.get(resource, 0), exponent(amount))
    return found
