"""Each workload that the reference federation leaves out is told what stopped it, in a sentence."""

import re
from pathlib import Path

import pytest

from placement import explain, read_problem, solve
from placement.explain import explain_unplaced
from placement.explain.explain import unplaced_sentences

EUROPE = Path(__file__).parents[2] / "data" / "europe" / "europe.json"
# What must be named, by the rule that sites fail first.
NAMED = {
    "state": r"cordoned|down",
    "pinned": r"pinned to \([a-z]+-[a-z]+-\d+\)",
    "allow_deny": r"customer allows",
    "features": r"lacks? (gpu|sgx|arm)",
    "slice": r"cannot serve slice \d",
    "agreement": r"has no agreement in force on 2026-11-24",
    "country": r'stands? in .*[A-Z]{2}.*, where policy "[a-z-]+" \([A-Z]+.*\) does not let data rest',
    "seat": r'run or owned from [A-Z]{2}.*, outside the seats of policy "[a-z-]+"',
    "law": r'exposed to the law [A-Z-]+, which policy "[a-z-]+" excludes',
    "certification": r'not hold \w+:\S+, which policy "[a-z-]+" asks for',
    "unreachable": r"no path on slice \d.*; the fastest one to \S+ \([\d.]+ ms\) needs .* – ",
    "transit": r"no path inside \w+; the fastest one to \S+ \([\d.]+ ms\) crosses [A-Z]{2}.*, which the policy does not",
    "latency": r"latency [\d.]+ ms.* > [\d.]+ ms",
    "size": r"too small even when empty: \w+ short by",
    "capacity": r"no room left in this plan: \w+ short by",
    "bandwidth": r"no bandwidth left on the slice in this plan: bandwidth short by",
    "quota": r"beyond the quota that is left in this plan: \w+ short by",
}


@pytest.fixture(scope="module")
def explained():
    """Return the explanations of all that a greedy plan leaves out, more than any good one does."""
    problem = read_problem(EUROPE)
    plan = solve(problem, engine="greedy", verify=False).plan
    return problem, plan, list(explain_unplaced(problem, plan))


@pytest.fixture
def left_out(explained):
    """Return the explanations alone."""
    return explained[2]


def test_many_are_explained_as_one_by_one(explained):
    """What is compiled and added up once for all gives the same."""
    problem, plan, told = explained
    assert [one.workload for one in told] == list(plan.unplaced.ids)
    for one in told[::5]:
        assert one == explain(problem, one.workload, plan=plan)
    sentences = [(one.workload, one.sentence) for one in told]
    assert list(unplaced_sentences(problem, plan)) == sentences


def test_every_sentence_names_what_stopped_the_workload(left_out):
    """Whatever rules out a site first is named: the law, the slice, or the number."""
    assert len(left_out) > 20
    for told in left_out:
        assert set(told.counts) <= set(NAMED)
        for reason in told.counts:
            assert re.search(NAMED[reason], told.sentence), (reason, told.sentence)


def test_every_sentence_is_one_and_accounts_for_all_sites(left_out):
    """It is a line without a full stop inside, and its counts add up to the sites."""
    for told in left_out:
        assert "\n" not in told.sentence
        assert ". " not in told.sentence
        head, _, clauses = told.sentence.partition(" is left out: of 86 sites, ")
        assert head == told.workload
        counts = [int(one) for one in re.findall(r"(?:^|; )(\d+) (?!ms)", clauses)]
        assert sum(counts) == 86


def test_all_reasons_of_the_federation_occur(left_out):
    """The sentences are tested on every rule but the ones about full agreements and slices."""
    found = {reason for told in left_out for reason in told.counts}
    assert found >= set(NAMED) - {"bandwidth", "quota"}


def test_every_reason_of_every_site_is_told_in_words(left_out):
    """A line for each, which begins with its name."""
    for told in left_out:
        for verdict in told.verdicts:
            assert [why.partition(":")[0] for why in verdict.why] == list(verdict.reasons)
