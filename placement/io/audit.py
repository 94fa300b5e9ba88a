"""Audit records as files: JSON, an item a line, the same bytes for whoever makes them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from placement.errors import Fault, InputError
from placement.explain.audit import Audit
from placement.io import json_text
from placement.model.plan import Plan
from placement.model.plan_document import plan_parts
from placement.model.problem import Problem
from placement.verify import verify

__all__ = ["audit_lines", "audit_of", "plan_digest"]

dumps = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False).encode


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 of a plan as `write_plan` writes it to a JSON file, whatever file it came from.

    Parameters
    ----------
    plan : Plan
        Any.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for line in json_text.lines(plan_parts(plan)):
        digest.update(line.encode())
    return digest.hexdigest()


def audit_of(problem: Problem, plan: Plan) -> Audit:
    """Return what is to be recorded of a plan, once the judge has found nothing wrong with it.

    Parameters
    ----------
    problem : Problem
        What was asked.
    plan : Plan
        What was decided.

    Returns
    -------
    Audit
        Its content, piece by piece.

    Raises
    ------
    InputError
        If the plan is not what it says it is; all faults are told.
    """
    report = verify(problem, plan)
    if not report.ok:
        faults = [Fault(one.place, f"{one.rule}: {one.message}") for one in report.faults]
        raise InputError(faults, report.n_faults)
    return Audit(problem, plan, plan_digest(plan))


def audit_lines(audit: Audit) -> Iterator[str]:
    """Yield an audit record as JSON.

    Parameters
    ----------
    audit : Audit
        What is recorded.

    Yields
    ------
    str
        A line, or a few.
    """
    head = {name: part for name, part in audit.head().items() if part is not None}
    yield "{\n"
    for name, part in head.items():
        yield f"  {dumps(name)}: "
        yield from _part(part)
        yield ",\n"
    yield '  "paths": '
    yield from _list(audit.paths())
    yield ',\n  "workloads": '
    yield from _list(audit.workloads())
    yield "\n}\n"


def _part(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        yield from _list(iter(part))
    else:
        yield json_text.text(in_order(part))


def _list(items: Iterator[Any]) -> Iterator[str]:
    """Yield a list, an item a line."""
    begin = "[\n"
    for item in items:
        yield f"{begin}    {dumps(item)}"
        begin = ",\n"
    yield "[]" if begin == "[\n" else "\n  ]"


def in_order(value: Any) -> Any:
    """Return a value with the keys of all mappings sorted."""
    if isinstance(value, Mapping):
        return {name: in_order(value[name]) for name in sorted(value)}
    return [in_order(item) for item in value] if isinstance(value, list) else value
