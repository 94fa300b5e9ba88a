"""Tell: why a workload runs where it does, and why it does not run elsewhere."""

from placement.explain.explain import explain, explain_unplaced
from placement.explain.explanation import Explanation, Verdict
from placement.explain.proofs import path_proofs, prove_path

__all__ = ["Explanation", "Verdict", "explain", "explain_unplaced", "path_proofs", "prove_path"]
