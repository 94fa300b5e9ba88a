"""Ways to compile policies: which rules each policy has that each site fails, and which nodes are open."""

import random
import tracemalloc
from functools import partial

import numpy as np

from bench.registry import Bench
from placement import Problem
from placement.instance.policies import read_crossing, read_policies
from placement.model.policy import QUESTIONS
from placement.model.reasons import BIT
from placement.verify.rules import Customer, Rules

__all__ = ["BENCH"]

COUNTRIES = ["FR", "DE", "ES", "IT", "GB", "CH", "US", "PL", "SE", "RE"]
N_OPERATORS, N_NODES = 50, 500
OF_SITES = ("country", "seat", "law", "certification", *QUESTIONS)
WRONG = "the masks are not those of the judge"


def problem_of(n_workloads, n_sites, n_policies):
    """Return a problem in which every policy asks all questions of sites and nodes."""
    import pandas as pd

    dice = random.Random(7)

    def some(items, most):
        return dice.sample(items, 1 + dice.randrange(most))

    def policy(number):
        a, b, c = dice.sample(COUNTRIES, 3)
        return {
            "id": f"p{number}",
            "countries": ["EU", a],
            "seats": ["EU", b],
            "excluded_laws": ["US-CLOUD-ACT"],
            "certifications": ["C5:type1"],
            "at_rest": f"storage in {{EU, {a}}} and grounds has EEA",
            "access": f"staff in {{EU, {c}}} and (keys in customer or keys is unknown)",
            "ownership": f"owners outside {{EU, {b}}} <= {10 + dice.randrange(50)}%",
            "backup": f"backups in {{{a}, {b}, EU}} or backups has {c}",
            "in_transit": f"country in {{EU, {a}, {b}}}",
        }

    operators = [
        {
            "id": f"o{i}",
            "country": some(COUNTRIES, 1)[0],
            "laws": some([[], ["US-CLOUD-ACT"], None], 1)[0],
            "staff": some(COUNTRIES, 2),
            "owners": {f"o{i + 1}": 0.3} if i % 2 and i + 1 < N_OPERATORS else {},
            "keys": ["customer"],
        }
        for i in range(N_OPERATORS)
    ]
    nodes = [
        {"id": f"n{i}", "country": some(COUNTRIES, 1)[0], "operator": f"o{i % N_OPERATORS}"}
        for i in range(N_NODES)
    ]
    sites = [
        {
            "id": f"s{i}",
            "node": f"n{dice.randrange(N_NODES)}",
            "operator": f"o{dice.randrange(N_OPERATORS)}",
            "storage": some([None, ["FR"], ["US"]], 1)[0],
            "backups": some(COUNTRIES, 2),
            "certifications": some(["C5:type1", "C5:type2", "ENS:high"], 1),
            "certificates": {"SEAL:3": f"2024-01-01/20{25 + dice.randrange(5)}-06-30"},
        }
        for i in range(n_sites)
    ]
    workloads = pd.DataFrame(
        {
            "id": [f"w{w}" for w in range(n_workloads)],
            "policy": [f"p{w % n_policies}" for w in range(n_workloads)],
        }
    )
    return Problem.from_tables(
        at="2026-11-24",
        operators=operators,
        nodes=nodes,
        sites=sites,
        policies=[policy(number) for number in range(n_policies)],
        workloads=workloads,
    )


def judged(problem, policy):
    """Return what the judge says of a policy on every site."""
    mask = Rules(problem).fails(Customer(None, policy, None, True, (), None, ()))
    return mask & np.uint32(sum(BIT[reason] for reason in OF_SITES))


def same(problem, answer):
    """Check some masks against the judge, and tell how many different ones there are."""
    masks, row = answer
    for policy in problem.policies.ids[:5]:
        assert (masks[row[policy]] == judged(problem, policy)).all(), WRONG
    tracemalloc.start()
    compiled(problem)
    megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return {"policies": len(row) - 1, "different": len(masks), "MB": round(megabytes, 1)}


def compiled(problem):
    """Compile sites, nodes and the row of each workload."""
    policies = read_policies(problem, np.arange(len(problem.sites)))
    read_crossing(problem)
    problem.workloads.column("policy").map(policies.row.__getitem__)
    return policies.masks, policies.row


BENCH = Bench(
    "policies",
    "Compiling policies: 200 policies of ten tests each, to masks over sites and nodes",
    {
        "tiny": partial(problem_of, 100, 30, 5),
        "1,000,000 × 10,000": partial(problem_of, 1_000_000, 10_000, 200),
    },
    same,
    rounds=3,
)


@BENCH.subject("distinct values of facts, equal masks once (placement)")
def by_values(problem):
    """Compile as the library does."""
    return lambda: compiled(problem)


@BENCH.subject("one state of knowledge at a time (the judge)")
def by_witnesses(problem):
    """Ask the judge for each policy."""

    def ask():
        rules = Rules(problem)
        masks = [
            rules.fails(Customer(None, one, None, True, (), None, ()))
            for one in problem.policies.ids
        ]
        keep = np.uint32(sum(BIT[reason] for reason in OF_SITES))
        row = {one: place for place, one in enumerate(problem.policies.ids)}
        return np.array(masks, np.uint32) & keep, {**row, None: 0}

    return ask
