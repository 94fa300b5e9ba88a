"""Latency-aware placement for federations of edge sites.

Given the network, the sites, the slices, the agreements between operators and the workloads, it
answers which workload runs where, proves how good that answer is, and says why anything was left out.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from placement.errors import (
        Fault,
        FileError,
        InputError,
        MissingExtraError,
        NoValueError,
        PlacementError,
        StoppedError,
    )
    from placement.explain.expiry import Expiry, expiring
    from placement.explain.explain import explain
    from placement.explain.explanation import Explanation, Verdict
    from placement.explain.proofs import path_proofs, prove_path
    from placement.io.read import read_law, read_plan, read_problem
    from placement.io.write import write_plan, write_problem
    from placement.latency import (
        MAX_LATENCY_NS,
        UNREACHABLE_NS,
        Changes,
        DisjointPaths,
        Failure,
        FailureTable,
        Impact,
        LinkChange,
        LiveMatrix,
        NetworkIndex,
        NetworkShape,
        NodeChange,
        Path,
        Paths,
        RoundTrip,
        build_index,
        disjoint_paths,
        failure_table,
        great_circle_matrix,
        index_links,
        latency_matrices,
        latency_matrix,
        pairs_within,
        shortest_path,
        shortest_paths,
    )
    from placement.model.certificate import Certificate, Cover, Prices, RowPrice
    from placement.model.law import Law
    from placement.model.network import Link, Network, Node, Slice
    from placement.model.objective import Objective
    from placement.model.operator import Agreement, Operator
    from placement.model.path_proof import PathProof, ProofLink, ProofNode, ProofPath, ProofTrip
    from placement.model.plan import (
        Assignment,
        Bound,
        LawVersion,
        Limit,
        Move,
        Plan,
        Solver,
        Status,
        Unplaced,
        Value,
    )
    from placement.model.policy import Policy
    from placement.model.problem import Problem
    from placement.model.site import Site
    from placement.model.workload import Origin, Pair, Workload
    from placement.report.audit import audit_text, check_audit, write_audit
    from placement.report.settlement import Charge, Settlement, settle
    from placement.solve import Progress, Result, solve
    from placement.verify import PlanFault, Report, check_proofs, verify

_HOMES = {
    "errors": (
        "Fault",
        "FileError",
        "InputError",
        "MissingExtraError",
        "NoValueError",
        "PlacementError",
        "StoppedError",
    ),
    "latency": (
        "MAX_LATENCY_NS",
        "UNREACHABLE_NS",
        "Changes",
        "DisjointPaths",
        "Failure",
        "FailureTable",
        "Impact",
        "LinkChange",
        "LiveMatrix",
        "NetworkIndex",
        "NetworkShape",
        "NodeChange",
        "Path",
        "Paths",
        "RoundTrip",
        "build_index",
        "disjoint_paths",
        "failure_table",
        "great_circle_matrix",
        "index_links",
        "latency_matrices",
        "latency_matrix",
        "pairs_within",
        "shortest_path",
        "shortest_paths",
    ),
    "io.read": ("read_law", "read_plan", "read_problem"),
    "io.write": ("write_plan", "write_problem"),
    "explain.expiry": ("Expiry", "expiring"),
    "explain": ("Explanation", "Verdict", "explain", "path_proofs", "prove_path"),
    "model.certificate": ("Certificate", "Cover", "Prices", "RowPrice"),
    "model.law": ("Law",),
    "model.network": ("Link", "Network", "Node", "Slice"),
    "model.objective": ("Objective",),
    "model.operator": ("Agreement", "Operator"),
    "model.path_proof": ("PathProof", "ProofLink", "ProofNode", "ProofPath", "ProofTrip"),
    "model.plan": (
        "Assignment",
        "Bound",
        "LawVersion",
        "Limit",
        "Move",
        "Plan",
        "Solver",
        "Status",
        "Unplaced",
        "Value",
    ),
    "model.policy": ("Policy",),
    "model.problem": ("Problem",),
    "model.site": ("Site",),
    "model.workload": ("Origin", "Pair", "Workload"),
    "report.audit": ("audit_text", "check_audit", "write_audit"),
    "report.settlement": ("Charge", "Settlement", "settle"),
    "solve": ("Progress", "Result", "solve"),
    "verify": ("PlanFault", "Report", "check_proofs", "verify"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "MAX_LATENCY_NS",
    "UNREACHABLE_NS",
    "Agreement",
    "Assignment",
    "Bound",
    "Certificate",
    "Changes",
    "Charge",
    "Cover",
    "DisjointPaths",
    "Expiry",
    "Explanation",
    "Failure",
    "FailureTable",
    "Fault",
    "FileError",
    "Impact",
    "InputError",
    "Law",
    "LawVersion",
    "Limit",
    "Link",
    "LinkChange",
    "LiveMatrix",
    "MissingExtraError",
    "Move",
    "Network",
    "NetworkIndex",
    "NetworkShape",
    "NoValueError",
    "Node",
    "NodeChange",
    "Objective",
    "Operator",
    "Origin",
    "Pair",
    "Path",
    "PathProof",
    "Paths",
    "PlacementError",
    "Plan",
    "PlanFault",
    "Policy",
    "Prices",
    "Problem",
    "Progress",
    "ProofLink",
    "ProofNode",
    "ProofPath",
    "ProofTrip",
    "Report",
    "Result",
    "RoundTrip",
    "RowPrice",
    "Settlement",
    "Site",
    "Slice",
    "Solver",
    "Status",
    "StoppedError",
    "Unplaced",
    "Value",
    "Verdict",
    "Workload",
    "audit_text",
    "build_index",
    "check_audit",
    "check_proofs",
    "disjoint_paths",
    "expiring",
    "explain",
    "failure_table",
    "great_circle_matrix",
    "index_links",
    "latency_matrices",
    "latency_matrix",
    "pairs_within",
    "path_proofs",
    "prove_path",
    "read_law",
    "read_plan",
    "read_problem",
    "settle",
    "shortest_path",
    "shortest_paths",
    "solve",
    "verify",
    "write_audit",
    "write_plan",
    "write_problem",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("placement")
    if name not in _HOME:
        raise AttributeError(f"module 'placement' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"placement.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


class _Package(ModuleType):
    """The package, in which `verify` and the like stay functions.

    A subpackage may have the name of the function that it is there for; when it is imported first,
    the import system would bind the module in the function's place.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
