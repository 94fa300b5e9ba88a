"""Build the JSON Schemas of problems, plans and tables of law from the nouns of the library.

::

    python data/schema/build.py           # write problem, plan and law .schema.json
    python data/schema/build.py --check   # fail unless the files are what would be written

A schema knows the shape of a document and the form of each value; which names exist, and what must not
be there twice, only the library's own reader can tell.
"""

import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

from placement.model import budget, certificate, law, plan
from placement.model.assemble import TABLES
from placement.model.countries import ALIASES, COUNTRIES, GROUPS
from placement.model.five_qi import FIVE_QI
from placement.model.law_document import MOST_ROWS
from placement.model.noun import REQUIRED, Noun
from placement.model.objective import OBJECTIVE
from placement.model.operator import OPERATORS
from placement.model.plan_document import MOST_SHIFT
from placement.model.policy import QUESTIONS
from placement.model.reasons import REASONS
from placement.model.site import SITES
from placement.units import LIMIT

__all__ = ["build", "main"]

HERE = Path(__file__).parent
NAME = {
    "type": "string",
    "minLength": 1,
    "maxLength": 1000,
    "pattern": r"^[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$",
}
DATE = {
    "type": "string",
    "format": "date",
    "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
}
DIGITS = r"\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
DIGITS_OR_ZERO = rf"({DIGITS}|-(0+(\.0*)?|\.0+))"
SST = "([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
INTEGER = {"type": "integer"}


def ref(name: str) -> dict[str, Any]:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def one_or_list(name: str) -> dict[str, Any]:
    """Return a set: a list, or a single text."""
    return {"anyOf": [ref(name), {"type": "array", "items": ref(name)}]}


def mapping(key: str, item: str) -> dict[str, Any]:
    """Return an object whose keys are not known beforehand; null is as good as left out."""
    return {
        "type": "object",
        "propertyNames": ref(key),
        "additionalProperties": {"anyOf": [ref(item), {"type": "null"}]},
    }


def until(*facts: str) -> dict[str, Any]:
    """Return an object of days by the names of facts."""
    day = {"anyOf": [ref("date"), {"type": "null"}]}
    return {
        "type": "object",
        "properties": dict.fromkeys(facts, day),
        "additionalProperties": False,
    }


def number(**limits: float) -> dict[str, Any]:
    """Return a number ≥ 0, unless the limits say more."""
    return {"type": "number", "minimum": 0, **limits}


CODES = sorted({*COUNTRIES, *ALIASES})
SHARE = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
DAY_OR_OPEN = r"([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|\.\.)"
DEFINITIONS: dict[str, Any] = {
    "name": NAME,
    "date": DATE,
    "country": {"enum": CODES},
    "country_resource": {
        **NAME,
        "pattern": NAME["pattern"].replace("^", f"^(?=({'|'.join(CODES)})/.)", 1),
    },
    "country_or_group": {"enum": [*GROUPS, *CODES]},
    "slice_id": {"type": "string", "pattern": f"^{SST}(-[0-9A-Fa-f]{{6}})?$"},
    "certification": {**NAME, "pattern": NAME["pattern"].replace("^", "^(?=[^:]+:.)", 1)},
    "amount": {
        "anyOf": [
            number(exclusiveMaximum=1e40),
            {
                "type": "string",
                "maxLength": 200,
                "pattern": rf"^{DIGITS_OR_ZERO}([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$",
            },
        ]
    },
    "price": {
        "anyOf": [
            number(exclusiveMaximum=1e40),
            {
                "type": "string",
                "maxLength": 200,
                "pattern": rf"^{DIGITS_OR_ZERO}([eE][+-]?[0-9]+)?(/([KMGTPE]i|[numkMGTPE]))?$",
            },
        ]
    },
    "number": number(exclusiveMaximum=1e40),
    "share": SHARE,
    "span": {"type": "string", "pattern": f"^{DAY_OR_OPEN}/{DAY_OR_OPEN}$"},
    # What it says the library's reader knows: see docs/law.md.
    "expression": {"type": "string", "minLength": 1, "maxLength": 10_000},
    "priority": {"type": "integer", "minimum": 1, "maximum": LIMIT},
    "count": {"type": "integer", "minimum": 0, "maximum": LIMIT},
    "origin": {
        "type": "object",
        "properties": {
            "node": {**ref("name"), "description": "The node that the users are nearest to."},
            "weight": {
                "anyOf": [
                    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1e40},
                    {"type": "null"},
                ],
                "description": "Their share in the mean; positive.",
            },
        },
        "required": ["node"],
        "additionalProperties": False,
    },
}
BOOLEAN = {"type": "boolean"}
MILLISECONDS = number(maximum=2100)
AMOUNTS, PRICES = mapping("name", "amount"), mapping("name", "price")
# By "noun.field", or by the field alone where it means the same in every noun.
FIELDS: dict[str, dict[str, Any]] = {
    **{
        name: ref("name")
        for name in (
            "id",
            "home",
            "host",
            "node",
            "operator",
            "source",
            "target",
            "site",
            "workload",
        )
    },
    "country": ref("country"),
    "parents": one_or_list("country"),
    "laws": one_or_list("name"),
    "quota": AMOUNTS,
    "country_quota": mapping("country_resource", "amount"),
    "agreements.slices": one_or_list("slice_id"),
    "agreements.policies": one_or_list("name"),
    "price_factor": ref("number"),
    "valid_from": ref("date"),
    "valid_until": ref("date"),
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "lon": {"type": "number", "minimum": -180, "maximum": 180},
    "processing_ms": MILLISECONDS,
    "latency_ms": MILLISECONDS,
    "length_km": number(maximum=2.1e9 / 4900),
    "jitter_ms": MILLISECONDS,
    "jitter_group": ref("name"),
    "bidirectional": BOOLEAN,
    "links.slices": one_or_list("slice_id"),
    "slices.id": ref("slice_id"),
    "operators": one_or_list("name"),
    "access_ms": MILLISECONDS,
    "access_jitter_ms": MILLISECONDS,
    "slices.bandwidth": ref("amount"),
    "max_devices": ref("count"),
    "slices.nodes": one_or_list("name"),
    "isolated": BOOLEAN,
    "capacity": AMOUNTS,
    "sites.slices": mapping("slice_id", "amount"),
    "price": PRICES,
    "carbon": PRICES,
    "open_cost": ref("number"),
    "features": one_or_list("name"),
    "certifications": one_or_list("certification"),
    "state": {"enum": ["open", "cordoned", "down"]},
    "countries": one_or_list("country_or_group"),
    "transit": one_or_list("country_or_group"),
    "seats": one_or_list("country_or_group"),
    "excluded_laws": one_or_list("name"),
    **{name: ref("expression") for name in (*QUESTIONS, "in_transit")},
    "owners": mapping("name", "share"),
    **{name: one_or_list("country") for name in ("staff", "storage", "backups")},
    **{name: one_or_list("name") for name in ("keys", "grounds", "scopes")},
    "subprocessors": mapping("name", "country"),
    "certificates": mapping("certification", "span"),
    "operators.known_until": until(*OPERATORS.fields["known_until"].parse.facts),
    "sites.known_until": until(*SITES.fields["known_until"].parse.facts),
    "demand": AMOUNTS,
    "origins": {
        "anyOf": [
            ref("name"),
            ref("origin"),
            {"type": "array", "minItems": 1, "items": {"anyOf": [ref("name"), ref("origin")]}},
        ]
    },
    "max_rtt_ms": ref("number"),
    "percentile": number(minimum=0.5, exclusiveMaximum=1),
    "guarantee": {"enum": ["normal", "any"]},
    "slice": ref("slice_id"),
    "bandwidth": ref("amount"),
    "devices": ref("count"),
    "five_qi": {"enum": list(FIVE_QI)},
    "policy": {"anyOf": [ref("name"), ref("policy")]},
    "allow": one_or_list("name"),
    "deny": one_or_list("name"),
    "priority": ref("priority"),
    "pinned": BOOLEAN,
    "move_cost": ref("number"),
    "pairs.cost": ref("number"),
    **{f"objective.{name}": ref("number") for name in OBJECTIVE.fields},
    "rtt_ms": number(),
    "reasons": {
        "type": "object",
        "propertyNames": {"enum": list(REASONS)},
        "additionalProperties": ref("priority"),
    },
}


def described(row: Any) -> dict[str, str]:
    """Return what a docstring says of each parameter."""
    told: dict[str, str] = {}
    names: list[str] = []
    for line in inspect.cleandoc(row.__doc__ or "").splitlines():
        head = re.match(r"(\w+(?:, \w+)*) : ", line)
        if head:
            names = head[1].split(", ")
        elif line.startswith("    ") and names:
            for name in names:
                told[name] = f"{told.get(name, '')} {line.strip()}".strip()
        else:
            names = []
    return {name: text.replace("``", "").replace("`", "") for name, text in told.items()}


def noun_schema(noun: Noun) -> dict[str, Any]:
    """Return the schema of a row."""
    told = described(noun.row)
    properties: dict[str, Any] = {}
    for name, field in noun.fields.items():
        kind = FIELDS.get(f"{noun.name}.{name}") or FIELDS[name]
        if field.default is not REQUIRED:
            kind = {"anyOf": [kind, {"type": "null"}]}
        properties[name] = {**kind, "description": told[name]} if name in told else dict(kind)
    required = [name for name, field in noun.fields.items() if field.default is REQUIRED]
    return row_schema(noun.row, properties, required)


def row_schema(row: Any, properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """Return the schema of an object with exactly these fields."""
    return {
        "type": "object",
        "description": inspect.cleandoc(row.__doc__ or "").partition("\n")[0],
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def problem_schema() -> dict[str, Any]:
    """Return the schema of ``placement-problem/1``."""
    definitions = dict(DEFINITIONS)
    properties: dict[str, Any] = {
        "format": {"const": "placement-problem/1"},
        "name": {"anyOf": [ref("name"), {"type": "null"}], "description": "Of the problem."},
        "at": {
            "anyOf": [ref("date"), {"type": "null"}],
            "description": "When agreements and groups of countries are read; today if left out.",
        },
        "law": {
            "anyOf": [{"type": "object"}, {"type": "null"}],
            "description": "Tables of law (placement-law/1); the library's if left out.",
        },
        "until": {
            "anyOf": [ref("date"), {"type": "null"}],
            "description": "The last day for which the plan is meant: what expires before is told.",
        },
        "objective": {"anyOf": [ref("objective"), {"type": "null"}]},
    }
    definitions["objective"] = noun_schema(OBJECTIVE)
    for name, noun in TABLES.items():
        definitions[noun.singular] = noun_schema(noun)
        item = ref(noun.singular)
        if name == "policies":  # in line, in a workload, they need no id
            item = {"allOf": [item, {"required": ["id"], "properties": {"id": ref("name")}}]}
        properties[name] = {"anyOf": [{"type": "array", "items": item}, {"type": "null"}]}
    return document("problem", properties, ["format"], definitions)


def maybe(kind: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of what may also be null."""
    return {"anyOf": [kind, {"type": "null"}]}


def plan_schema() -> dict[str, Any]:
    """Return the schema of ``placement-plan/1``."""
    optional = maybe(ref("name"))
    counts = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
    inside: dict[Any, dict[str, Any]] = {
        plan.Value: {"unplaced": INTEGER, "cost": {"type": "number"}},
        plan.Bound: {
            "unplaced": INTEGER,
            "cost": {"type": "number"},
            "proof": {"enum": ["prices", "search"]},
        },
        certificate.RowPrice: {
            **dict.fromkeys(("site", "home", "host", "country", "resource", "slice"), optional),
            "price": INTEGER,
            "unit": ref("amount"),
        },
        certificate.Cover: {
            "site": ref("name"),
            "workloads": {"type": "array", "items": ref("name")},
            "limit": INTEGER,
            "price": INTEGER,
        },
        certificate.MovePrice: {
            **dict.fromkeys(("operator", "site"), optional),
            "price": INTEGER,
        },
        certificate.Prices: {
            "shift": {"type": "integer", "minimum": 0, "maximum": MOST_SHIFT},
            "mu": INTEGER,
            "prices": {"type": "array", "items": ref("rowprice")},
            "covers": {"type": "array", "items": ref("cover")},
            "moves": {"type": "array", "items": ref("moveprice")},
        },
        certificate.Certificate: {"cost": ref("prices"), "unplaced": ref("prices")},
        budget.Budget: {
            "moves": maybe({"type": "integer", "minimum": 0}),
            "operators": maybe(counts),
            "sites": maybe(counts),
            "min_gain": maybe({"type": "number"}),
        },
        plan.LawVersion: {"version": ref("name"), "digest": ref("name")},
        plan.Solver: {"version": ref("name"), "seed": INTEGER, "work": ref("number")},
    }
    definitions = {name: DEFINITIONS[name] for name in ("name", "amount", "number", "priority")}
    for row, properties in inside.items():
        told = described(row)
        required = [
            name
            for name, kind in properties.items()
            if "anyOf" not in kind and kind.get("type") != "array"
        ] + (["workloads"] if row is certificate.Cover else [])
        properties = {  # noqa: PLW2901 (the same, with what the docstring says)
            name: {**kind, "description": told[name]} if name in told else kind
            for name, kind in properties.items()
        }
        definitions[row.__name__.lower()] = row_schema(row, properties, required)
    fields: dict[str, Any] = {
        "format": {"const": "placement-plan/1"},
        "problem": ref("name"),
        "status": {"enum": ["OPTIMAL", "FEASIBLE"]},
        "limit": {"enum": [*map(str, plan.Limit), None]},
        "objective": ref("value"),
        "bound": ref("bound"),
        "certified": ref("value"),
        "certificate": ref("certificate"),
    }
    for noun in (plan.ASSIGNMENTS, plan.UNPLACED, plan.MOVES):
        definitions[noun.row.__name__.lower()] = noun_schema(noun)  # type: ignore[attr-defined]
        item = ref(noun.row.__name__.lower())  # type: ignore[attr-defined]
        fields[noun.name] = {"type": "array", "items": item}
    fields["solver"] = ref("solver")
    fields["budget"] = {"anyOf": [ref("budget"), {"type": "null"}]}
    fields["law"] = {"anyOf": [ref("lawversion"), {"type": "null"}]}
    told = described(plan.Plan) | {
        "objective": "Of the plan.",
        "certified": "What the certificate proves.",
    }
    for name, kind in fields.items():
        if name in told:
            fields[name] = {**kind, "description": told[name]}
    required = [name for name in fields if name not in {"limit", "law", "budget"}]
    return document("plan", fields, required, definitions)


def law_schema() -> dict[str, Any]:
    """Return the schema of ``placement-law/1`` as files of their own hold it, without codes of countries."""
    text, some = ref("text"), {"type": "array", "minItems": 1}
    span = {"from": maybe(ref("date")), "until": maybe(ref("date")), "source": text}
    names = {"type": "array", "items": text}

    def table(item: str, **key: Any) -> dict[str, Any]:
        rows = {"type": "object", "propertyNames": key, "additionalProperties": ref(item)}
        return maybe({**rows, "maxProperties": MOST_ROWS})

    members = maybe({"type": "array", "items": ref("country")})
    levels = {**names, "minItems": 1, "uniqueItems": True}
    membership = {"countries": members, "groups": maybe(names), **span}
    decision = {"country": ref("country"), "scope": maybe(text), **span}
    scheme = {"levels": levels, "ordered": BOOLEAN, "source": text}
    source = {"act": text, "reference": maybe(text), "date": maybe(text)}
    definitions = {
        **{name: DEFINITIONS[name] for name in ("date", "country")},
        "text": {"type": "string", "minLength": 1, "pattern": r"\S"},
        "membership": {
            **row_schema(law.Membership, membership, ["source"]),
            "anyOf": [{"required": [n], "properties": {n: some}} for n in ("countries", "groups")],
        },
        "group": {"type": "array", "maxItems": MOST_ROWS, "items": ref("membership")},
        "decision": row_schema(law.Adequacy, decision, ["country", "source"]),
        "scheme": row_schema(law.Scheme, scheme, ["levels", "source"]),
        "source": row_schema(law.Source, source, ["act"]),
    }
    taken = {"enum": [*CODES, law.ADEQUATE]}
    properties = {
        "format": {"const": "placement-law/1"},
        "version": text,
        "extends": maybe(text),
        "groups": table("group", pattern="^[A-Z][A-Z0-9-]{1,99}$", **{"not": taken}),
        "adequacy": maybe({"type": "array", "maxItems": MOST_ROWS, "items": ref("decision")}),
        "schemes": table("scheme", pattern=r"^[^:]*[^:\s][^:]*$"),
        "sources": table("source"),
    }
    return document("law", properties, ["format", "version"], definitions)


def document(
    kind: str, properties: dict[str, Any], required: list[str], definitions: dict[str, Any]
) -> dict[str, Any]:
    """Return a whole schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"placement-{kind}/1",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        "$defs": definitions,
    }


def build() -> dict[str, str]:
    """Return the text of each schema by the name of its file."""
    schemas = {
        "problem.schema.json": problem_schema(),
        "plan.schema.json": plan_schema(),
        "law.schema.json": law_schema(),
    }
    return {
        name: json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for name, schema in schemas.items()
    }


def main() -> None:
    """Write the files, or check them."""
    for name, text in build().items():
        path = HERE / name
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{path} is not what data/schema/build.py would write")


if __name__ == "__main__":
    main()
