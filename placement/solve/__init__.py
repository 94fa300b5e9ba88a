"""Decide: engines, one algorithm a file; stop criteria, progress, result."""

from placement.solve.result import Progress, Result
from placement.solve.run import solve

__all__ = ["Progress", "Result", "solve"]
