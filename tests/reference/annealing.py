"""Random steps that pay or cost little, in plain Python, by the same dice."""

import math

WORD = 2**64 - 1


class Dice:
    """The generator xorshift64."""

    def __init__(self, seed):
        self.state = seed

    def draw(self):
        """Return 64 bits."""
        x = self.state
        x ^= x << 13 & WORD
        x ^= x >> 7
        x ^= x << 17 & WORD
        self.state = x
        return x

    def below(self, n):
        """Return a number from 0 to n - 1."""
        return ((self.draw() >> 32) * n) >> 32


class Annealing:
    """Classes are lists of pairs (cost, site, {row: share}); `at` holds a pair's place or None."""

    def __init__(self, classes, out_cost, owner, price, opening, at, seed):
        self.classes, self.out_cost, self.owner = classes, out_cost, owner
        self.price, self.opening, self.at = price, opening, at
        self.dice = Dice(seed)
        self.crowd = [[] for _ in opening]
        for member, place in enumerate(at):
            if place is not None:
                self.crowd[self.pair(member, place)[1]].append(member)
        self.room = [len(here) + len(here) // 2 + 8 for here in self.crowd]
        self.members = [len(here) for here in self.crowd]
        self.factor = 1.0

    def pair(self, member, place):
        """Return a pair of a member's class."""
        return self.classes[self.owner[member]][place]

    def energy(self):
        """Return what all cost, rows that overflow and sites that are open included."""
        load = [0.0] * len(self.price)
        total = sum(self.opening[s] for s, n in enumerate(self.members) if n)
        for member, place in enumerate(self.at):
            if place is None:
                total += self.out_cost[self.owner[member]]
                continue
            cost, _, uses = self.pair(member, place)
            total += cost
            for row, share in uses.items():
                load[row] += share
        over = [price * max(0.0, one - 1.0) for one, price in zip(load, self.price, strict=True)]
        return total + self.factor * sum(over)

    def move(self, member, target):
        """Put a member elsewhere."""
        source = self.at[member]
        if source is not None:
            here = self.pair(member, source)[1]
            self.members[here] -= 1
            crowd = self.crowd[here]
            if member in crowd:
                crowd[crowd.index(member)] = crowd[-1]
                crowd.pop()
        if target is not None:
            there = self.pair(member, target)[1]
            self.members[there] += 1
            if len(self.crowd[there]) < self.room[there]:
                self.crowd[there].append(member)
        self.at[member] = target

    def step(self, warmth, *, leaves):
        """Try one step."""
        member = self.dice.below(len(self.at))
        n_pairs = len(self.classes[self.owner[member]])
        if n_pairs == 0:
            return
        source, target = self.at[member], self.dice.below(n_pairs + leaves)
        target = None if target == n_pairs else target
        if target == source:
            return
        most = -math.log(((self.dice.draw() >> 52) + 0.5) / 4096) * warmth
        if source is not None and self.without(member, source, target) > most:
            return
        before = self.energy()
        kept = [list(crowd) for crowd in self.crowd]
        self.move(member, target)
        if self.energy() - before <= most:
            return
        if source is not None and target is not None:
            there = self.pair(member, target)[1]
            if kept[there]:
                other = kept[there][self.dice.below(len(kept[there]))]
                here = self.pair(member, source)[1]
                back = [i for i, p in enumerate(self.classes[self.owner[other]]) if p[1] == here]
                if back:
                    theirs = self.at[other]
                    self.move(member, source)
                    self.crowd = [list(crowd) for crowd in kept]
                    self.move(other, back[0])
                    self.move(member, target)
                    if self.energy() - before <= most:
                        return
                    self.move(other, theirs)
        self.move(member, source)
        self.crowd = kept

    def without(self, member, source, target):
        """Return what a step would cost if all rows of its target were empty."""
        cost, here, uses = self.pair(member, source)
        load = [0.0] * len(self.price)
        for other, place in enumerate(self.at):
            if place is not None:
                for row, share in self.pair(other, place)[2].items():
                    load[row] += share
        relief = sum(
            self.price[row] * min(max(0.0, load[row] - 1.0), share) for row, share in uses.items()
        )
        gone = -cost - (self.opening[here] if self.members[here] == 1 else 0.0)
        if target is None:
            return gone + self.out_cost[self.owner[member]] - self.factor * relief
        new, there, _ = self.pair(member, target)
        opened = self.opening[there] if self.members[there] == 0 else 0.0
        return gone + new + opened - self.factor * relief

    def run(self, warmth, factor, n_steps, *, leaves):
        """Try some steps; the first 4,096 have the first warmth and factor."""
        self.factor = factor
        for _ in range(n_steps):
            self.step(warmth, leaves=leaves)
