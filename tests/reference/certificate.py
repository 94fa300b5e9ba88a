"""What the prices of a certificate prove: the formula, term by term, in fractions."""

import math
from fractions import Fraction

SHARED = ("quota", "country", "whole", "devices", "moves")  # rows of no site


def certified(rules, plan):
    """Return (unplaced, cost) that the certificate of a plan proves."""
    free = plan.certificate.unplaced
    unplaced = math.ceil(bound(rules, free, mu=Fraction(1), costs=False))
    prices = plan.certificate.cost
    mu = Fraction(prices.mu, 2**prices.shift)
    cost = bound(rules, prices, mu=mu, costs=True) - mu * plan.objective.unplaced
    return unplaced, math.ceil(cost)


def bound(rules, prices, *, mu, costs):
    """Return Σ over the workloads + Σ over the sites - what the rows of no site are worth."""
    worth = row_prices(prices)
    covers = [(cover, Fraction(cover.price, 2**prices.shift)) for cover in prices.covers]
    assert all(is_valid(rules, cover) for cover, _ in covers)
    total = Fraction(0)
    for w in rules.workloads.values():
        choices = [mu * w.priority]
        for s in rules.sites.values():
            if not rules.reasons(w, s):
                price = Fraction(rules.cost(w, s) if costs else 0)
                price += sum(worth.get(row, 0) * used for row, used in rules.uses(w, s).items())
                price += sum(pi for c, pi in covers if c.site == s.id and w.id in c.workloads)
                choices.append(price)
        total += min(choices)
    for s in rules.sites.values():
        value = sum(pi * c.limit for c, pi in covers if c.site == s.id)
        value += sum(pi * rules.limit(row) for row, pi in worth.items() if of_site(row, s.id))
        total += min(0, (rules.open_cost(s) if costs else 0) - value)
    return total - sum(pi * rules.limit(row) for row, pi in worth.items() if row[0] in SHARED)


def row_prices(prices):
    """Return {row: price for 1 of its amount} of the rows that have one."""
    worth = {}
    for one in prices.prices:
        if one.site is None:
            pair = one.home, one.host
            row = ("quota", *pair, one.resource)
            if one.country is not None:
                row = ("country", *pair, one.country, one.resource)
            if one.slice is not None:
                row = ("whole" if one.resource is None else "devices", one.slice)
        elif one.slice is None:
            row = ("site", one.site, one.resource)
        else:
            row = ("slice", one.site, one.slice)
        assert row not in worth
        assert one.price >= 0
        if one.price:
            worth[row] = Fraction(one.price, 2**prices.shift) / Fraction(one.unit)
    for one in prices.moves:
        names = [(kind, getattr(one, kind)) for kind in ("operator", "site") if getattr(one, kind)]
        row = ("moves", *(names[0] if names else ()))
        assert row not in worth
        assert one.price >= 0
        worth[row] = Fraction(one.price, 2**prices.shift)
    return worth


def of_site(row, site):
    """Tell whether a row is one of a site's."""
    return row[0] not in SHARED and row[1] == site


def is_valid(rules, cover):
    """Tell whether limit + 1 of the smallest demands of a cover overflow some row of its site."""
    site = rules.sites[cover.site]
    workloads = [rules.workloads[name] for name in cover.workloads]
    for row in {row for w in workloads for row in rules.uses(w, site) if of_site(row, site.id)}:
        smallest = sorted(rules.uses(w, site).get(row, 0) for w in workloads)[: cover.limit + 1]
        if len(smallest) > cover.limit and sum(smallest) > rules.limit(row):
            return True
    return False
