"""Greatest regret first, with lists and a queue that is sorted anew each time."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple


class Choice(NamedTuple):
    """A site where the members of a class may run: what one of them costs there, and uses."""

    site: int
    cost: int
    uses: Mapping[int, int]


class Kind(NamedTuple):
    """A class: how many members, what each of them counts, and where they may run."""

    count: int
    priority: int
    choices: Sequence[Choice]


class Move(NamedTuple):
    """So many members of a class go to one of its choices."""

    kind: int
    choice: int
    many: int


def moves(
    kinds: Sequence[Kind], room: list[int], open_cost: Sequence[int], opened: list[bool]
) -> Iterator[Move]:
    """Place one class after the other, as the rule says; `room` and `opened` are kept up to date.

    A queue holds each class with the regret that it had when it was last looked at, at first an
    infinite one. Its head (highest priority, then greatest regret, then first) is looked at anew: it
    leaves if nothing of it fits any more, goes back if another now stands before it, and is placed
    otherwise.
    """
    left = [kind.count for kind in kinds]
    queue = [(-kind.priority, -math.inf, c) for c, kind in enumerate(kinds) if kind.count]
    while queue:
        queue.sort()
        c = queue.pop(0)[2]
        fitting = sorted(
            (choice.cost + (0 if opened[choice.site] else open_cost[choice.site]), place)
            for place, choice in enumerate(kinds[c].choices)
            if how_many(choice, room) >= 1
        )
        if not fitting:
            continue
        regret = fitting[1][0] - fitting[0][0] if len(fitting) > 1 else math.inf
        again = (-kinds[c].priority, -regret, c)
        if queue and queue[0] < again:
            queue.append(again)
            continue
        place = fitting[0][1]
        choice = kinds[c].choices[place]
        many = min(left[c], how_many(choice, room))
        for row, amount in choice.uses.items():
            room[row] -= many * amount
        opened[choice.site] = True
        left[c] -= many
        yield Move(c, place, many)
        if left[c]:
            queue.append(again)


def how_many(choice: Choice, room: Sequence[int]) -> float:
    """Return how many members fit at a choice."""
    return min((room[row] // amount for row, amount in choice.uses.items()), default=math.inf)
