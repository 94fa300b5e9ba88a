"""The single steps by which a solution can be improved, found by trying them all."""


class Solution:
    """Members at pairs, in plain Python; a pair is (class, site, cost, {row: amount})."""

    def __init__(self, pairs, count, priority, limit, open_cost, placed):
        self.pairs, self.count, self.priority = pairs, count, priority
        self.limit, self.open_cost, self.placed = limit, open_cost, dict(placed)

    def changed(self, **moves):
        """Return the solution with one member more or less at some pairs."""
        placed = dict(self.placed)
        for pair in moves.get("out", ()):
            placed[pair] -= 1
        for pair in moves.get("into", ()):
            placed[pair] = placed.get(pair, 0) + 1
        rest = (self.pairs, self.count, self.priority, self.limit, self.open_cost)
        return Solution(*rest, placed)

    def left(self, c):
        """Return how many members of a class are left out."""
        return self.count[c] - sum(n for pair, n in self.placed.items() if self.pairs[pair][0] == c)

    def is_feasible(self):
        """Return whether no row overflows and no class has more members than it has."""
        load = [0] * len(self.limit)
        for pair, n in self.placed.items():
            for row, amount in self.pairs[pair][3].items():
                load[row] += n * amount
        fits = all(used <= most for used, most in zip(load, self.limit, strict=True))
        return fits and all(self.left(c) >= 0 for c in range(len(self.count)))

    def value(self):
        """Return the priority left out, and the cost."""
        out = sum(self.left(c) * points for c, points in enumerate(self.priority))
        cost = sum(n * self.pairs[pair][2] for pair, n in self.placed.items())
        used = {self.pairs[pair][1] for pair, n in self.placed.items() if n}
        return out, cost + sum(self.open_cost[site] for site in used)

    def steps(self):
        """Yield every feasible solution that is one step away."""
        held = [pair for pair, n in self.placed.items() if n]
        for pair, (c, *_) in enumerate(self.pairs):
            if self.left(c) > 0:
                yield self.changed(into=[pair])
                for source in held:
                    if self.pairs[source][1] != self.pairs[pair][1]:
                        continue  # only who runs on the same site makes room
                    yield self.changed(out=[source], into=[pair])
                    for target in self.others(source):
                        yield self.changed(out=[source], into=[pair, target])
        for source in held:
            for target in self.others(source):
                yield self.changed(out=[source], into=[target])

    def others(self, pair):
        """Return the other pairs of a pair's class."""
        return [
            p for p, one in enumerate(self.pairs) if one[0] == self.pairs[pair][0] and p != pair
        ]
