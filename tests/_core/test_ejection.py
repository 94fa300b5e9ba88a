"""Small steps that improve a solution, against all of them tried."""

import random

import numpy as np

from placement._core import improve
from tests._core.networks import NEVER
from tests.reference.ejection import Solution


def random_solution(rng):
    """Return a small problem with a feasible solution that leaves much to be improved."""
    n_classes, n_sites = rng.randint(1, 5), rng.randint(1, 4)
    rows = [*range(n_sites), n_sites]  # one row a site, and one of no site
    limit = [rng.randint(1, 9) for _ in range(n_sites)] + [rng.choice([6, 20])]
    pairs = []
    for c in range(n_classes):
        for site in sorted(rng.sample(range(n_sites), rng.randint(0, n_sites))):
            uses = {site: rng.randint(1, 5)} if rng.random() < 0.9 else {}
            if rng.random() < 0.3:
                uses[n_sites] = rng.randint(1, 3)
            pairs.append((c, site, rng.randint(0, 9), uses))
    count = [rng.randint(1, 3) for _ in range(n_classes)]
    priority = [rng.choice([1, 1, 2, 5]) for _ in range(n_classes)]
    open_cost = [rng.choice([0, 0, 4]) for _ in range(n_sites)]
    assert len(rows) == len(limit)
    made = Solution(pairs, count, priority, limit, open_cost, {})
    for _ in range(rng.randint(0, 6)):
        if pairs:
            tried = made.changed(into=[rng.randrange(len(pairs))])
            made = tried if tried.is_feasible() else made
    return made


def improved(solution, stop=NEVER):
    """Return whether the kernel got to the end, and the solution that it leaves."""
    pairs, n_classes = solution.pairs, len(solution.count)
    uses = [use for pair in pairs for use in sorted(pair[3].items())]
    placed = np.array([solution.placed.get(p, 0) for p in range(len(pairs))], np.int64)
    site = np.array([pair[1] for pair in pairs], np.int32)
    by_site = np.argsort(site, kind="stable").astype(np.int32)
    n_sites = len(solution.open_cost)
    room = np.array(solution.limit, np.int64)
    for p, pair in enumerate(pairs):
        for row, amount in pair[3].items():
            room[row] -= placed[p] * amount
    left = np.array([solution.left(c) for c in range(n_classes)], np.int64)
    members = np.bincount(site, placed, n_sites).astype(np.int64)
    priority = np.array(solution.priority, np.int64)
    done = improve(
        pair_ptr=np.searchsorted([pair[0] for pair in pairs], np.arange(n_classes + 1)).astype(
            np.int64
        ),
        pair_class=np.array([pair[0] for pair in pairs], np.int32),
        pair_site=site,
        pair_cost=np.array([pair[2] for pair in pairs], np.int64),
        priority=priority,
        use_ptr=np.cumsum([0, *(len(pair[3]) for pair in pairs)]).astype(np.int64),
        use_row=np.array([row for row, _ in uses], np.int32),
        use_amount=np.array([amount for _, amount in uses], np.int64),
        open_cost=np.array(solution.open_cost, np.int64),
        site_ptr=np.searchsorted(site[by_site], np.arange(n_sites + 1)).astype(np.int64),
        site_pairs=by_site,
        order=np.argsort(-priority, kind="stable").astype(np.int32),
        left=left,
        room=room,
        members=members,
        placed=placed,
        stop=stop,
    )
    rest = (pairs, solution.count, solution.priority, solution.limit, solution.open_cost)
    made = Solution(*rest, {p: n for p, n in enumerate(placed.tolist()) if n})
    assert [made.left(c) for c in range(n_classes)] == left.tolist()
    assert members.tolist() == np.bincount(site, placed, n_sites).astype(int).tolist()
    assert (room >= 0).all()
    return done, made


def test_no_single_step_is_left():
    """The end is feasible, no worse than the beginning, and no step that was tried improves it."""
    n_improved = 0
    for seed in range(800):
        begin = random_solution(random.Random(seed))
        done, end = improved(begin)
        assert done
        assert end.is_feasible(), seed
        assert end.value() <= begin.value(), seed
        n_improved += end.value() < begin.value()
        for step in end.steps():
            assert not step.is_feasible() or step.value() >= end.value(), seed
    assert n_improved > 400


def test_a_raised_token_leaves_a_solution():
    """Stopped or not, what it leaves is feasible and no worse."""
    for seed in range(50):
        begin = random_solution(random.Random(seed))
        _, end = improved(begin, np.array([2**63 - 1, 1]))
        assert end.is_feasible()
        assert end.value() <= begin.value()
