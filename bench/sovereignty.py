"""What sovereignty costs: the workloads of the reference federation under four laws.

``python -m bench.sovereignty`` prints the tables of `docs/sovereignty.md`; ``--write`` puts them into the
page, ``--check`` tells whether they are there. The first table is exact arithmetic over all pairs of a
workload and a site, the second one what a search finds within a given work.
"""

import argparse
import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np

from placement import Problem, solve
from placement.instance import compile_problem

__all__ = ["LAWS", "cheapest_lawful", "main", "planned", "under"]

ROOT = Path(__file__).parents[1]
EUROPE, PAGE = ROOT / "data/europe/europe.json", ROOT / "docs/sovereignty.md"
FOREIGN = ["UK-IPA", "US-CLOUD-ACT"]
LAWS = {
    "anywhere": None,
    "EU at rest": {"countries": ["EU"]},
    "EU in transit": {"countries": ["EU"], "transit": ["EU"]},
    "EU without foreign law": {"countries": ["EU"], "transit": ["EU"], "excluded_laws": FOREIGN},
}
WORK = 4  # of a search
MICRO = 10**6


def under(document, policy, **weights):
    """Return the federation with one policy for all workloads, or none, and other weights."""
    workloads = [{**one, "policy": "law"} for one in document["workloads"]]
    if policy is None:
        workloads = [{**one, "policy": None} for one in workloads]
    policies = [] if policy is None else [{"id": "law", **policy}]
    changed = {**document, "workloads": workloads, "policies": policies}
    if weights:
        pairs = [{**pair, "cost": 0} for pair in document["pairs"]]
        changed |= {
            "pairs": pairs,
            "objective": dict.fromkeys(document["objective"], 0) | weights,
        }
    return Problem.from_dict(changed)


def pair_costs(problem):
    """Return what each workload costs on each site, by id; -1 where it may not run."""
    instance = compile_problem(problem)
    dense = np.full((instance.n_classes, instance.n_sites), -1, np.int64)
    dense[instance.pair_class, instance.pair_site] = instance.pair_cost
    order = np.argsort(problem.workloads.ids)
    return dense[instance.class_of[order]], instance.site_ids


def least(costs):
    """Return the least cost of each workload; -1 where it may run nowhere."""
    none = np.iinfo(np.int64).max
    found = np.where(costs < 0, none, costs).min(axis=1)
    return np.where(found == none, -1, found)


def cheapest_lawful(document):
    """Return who has a lawful site under all laws, and the rows of the first table.

    They say what each workload would have, were the sites its own.
    """
    sites = {name: pair_costs(under(document, law, latency=1))[0] for name, law in LAWS.items()}
    bills = {name: pair_costs(under(document, law, price=1))[0] for name, law in LAWS.items()}
    everywhere = np.logical_and.reduce([least(costs) >= 0 for costs in sites.values()])
    n_all = int(everywhere.sum())
    rows = {
        f"workloads with a lawful site, of {len(everywhere):,}": [
            f"{int((least(one) >= 0).sum()):,}" for one in sites.values()
        ],
        "lawful pairs of a workload and a site": [
            f"{int((one >= 0).sum()):,}" for one in sites.values()
        ],
    }
    times = [np.sort(least(one)[everywhere]) for one in sites.values()]
    prices = [least(one)[everywhere] for one in bills.values()]
    rows |= {
        "round trip to the nearest lawful site, mean, ms": [mean(one) for one in times],
        "… median, ms": [decimal(int(one[n_all // 2])) for one in times],
        "… of the 95th of 100, ms": [decimal(int(one[n_all * 95 // 100])) for one in times],
        "price on the cheapest lawful site, mean, per hour": [mean(one, 4) for one in prices],
    }
    names = sorted(one["id"] for one in document["workloads"])
    return [name for name, lawful in zip(names, everywhere.tolist(), strict=True) if lawful], rows


def planned(document, names):
    """Return of how many workloads, and the rows of the second table: of plans, which share the sites."""
    kept = set(names)
    chosen = {
        field: [one for one in document[field] if one[key] in kept]
        for field, key in (("workloads", "id"), ("pairs", "workload"))
    }
    document = document | chosen
    plans = {
        name: solve(under(document, law), work_limit=WORK, seed=0).plan
        for name, law in LAWS.items()
    }
    both = set.intersection(*(set(plan.assignments.ids) for plan in plans.values()))
    rows = {
        f"placed, of {len(names):,}": [f"{len(plan.assignments):,}" for plan in plans.values()],
        "gap to the bound of the cost": [told_gap(plan.gap) for plan in plans.values()],
    }
    for title, weights, places in (
        ("round trip, mean, ms", {"latency": 1}, 2),
        ("price, mean, per hour", {"price": 1}, 4),
    ):
        rows[title] = [
            mean(of_plan(under(document, law, **weights), plan, both), places)
            for law, plan in zip(LAWS.values(), plans.values(), strict=True)
        ]
    return len(both), rows


def of_plan(problem, plan, names):
    """Return what some workloads of a plan cost."""
    costs, sites = pair_costs(problem)
    row = {name: i for i, name in enumerate(sorted(problem.workloads.ids))}
    return np.array([costs[row[name], sites.index(plan[name].site)] for name in sorted(names)])


def mean(micro, places=2):
    """Return the mean of whole millionths."""
    return decimal(Fraction(sum(micro.tolist()), max(1, len(micro))), places)


def decimal(micro, places=2):
    """Return millionths as a decimal, halves up."""
    scale = 10**places
    units = (2 * Fraction(micro) * scale / MICRO + 1) // 2
    return f"{units // scale:,}.{units % scale:0{places}}"


def told_gap(gap):
    """Return a gap in per cent, rounded up."""
    return "–" if gap is None else f"{-(-gap * 10_000 // 1) / 100:.2f} %"


def table(rows):
    """Return rows as Markdown."""
    lines = ["| | " + " | ".join(LAWS) + " |", "|---" + "|---:" * len(LAWS) + "|"]
    lines += ["| " + " | ".join([name, *cells]) + " |" for name, cells in rows.items()]
    return "\n".join(lines) + "\n"


def between(page, name):
    """Return where a table stands in the page."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    return page.index(begin) + len(begin), page.index(end)


def tables(document, *, plans=True):
    """Return the tables by their name in the page."""
    names, rows = cheapest_lawful(document)
    made = {
        "sites": f"Times and prices are of the {len(names):,} workloads that have a lawful site under all four.\n\n"
        + table(rows)
    }
    if plans:
        n_both, rows = planned(document, names)
        made["plans"] = f"Of these, the {n_both:,} that all four plans place:\n\n" + table(rows)
    return made


def main(arguments=None):
    """Print, write or check the tables, and return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.sovereignty", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put them into the page")
    parser.add_argument("--check", action="store_true", help="compare them with the page")
    asked = parser.parse_args(arguments)
    made = tables(json.loads(EUROPE.read_text(encoding="utf-8")))
    page = PAGE.read_text(encoding="utf-8") if asked.write or asked.check else ""
    for name, text in made.items():
        if asked.write or asked.check:
            first, last = between(page, name)
            page = page[:first] + text + page[last:]
        else:
            print(text)
    if asked.check:
        return int(page != PAGE.read_text(encoding="utf-8"))
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
