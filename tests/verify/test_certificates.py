"""Random prices prove to the judge what they prove to the slow obvious twin."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from placement import Certificate, Cover, Plan, Prices, Problem, RowPrice, verify
from placement.verify import exact, judge, latency
from tests.reference.certificate import certified, is_valid
from tests.reference.plans import plan_document
from tests.reference.problems import problem_of
from tests.reference.rules import Rules
from tests.verify.federation import plan, problem

UNITS = [1, Decimal("0.001"), Decimal("2.5"), 1024]


def random_rows(of, rng):
    """Yield the names of about half of the rows that may have a price."""
    found = [{"site": s.id, "resource": r} for s in of.sites for r in s.capacity]
    found += [
        {"site": s.id, "slice": n} for s in of.sites for n, b in s.slices.items() if b is not None
    ]
    for one in of.agreements or ():
        begun = one.valid_from is None or one.valid_from <= of.at
        if begun and (one.valid_until is None or of.at <= one.valid_until):
            found += [{"home": one.home, "host": one.host, "resource": r} for r in one.quota]
    return [row for row in found if rng.random() < 0.5]


def random_covers(rules, rng, most):
    """Yield covers that are valid."""
    names = sorted(rules.workloads)
    for site in rules.sites if names else ():
        size = rng.randint(1, len(names))
        cover = Cover(
            site=site,
            workloads=tuple(sorted(rng.sample(names, size))),
            limit=rng.randrange(size),
            price=rng.randrange(most),
        )
        if is_valid(rules, cover):
            yield cover


def random_prices(rules, rng, most, shift, mu):
    """Return prices up to `most` of some rows and covers."""
    return Prices(
        shift=shift,
        mu=mu,
        prices=tuple(
            RowPrice(price=rng.randrange(most), unit=rng.choice(UNITS), **row)
            for row in random_rows(rules.problem, rng)
        ),
        covers=tuple(random_covers(rules, rng, most)),
    )


@pytest.mark.parametrize("most", [5, 10**6, 10**30])
@pytest.mark.parametrize("block", range(4))
def test_any_prices_prove_what_the_twin_says(block, most):
    """Small prices, large ones, and such that leave 64 bits."""
    for seed in range(25 * block, 25 * block + 25):
        rng, rules = random.Random(seed), Rules(Problem.from_dict(problem_of(seed)))
        bare = Plan.from_dict(plan_document(rules, {}))
        shift = rng.randrange(12)
        certificate = Certificate(
            cost=random_prices(rules, rng, most, shift, rng.randrange(10**9)),
            unplaced=random_prices(rules, rng, most, shift, 1 << shift),
        )
        priced = replace(bare, certificate=certificate)
        unplaced, cost = certified(rules, priced)
        told = replace(priced, certified=replace(bare.certified, unplaced=unplaced, cost=cost))
        report = verify(rules.problem, told)
        assert not {"certificate", "certified"} & {f.rule for f in report.faults}, (
            f"{seed}: {report}"
        )


def test_python_integers_and_machine_integers_say_the_same(monkeypatch):
    """The formulas do not depend on the type of the arrays."""
    monkeypatch.setattr(exact, "LIMIT", 0)
    report = verify(problem(), plan())
    assert report.ok, str(report)


def test_blocks_of_one_class_and_one_origin_say_the_same(monkeypatch):
    """What is taken together has no influence."""
    monkeypatch.setattr(judge, "MOST_PAIRS", 1)
    monkeypatch.setattr(latency, "MOST_LEGS", 1)
    report = verify(problem(), plan())
    assert report.ok, str(report)
