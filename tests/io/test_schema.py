"""The shipped JSON Schemas say what the nouns say."""

import dataclasses
import importlib.util
import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from placement import InputError, Law, Plan, Problem
from placement.model import certificate, plan
from placement.model.assemble import TABLES
from placement.model.law import shipped
from placement.model.noun import REQUIRED
from placement.model.objective import OBJECTIVE
from tests.bad.documents import PLANS, PROBLEMS
from tests.io.plans import plan_of
from tests.reference.problems import problem_of

SCRIPT = Path(__file__).parents[2] / "data" / "schema" / "build.py"


def schema(name):
    """Return a shipped schema."""
    text = (files("placement.data") / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


PROBLEM, PLAN, LAW = schema("problem"), schema("plan"), schema("law")


VALID = {
    name: jsonschema.Draft202012Validator(kind)
    for name, kind in (("problem", PROBLEM), ("plan", PLAN), ("law", LAW))
}


@pytest.mark.parametrize("kind", [PROBLEM, PLAN, LAW], ids=["problem", "plan", "law"])
def test_the_schemas_are_schemas(kind):
    """Of the draft of 2020-12."""
    jsonschema.Draft202012Validator.check_schema(kind)


def test_the_schemas_are_what_the_script_writes():
    """Whoever changes a noun runs the script."""
    spec = importlib.util.spec_from_file_location("schema_build", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for name, text in script.build().items():
        shipped = (files("placement.data") / "schema" / name).read_text(encoding="utf-8")
        assert shipped == text, f"run python {SCRIPT}"


@pytest.mark.parametrize("noun", [*TABLES.values(), OBJECTIVE], ids=lambda noun: noun.name)
def test_every_field_of_a_noun_is_in_the_schema(noun):
    """And no other; with the same ones required, and each described."""
    row = PROBLEM["$defs"][noun.singular]
    assert set(row["properties"]) == set(noun.fields)
    required = {name for name, field in noun.fields.items() if field.default is REQUIRED}
    assert set(row["required"]) == required
    assert row["additionalProperties"] is False
    assert all(field["description"] for field in row["properties"].values())


@pytest.mark.parametrize(
    "row",
    [
        *(plan.Assignment, plan.Unplaced, plan.Move, plan.Value, plan.Bound, certificate.RowPrice),
        *(certificate.Cover, certificate.Prices, certificate.Certificate, plan.Solver),
    ],
)
def test_every_field_of_a_plan_is_in_the_schema(row):
    """And no other."""
    fields = {field.name for field in dataclasses.fields(row)}
    assert set(PLAN["$defs"][row.__name__.lower()]["properties"]) == fields


def test_the_schemas_have_the_tables_and_parts():
    """The fields of the documents themselves."""
    assert set(PROBLEM["properties"]) == {
        *("format", "name", "at", "law", "objective", "until"),
        *TABLES,
    }
    fields = {field.name for field in dataclasses.fields(Plan)}
    assert set(PLAN["properties"]) == {"format", *fields}


@pytest.mark.parametrize("seed", range(60))
def test_documents_that_are_read_and_written_are_valid(seed):
    """As people write them, and as the library does."""
    document = problem_of(seed)
    VALID["problem"].validate(document)
    VALID["problem"].validate(Problem.from_dict(document).to_dict())


def test_a_written_plan_is_valid():
    """With costs as numbers, as JSON has them."""
    document = plan_of(3).to_dict()
    document["unplaced"] = [{"workload": "v", "reasons": {"state": 2}}]
    VALID["plan"].validate(json.loads(json.dumps(document, default=float)))


@pytest.mark.parametrize(
    ("kind", "make", "case"),
    [
        *(("problem", Problem.from_dict, case) for case in PROBLEMS),
        *(("plan", Plan.from_dict, case) for case in PLANS),
    ],
    ids=[case.name for case in (*PROBLEMS, *PLANS)],
)
def test_bad_documents_are_refused_by_schema_and_door(kind, make, case):
    """What the schema can express it refuses, and the door refuses everything."""
    with pytest.raises(InputError):
        make(case.document)
    plain = json.loads(json.dumps(case.document, default=float))
    assert VALID[kind].is_valid(plain) is not case.shape


MEMBER = {"countries": ["FR", "EL"], "from": "2021-01-01", "until": None, "source": "act"}
TABLES_OF_LAW = {
    "format": "placement-law/1",
    "version": "acme-1",
    "groups": {"OURS": [MEMBER, {"groups": ["OTHERS"], "source": "act"}], "OTHERS": [MEMBER]},
    "adequacy": [{"country": "JP", "scope": "JP-APPI", "from": "2019-01-23", "source": "act"}],
    "schemes": {"ACME": {"levels": ["1", "2"], "ordered": True, "source": "act"}},
    "sources": {"act": {"act": "An act", "reference": "OJ L 1", "date": "2021-01-01"}},
}


@pytest.mark.parametrize(
    "document",
    [
        shipped().to_dict(),
        TABLES_OF_LAW,
        Law.from_dict(TABLES_OF_LAW).to_dict(),
        {"format": "placement-law/1", "version": "v", "extends": shipped().version, "groups": None},
    ],
    ids=["shipped", "by hand", "written", "nothing"],
)
def test_tables_of_law_that_are_read_and_written_are_valid(document):
    """The library's own as it writes them, a file by hand, and one that extends by nothing."""
    Law.from_dict(document)
    VALID["law"].validate(document)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "placement-law/2"},
        {"version": None},
        {"versoin": "v"},
        {"groups": {"ours": [MEMBER]}},
        {"groups": {"FR": [MEMBER]}},
        {"groups": {"EU-ADEQUATE": [MEMBER]}},
        {"groups": {"OURS": [{"source": "act"}]}},
        {"groups": {"OURS": [{"countries": [], "source": "act"}]}},
        {"groups": {"OURS": [MEMBER | {"countries": ["XX"]}]}},
        {"groups": {"OURS": [MEMBER | {"from": "2021-2-30"}]}},
        {"groups": {"OURS": [MEMBER | {"source": None}]}},
        {"groups": {"OURS": MEMBER}},
        {"adequacy": [{"scope": "US-DPF", "source": "act"}]},
        {"schemes": {"A:B": {"levels": ["1"], "source": "act"}}},
        {"schemes": {"ACME": {"levels": [], "source": "act"}}},
        {"schemes": {"ACME": {"levels": ["1", "1"], "source": "act"}}},
        {"schemes": {"ACME": {"levels": ["1"], "ordered": "yes", "source": "act"}}},
        {"sources": {"act": {"reference": "OJ L 1"}}},
        {"countries": {}},
    ],
    ids=str,
)
def test_bad_tables_of_law_are_refused_by_schema_and_door(change):
    """Each with a single thing wrong with it."""
    assert not VALID["law"].is_valid(TABLES_OF_LAW | change)
    with pytest.raises(InputError):
        Law.from_dict(TABLES_OF_LAW | change)
