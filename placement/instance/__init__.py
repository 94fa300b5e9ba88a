"""Compile: from names to indices; who may go where and why not, what it costs, what it uses."""

from placement.instance.compile import compile_problem
from placement.instance.instance import Instance, Row

__all__ = ["Instance", "Row", "compile_problem"]
