"""From what people write to the one canonical value: a function for each kind of field.

Each takes a raw value that is not None and raises ValueError (or `BadValueError`, which can name
several places inside the value) if it is refused.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from placement import units
from placement.model import certifications, countries
from placement.model.faults import BadValueError
from placement.units import Amount, shown

SLICE = re.compile(r"(?P<sst>[0-9]{1,3})(?:-(?P<sd>[0-9A-Fa-f]{6}))?")
LONGEST_NAME = 1000
NO_DIFFERENTIATOR = "-FFFFFF"
MOST_DIGITS = 17


def name(value: Any) -> str:
    """Read an id: text without control characters."""
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {kind(value)} {shown(value)}")
    if not value or value != value.strip():
        raise ValueError(f"{shown(value)} is no name; expected text without spaces around it")
    if len(value) > LONGEST_NAME or not value.isprintable():
        raise ValueError(f"{shown(value)} is no name; expected at most 1000 printable characters")
    return value


def kind(value: Any) -> str:
    """Return what a value is, in the words of JSON."""
    words = {
        bool: "boolean",
        int: "number",
        float: "number",
        str: "text",
        list: "list",
        dict: "object",
    }
    return words.get(type(value), type(value).__name__)


def boolean(value: Any) -> bool:
    """Read true or false."""
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        return bool(value)
    raise ValueError(f"expected true or false, got {kind(value)} {shown(value)}")


def choice(*allowed: str) -> Callable[[Any], str]:
    """Return a reader of one of a few words."""

    def read(value: Any) -> str:
        if value in allowed and isinstance(value, str):
            return str(value)
        raise ValueError(f"{shown(value)} is unknown; expected one of {', '.join(allowed)}")

    return read


def number(value: Any) -> Amount:
    """Read a number ≥ 0 that a double holds, so that every file can carry it."""
    parsed = units.number(value)
    if parsed < 0:
        raise ValueError(f"{shown(value)} is negative; expected a number ≥ 0")
    if isinstance(parsed, Decimal) and len(parsed.as_tuple().digits) > MOST_DIGITS:
        raise ValueError(f"{shown(value)} has more than {MOST_DIGITS} digits")
    return parsed


def positive(value: Any) -> Amount:
    """Read a number > 0."""
    parsed = number(value)
    if parsed == 0:
        raise ValueError("0 is not positive; expected a number > 0")
    return parsed


def latency_ms(value: Any) -> Amount:
    """Read a measured latency: at most 2.1 s."""
    parsed = number(value)
    if units.ns_up(parsed) > 2_100_000_000:
        raise ValueError(
            f"{shown(value)} ms is longer than 2.1 s; expected at most 2100 (milliseconds)"
        )
    return parsed


def length_km(value: Any) -> Amount:
    """Read the length of a link: at most what light covers in 2.1 s."""
    parsed = number(value)
    if parsed * 4_900 > 2_100_000_000:
        raise ValueError(
            f"{shown(value)} km takes longer than 2.1 s; expected at most 428571 (kilometres)"
        )
    return parsed


def degrees(largest: int) -> Callable[[Any], float]:
    """Return a reader of a coordinate."""

    def read(value: Any) -> float:
        # A float needs no exact reading here; what is no number at all fails the comparison.
        parsed = value if type(value) is float else float(units.number(value))
        if not abs(parsed) <= largest:
            raise ValueError(
                f"{shown(value)} is out of range; expected -{largest} to {largest} degrees"
            )
        return parsed

    return read


def percentile(value: Any) -> Amount:
    """Read a percentile as a fraction."""
    parsed = number(value)
    if not Decimal("0.5") <= parsed < 1 or float(parsed) >= 1:
        raise ValueError(f"{shown(value)} is no percentile; expected 0.5 ≤ p < 1, such as 0.99")
    return parsed


def priority(value: Any) -> int:
    """Read a priority: an integer from 1."""
    parsed = units.number(value)
    if not isinstance(parsed, int) or not 1 <= parsed <= units.LIMIT:
        raise ValueError(f"{shown(value)} is no priority; expected an integer ≥ 1")
    return parsed


def count(value: Any) -> int:
    """Read how many there are: an integer from 0."""
    parsed = units.number(value)
    if not isinstance(parsed, int) or not 0 <= parsed <= units.LIMIT:
        raise ValueError(f"{shown(value)} is no count; expected an integer ≥ 0")
    return parsed


def date(value: Any) -> datetime.date:
    """Read a date, such as 2026-11-24."""
    if isinstance(value, datetime.datetime):
        raise ValueError(f"{shown(str(value))} has a time; expected a date such as 2026-11-24")
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"{shown(value)} is no date; expected such as 2026-11-24")


def country(value: Any) -> str:
    """Read a country's ISO 3166-1 alpha-2 code."""
    return countries.canonical(value)


def listed(value: Any) -> list[Any]:
    """Return the items of a list, set or tuple; a bare text is a list of one."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise ValueError(f"expected a list, got {kind(value)} {shown(value)}")
    items = list(value)
    return sorted(items, key=str) if isinstance(value, set | frozenset) else items


def set_of(item: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    """Return a reader of a set: a list, whose order and repetitions do not matter."""

    def read(value: Any) -> tuple[str, ...]:
        found: set[str] = set()
        faults: list[tuple[str, str]] = []
        for place, one in enumerate(listed(value)):
            try:
                found.add(item(one))
            except ValueError as error:
                faults.append((f"[{place}]", str(error)))
        if faults:
            raise BadValueError(*faults)
        return tuple(sorted(found))

    return read


def slice_id(value: Any) -> str:
    """Read an S-NSSAI: a slice/service type, and a differentiator of six hexadecimal digits."""
    match = SLICE.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match["sst"]) > 255 or match["sst"] != str(int(match["sst"])):
        raise ValueError(
            f'{shown(value)} is no slice; expected an S-NSSAI such as "1" or "1-00A1B2"'
        )
    # Six times F says that there is no differentiator: TS 23.003, 28.4.2.
    return match[0].upper().removesuffix(NO_DIFFERENTIATOR)


def certification(value: Any) -> str:
    """Read a certification: scheme:level."""
    return certifications.canonical(name(value))


def mapping_of(
    key: Callable[[Any], str], item: Callable[[Any], Any]
) -> Callable[[Any], tuple[tuple[str, Any], ...]]:
    """Return a reader of a mapping, which becomes pairs in the order of their keys."""

    def read(value: Any) -> tuple[tuple[str, Any], ...]:
        if isinstance(value, Mapping):
            value = tuple(value.items())
        elif not isinstance(value, tuple) or not all(  # Arrow hands maps over as pairs
            isinstance(pair, tuple) and len(pair) == 2 for pair in value
        ):
            raise ValueError(f"expected an object, got {kind(value)} {shown(value)}")
        found: dict[str, Any] = {}
        faults: list[tuple[str, str]] = []
        for raw, content in value:
            try:
                known = key(raw)
                if known in found:
                    raise ValueError(f"{shown(raw)} is there twice")
                found[known] = None if content is None else item(content)
            except ValueError as error:
                faults.append(
                    (f".{raw}" if isinstance(raw, str) else f"[{shown(raw)}]", str(error))
                )
        if faults:
            raise BadValueError(*faults)
        return tuple(sorted(found.items()))

    return read


def priced(value: Any) -> tuple[tuple[str, Any], ...]:
    """Read a mapping of resources to money per unit; a price of null or 0 is none."""
    pairs = mapping_of(name, units.price)(value)
    return tuple((resource, price) for resource, price in pairs if price)


def bandwidths(value: Any) -> tuple[tuple[str, Any], ...]:
    """Read a mapping of slices to bandwidth; null is unlimited."""
    return mapping_of(slice_id, units.amount)(value)


def country_quotas(value: Any) -> tuple[tuple[str, Amount], ...]:
    """Read a mapping of countries with a resource, such as ``FR/cpu``, to amounts; null is left out."""
    pairs = mapping_of(country_resource, units.amount)(value)
    return tuple((key, amount) for key, amount in pairs if amount is not None)


def country_resource(value: Any) -> str:
    """Read a country and a resource."""
    code, slash, resource = name(value).partition("/")
    if not slash or not resource:
        raise ValueError(f'{shown(value)} is no country and resource; expected such as "FR/cpu"')
    return f"{country(code)}/{resource}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where some of a workload's users are.

    Parameters
    ----------
    node : str
        The node that they are nearest to.
    weight : number, default 1
        Their share in the mean; positive.
    """

    node: str
    weight: Any = 1


def origins(value: Any) -> tuple[Origin, ...]:
    """Read origins: a node, or a list of nodes, `Origin` objects or objects with node and weight."""
    found: dict[str, Amount] = {}
    faults: list[tuple[str, str]] = []
    items = [value] if isinstance(value, Origin | Mapping) else listed(value)
    for place, item in enumerate(items):
        try:
            node, weight = origin(item)
            if node in found:
                raise BadValueError((".node", f"{shown(node)} is there twice"))
            found[node] = weight
        except BadValueError as error:
            faults += [(f"[{place}]{inner}", message) for inner, message in error.faults]
        except ValueError as error:
            faults.append((f"[{place}]", str(error)))
    if not items:
        faults.append(("", "the list is empty; leave it out if the workload has no users"))
    if faults:
        raise BadValueError(*faults)
    return tuple(Origin(node, found[node]) for node in sorted(found))


def origin(item: Any) -> tuple[str, Amount]:
    """Read one origin."""
    if isinstance(item, str):
        return name(item), 1
    if isinstance(item, Origin):
        fields: Mapping[str, Any] = {"node": item.node, "weight": item.weight}
    elif isinstance(item, Mapping):
        fields = item
    else:
        raise ValueError(f"expected a node or an object, got {kind(item)} {shown(item)}")
    faults = [
        (f".{key}" if isinstance(key, str) else "", "unknown field; expected node and weight")
        for key in fields
        if key not in {"node", "weight"}
    ]
    node, weight = "", 1
    try:
        if fields.get("node") is None:
            raise ValueError("is missing; expected the id of a node")
        node = name(fields["node"])
    except ValueError as error:
        faults.append((".node", str(error)))
    try:
        weight = 1 if fields.get("weight") is None else positive(fields["weight"])  # type: ignore[assignment]
    except ValueError as error:
        faults.append((".weight", str(error)))
    if faults:
        raise BadValueError(*faults)
    return node, weight
