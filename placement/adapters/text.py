"""Values that come as text: numbers and booleans."""

import re
from decimal import Decimal
from typing import Any

__all__ = ["number_or_text", "yes_or_no"]

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
MOST_CHARACTERS = 200
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def number_or_text(text: str) -> Any:
    """Return the number that a text is, exactly; any other text as it is, for the door to refuse."""
    stripped = text.strip()
    if INTEGER.fullmatch(stripped):
        return int(stripped)
    if len(stripped) <= MOST_CHARACTERS and NUMBER.fullmatch(stripped):
        return Decimal(stripped)
    return stripped


def yes_or_no(text: str) -> Any:
    """Return the boolean that a text is; any other text as it is, for the door to refuse."""
    return WORDS.get(text.strip().casefold(), text.strip())
