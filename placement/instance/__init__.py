"""Compile: from names to indices; who may go where and why not, what it costs, what it uses."""

from placement.instance.compile import compile_problem
from placement.instance.instance import Instance, Row
from placement.instance.moves import BudgetedInstance, running_pairs, with_budget

__all__ = [
    "BudgetedInstance",
    "Instance",
    "Row",
    "compile_problem",
    "running_pairs",
    "with_budget",
]
