"""Tell: why a workload runs where it does, and why it does not run elsewhere."""

from placement.explain.explain import explain
from placement.explain.explanation import Explanation, Verdict

__all__ = ["Explanation", "Verdict", "explain"]
