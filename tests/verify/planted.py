"""Ways to plant one fault: each returns (rule, what its message shows, problem, plan)."""

from dataclasses import replace
from decimal import Decimal

from tests.verify.federation import document, moved, plan, problem, rows

MICRO = Decimal("0.000001")
FREE = {"shift": 0, "mu": 0, "prices": [], "covers": []}
VALUE = document()["objective"]


def law(rule, shown, **tables):
    """Return a case: the same plan, in a federation where it breaks a rule."""
    changed = problem(**tables)
    return rule, shown, changed, plan(changed)


def decision(rule, shown, **sites):
    """Return a case: the same federation, with some workloads on other sites."""
    return rule, shown, problem(), plan(assignments=moved(**sites))


def statement(rule, shown, **fields):
    """Return a case: the same decisions, with another field of the plan."""
    return rule, shown, problem(), plan(**fields)


def edited(rule, shown, table, edit):
    """Return a case: the same plan, with a list of it changed in place."""
    items = document()[table]
    edit(items)
    return statement(rule, shown, **{table: items})


def priced(shown, name="cost", **fields):
    """Return a case: a certificate with other prices, whose bound is told as before."""
    certificate = {"cost": FREE, "unplaced": FREE} | {name: FREE | fields}
    return statement("certificate", shown, certificate=certificate)


def covered(shown, **fields):
    """Return a case: a certificate with a cover that is not valid."""
    cover = {"site": "fra-1", "workloads": ["batch", "giant"], "limit": 1, "price": 1}
    return priced(shown, covers=[cover | fields])


def price_of(**row):
    """Return a price of 1 for a row."""
    return [{"price": 1, "unit": 1} | row]


def raw(rule, shown, **fields):
    """Return a case: a plan with fields that no file could bring."""
    return rule, shown, problem(), replace(plan(), **fields)


def sites(**changes):
    """Return the sites with changes."""
    return {"sites": rows("sites", **changes)}


def workloads(**changes):
    """Return the workloads with changes."""
    return {"workloads": rows("workloads", **changes)}


def operators(**changes):
    """Return the operators with changes."""
    return {"operators": rows("operators", **changes)}


def agreements(**with_dt):
    """Return the agreements, that with dt changed; without changes it is left out."""
    dt = [{"home": "orange", "host": "dt"} | with_dt] if with_dt else []
    return {"agreements": [*dt, {"home": "orange", "host": "tim"}]}


def under(policy):
    """Return the workloads with robot, who is in Frankfurt, under a policy."""
    return workloads(robot={"policy": policy})
