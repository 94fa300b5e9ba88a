"""Great-circle distances, against NumPy, scikit-learn and the time that memory takes."""

import importlib
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.util import find_spec

import numpy as np

from bench.registry import Bench
from bench.turns import Turns, take_turns, told_goals
from placement import _core, great_circle_matrix
from placement.latency.deal import never

__all__ = ["BENCH"]

RADIUS_CM = 637_100_880
NOBODY = {"seconds": None, "pairs": "not measured: not installed"}
GOAL = {"ready": 100}


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Points in degrees, and memory for their distances that was written to before."""

    sources: np.ndarray
    targets: np.ndarray
    out: np.ndarray

    def distances(self, _=None):
        """The library's distances."""
        return great_circle_matrix(self.sources, self.targets, out=self.out, threads=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the turns gave; what one of the other's distances is in centimetres, if it has any."""

    turns: Turns
    unit: float | None
    goals: dict


@lru_cache(maxsize=1)
def case_of(n_sources, n_targets):
    """Return points that are alike likely anywhere on the globe."""
    rng = np.random.default_rng(1)
    sources, targets = (
        np.column_stack([np.degrees(np.arcsin(rng.uniform(-1, 1, n))), rng.uniform(-180, 180, n)])
        for n in (n_sources, n_targets)
    )
    return Case(sources, targets, np.zeros((n_sources, n_targets), np.int32))


def judged(case, answer):
    """Compare every cell, and tell how far it is off."""
    if answer is None:
        return NOBODY
    turns = answer.turns
    worst = None
    if answer.unit is not None:
        theirs = turns.answers["theirs"]
        worst = max(
            float(np.abs(ours - answer.unit * other).max()) / 100
            for ours, other in zip(case.distances(), theirs, strict=True)
        )
        assert worst < 1
    times = {"ready": turns.times(["theirs"], ["ours"])}
    return (
        {
            "seconds": turns.median("theirs"),
            "ours": turns.median("ours"),
            "× ready": round(times["ready"], 3),
        }
        | told_goals(answer.goals, times)
        | {"turns": turns.n_turns, "pairs": case.out.size, "off by at most, m": worst}
    )


BENCH = Bench(
    "globe",
    "Great-circle distances, by turns with the library; one thread",
    {"tiny": partial(case_of, 30, 50), "2,000 × 10,000": partial(case_of, 2_000, 10_000)},
    judged,
)


def by_turns(case, theirs, unit=None, goals=None):
    """Return what measures somebody by turns with the library."""
    case.distances()
    thunks = {"ours": case.distances, "theirs": theirs}
    return lambda: Answer(take_turns(thunks, most_seconds=30), unit, goals or {})


@BENCH.subject("numpy, haversine formula")
def by_numpy(case):
    """The whole formula on whole arrays, as most write it."""

    def haversine(_):
        lat1, lon1 = np.radians(case.sources.T)[:, :, np.newaxis]
        lat2, lon2 = np.radians(case.targets.T)[:, np.newaxis]
        east = np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
        return 2 * np.arcsin(np.sqrt(np.sin((lat2 - lat1) / 2) ** 2 + east))

    return by_turns(case, haversine, RADIUS_CM, GOAL)


@BENCH.subject("scikit-learn, haversine_distances")
def by_scikit_learn(case):
    """Its loop in C, from radians."""
    if find_spec("sklearn") is None:
        return lambda: None
    pairwise = importlib.import_module("sklearn.metrics.pairwise")
    sources, targets = np.radians(case.sources), np.radians(case.targets)
    return by_turns(case, lambda _: pairwise.haversine_distances(sources, targets), RADIUS_CM, GOAL)


@BENCH.subject("placement, kernels for any processor")
def by_any_processor(case):
    """The same without AVX2 and AVX-512."""
    globe = importlib.import_module(f"{_core.COPIES['baseline']}.globe")
    out = np.zeros_like(case.out)

    def distances(_):
        ends = []
        for points in (case.sources, case.targets):
            ends.append(np.empty((3, len(points))))
            globe.unit_vectors(points, ends[-1])
        assert globe.great_circles(*ends, out, 0, len(out), never())
        return out

    return by_turns(case, distances, 1)


@BENCH.subject("placement, against itself with 2 threads")
def by_one_thread(case):
    """How many times as long one thread takes as two."""
    thunks = {
        "ours": lambda _: great_circle_matrix(case.sources, case.targets, out=case.out, threads=2),
        "theirs": case.distances,
    }
    return lambda: Answer(take_turns(thunks, most_seconds=30), 1, {"ready": 1.5})


@BENCH.subject("non-temporal fill")
def by_memory(case):
    """How long it takes to write as much, at the least."""
    out = np.zeros_like(case.out)
    return by_turns(case, lambda _: _core.stream(out, 1))
