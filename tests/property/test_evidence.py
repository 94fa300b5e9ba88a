"""Evidence and expressions: the builder, the judge and the plain rules agree on random problems."""

import random

import pytest

from placement import Law, Problem, solve, verify
from placement.adapters import read_csv, write_csv
from placement.io.read import read_problem
from placement.io.write import write_problem
from tests.property.test_pairs import check_pairs
from tests.reference.evidence import with_evidence
from tests.reference.problems import problem_of, shuffled


def lawful(seed):
    """Return the random problem of a seed, with evidence."""
    return with_evidence(problem_of(seed), random.Random(seed))


@pytest.mark.parametrize("block", range(8))
def test_reasons_are_those_of_the_rules_whatever_is_known(block):
    """Random facts, known, unknown or known until a day, and random expressions."""
    for seed in range(block * 150, block * 150 + 150):
        try:
            check_pairs(lawful(seed))
        except Exception as error:
            error.add_note(f"lawful({seed})")
            raise


@pytest.mark.parametrize("block", range(4))
def test_the_judge_agrees_with_every_plan(block):
    """Every reason of every workload left out is counted again, by the judge's own road."""
    for seed in range(block * 60, block * 60 + 60):
        problem = Problem.from_dict(lawful(seed))
        plan = solve(problem, engine="greedy", verify=False).plan
        report = verify(problem, plan)
        assert report.ok, f"lawful({seed}): {report}"


@pytest.mark.parametrize("form", ["problem.json", "folder"])
def test_evidence_comes_back_from_files_as_it_was(tmp_path, form):
    """In JSON, in Parquet, and in any order of the rows."""
    for seed in range(60):
        document = lawful(seed)
        problem = Problem.from_dict(document)
        write_problem(problem, tmp_path / form)
        assert read_problem(tmp_path / form).digest == problem.digest
        assert Problem.from_dict(shuffled(document, random.Random(seed))).digest == problem.digest


def test_evidence_and_law_come_back_from_csv(tmp_path):
    """In cells as in any other file."""
    law = Law.from_dict(
        {
            "format": "placement-law/1",
            "version": "ours",
            "groups": {
                name: [{"countries": ["FR", "RE"], "source": "ours"}]
                for name in ("EU", "EEA", "EFTA")
            },
            "sources": {"ours": {"act": "Contract"}},
        }
    )
    for seed in range(25):
        document = {**lawful(seed), "until": "2031-01-01"}
        for made in (Problem.from_dict(document), Problem.from_dict(document, law=law)):
            write_csv(made, tmp_path / "tables")
            assert read_csv(tmp_path / "tables").digest == made.digest
