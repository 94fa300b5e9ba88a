"""Tables in and out: anything that speaks the Arrow PyCapsule or the DataFrame protocol.

A distinct value becomes a Python object once, however many rows have it, and numbers stay arrays.
In a struct, and in columns such as ``slices.1``, null says that the key is left out: every row has
every key there. Only a map can hold a key with null, which inside `Site.slices` means unlimited.
"""

from placement.model.columns.read import is_table, raw_of_table
from placement.model.columns.write import arrow_of_table

__all__ = ["arrow_of_table", "is_table", "raw_of_table"]
