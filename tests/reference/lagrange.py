"""At given prices every class takes its cheapest pair, in plain Python."""


def take_cheapest(classes, price):
    """Return the total, each row's load and each class's choice.

    A class is (count, out_cost, pairs), a pair (number, cost, {row: share}).
    """
    total, load, choices = 0.0, [0.0] * len(price), []
    for count, out_cost, pairs in classes:
        priced = [
            (cost + sum(share * price[row] for row, share in uses.items()), number, uses)
            for number, cost, uses in pairs
        ]
        best, choice, uses = min(priced, key=lambda one: one[0], default=(float("inf"), -1, {}))
        if out_cost < best:
            best, choice, uses = out_cost, -1, {}
        total += count * best
        choices.append(choice)
        for row, share in uses.items():
            load[row] += count * share
    return total, load, choices
