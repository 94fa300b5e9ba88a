"""Problems and plans as files: JSON, or a folder of Parquet for the large ones.

A path is a JSON file if it ends in ``.json`` or is an existing file; otherwise, and always with a
slash at its end, it is a folder. In a folder each table is a Parquet file, ``workloads.parquet`` and
so on, and ``problem.json`` or ``plan.json`` holds the rest.
"""

from placement.io.read import read_law, read_plan, read_problem
from placement.io.write import write_plan, write_problem

__all__ = ["read_law", "read_plan", "read_problem", "write_plan", "write_problem"]
