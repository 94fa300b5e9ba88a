"""Audit records: written as JSON or as a page, and held against a problem and a plan."""

import os
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path
from typing import Any

from placement.errors import FileError
from placement.explain.audit import Audit
from placement.io.atomic import write_file
from placement.io.audit import audit_lines, audit_of
from placement.io.place import reason
from placement.model.plan import Plan
from placement.model.problem import Problem
from placement.report.proofs import allowed_link, allowed_node
from placement.units import exact_ms

__all__ = ["audit_page", "audit_text", "check_audit", "write_audit"]

TEMPLATES = files("placement.report") / "templates"


def audit_text(problem: Problem, plan: Plan, *, form: str = "json") -> Iterator[str]:
    """Return an audit record of a plan, piece by piece.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        What was decided.
    form : {'json', 'html'}, default 'json'
        JSON (`placement-audit/1`), or a page that opens without a network.

    Returns
    -------
    iterator of str
        The same text for whoever asks: it holds no clock, no machine and no path of a file.

    Raises
    ------
    InputError
        If the plan is not what it says it is.

    Examples
    --------
    >>> import json
    >>> from placement import Problem, audit_text, solve
    >>> problem = Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}], workloads=[{"id": "w"}])
    >>> record = json.loads("".join(audit_text(problem, solve(problem).plan)))
    >>> record["problem"]["digest"] == problem.digest
    True
    >>> record["workloads"][0]["rules"]
    {'state': {'state': 'open'}}
    """
    audit = audit_of(problem, plan)
    return audit_page(audit) if form == "html" else audit_lines(audit)


def write_audit(problem: Problem, plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write an audit record of a plan, all of it or nothing.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        What was decided.
    path : str or path-like
        A name that ends in ``.html`` means a page, any other JSON.

    Raises
    ------
    InputError
        If the plan is not what it says it is.
    FileError
        If the file cannot be written; then nothing has changed.

    Notes
    -----
    Workloads are written as they are looked at, so that memory does not grow with their number; see
    `Audit`.

    Examples
    --------
    >>> import tempfile
    >>> from placement import Problem, solve, write_audit
    >>> problem = Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_audit(problem, solve(problem).plan, f"{folder}/audit.json")
    """
    write_file(path, audit_text(problem, plan, form=form_of(path)))


def check_audit(problem: Problem, plan: Plan, path: str | os.PathLike[str]) -> str | None:
    """Make an audit record again and compare it with a file.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        What was decided.
    path : str or path-like
        An audit record, as `write_audit` names its forms.

    Returns
    -------
    str or None
        Where the file is another than it should be, and what stands there; None if it is the same.

    Raises
    ------
    InputError
        If the plan is not what it says it is.
    FileError
        If the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from placement import Problem, check_audit, solve, write_audit
    >>> problem = Problem(nodes=[{"id": "a"}], sites=[{"id": "s", "node": "a"}])
    >>> plan = solve(problem).plan
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_audit(problem, plan, f"{folder}/audit.json")
    ...     check_audit(problem, plan, f"{folder}/audit.json") is None
    True
    """
    expected = _lines(audit_text(problem, plan, form=form_of(path)))
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            for number, (found, wanted) in enumerate(zip_longest(file, expected), 1):
                if found != wanted:
                    return _difference(number, found, wanted)
    except OSError as error:
        raise FileError(path, reason(error)) from error
    except UnicodeDecodeError as error:
        raise FileError(path, "is no text in UTF-8; expected an audit record") from error
    return None


def form_of(path: str | os.PathLike[str]) -> str:
    """Return the form that the name of a file means."""
    return "html" if Path(path).suffix.casefold() in {".html", ".htm"} else "json"


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    """Yield whole lines of a text that comes in pieces."""
    rest: list[str] = []
    for piece in pieces:
        *whole, last = piece.split("\n")
        for line in whole:
            yield "".join([*rest, line, "\n"])
            rest = []
        rest.append(last)
    if any(rest):
        yield "".join(rest)


def _difference(number: int, found: str | None, wanted: str | None) -> str:
    """Return what is said of the first line that differs, from where it differs on."""
    have, want = found or "", wanted or ""
    pairs = enumerate(zip(have, want, strict=False))
    same = next((i for i, (a, b) in pairs if a != b), min(len(have), len(want)))
    told = [
        repr(text[max(0, same - 30) : same + 50]) if text else "nothing" for text in (have, want)
    ]
    return f"line {number}, character {same + 1}: has {told[0]}; expected {told[1]}"


def audit_page(audit: Audit) -> Iterator[str]:
    """Return an audit record as a page, piece by piece.

    Parameters
    ----------
    audit : Audit
        What is shown.

    Returns
    -------
    iterator of str
        HTML with everything inside; whatever was named by somebody else is escaped.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    head = audit.head()
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sources = head["law"]["sources"]
    environment.filters |= {
        "cite": lambda name: _cite(sources.get(name), name),
        "ms": exact_ms,
        "told": told,
        "why_link": lambda link: allowed_link(link["slices"]),
        "why_node": lambda node: allowed_node(node["rule"], node["country"], node["via"]),
    }
    template = environment.from_string((TEMPLATES / "audit.html").read_text(encoding="utf-8"))
    style = Markup((TEMPLATES / "audit.css").read_text(encoding="utf-8"))
    return template.generate(
        head=head, paths=audit.paths(), workloads=audit.workloads(), style=style
    )


def _cite(source: Mapping[str, str] | None, name: str) -> str:
    if source is None:
        return name
    parts = source.get("act"), source.get("reference"), source.get("date")
    return ", ".join(part for part in parts if part)


def told(value: Any) -> str:
    """Return facts as people read them, such as ``country: DE; via: EU``.

    Examples
    --------
    >>> from placement.report.audit import told
    >>> told({"country": "DE", "via": "EU", "sources": ["eec-1957"], "scope": None})
    'country: DE; via: EU; sources: eec-1957; scope: –'
    """
    if isinstance(value, Mapping):
        parts = (f"{name.replace('_', ' ')}: {told(item)}" for name, item in value.items())
        return "; ".join(part for part in parts)
    if isinstance(value, list):
        return (
            ", ".join(f"({told(one)})" if isinstance(one, dict) else told(one) for one in value)
            or "none"
        )
    if value is None:
        return "–"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
