"""At given prices every class looks at its own pairs alone, in plain Python."""

import math


def priced(pairs, price):
    """Return (cost with prices, number, uses) of pairs (number, cost, {row: share})."""
    return [
        (cost + sum(share * price[row] for row, share in uses.items()), number, uses)
        for number, cost, uses in pairs
    ]


def share_out(classes, price, warmth):
    """Return the soft and the hard total, and each row's load, of classes (count, out_cost, pairs)."""
    soft = hard = 0.0
    load = [0.0] * len(price)
    for count, out_cost, pairs in classes:
        listed = priced(pairs, price)
        best = min([out_cost, *(cost for cost, _, _ in listed)])
        parts = [math.exp((best - cost) / warmth) for cost, _, _ in listed]
        total = sum(parts) + math.exp((best - out_cost) / warmth)
        hard += count * best
        soft += count * (best - warmth * math.log(total))
        for part, (_, _, uses) in zip(parts, listed, strict=True):
            for row, share in uses.items():
                load[row] += count * part / total * share
    return soft, hard, load


def list_near(classes, price, window, least, most):
    """Return {number: 1 or 2} of the pairs that are near the cheapest of their class."""
    found = {}
    for _, _, pairs in classes:
        listed = sorted(priced(pairs, price), key=lambda one: one[0])[:most]
        for place, (cost, number, _) in enumerate(listed):
            if place < least or cost <= listed[0][0] + window:
                found[number] = 1 if place else 2
    return found
