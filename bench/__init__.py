"""Benches of the library against peers and baselines; `python -m bench` runs them."""

from bench import (
    build_model,
    changes,
    classes,
    engines,
    exact_workers,
    feasibility,
    federations,
    globe,
    latency,
    policies,
    preparation,
    published,
    replanning,
)

__all__ = ["BENCHES"]

BENCHES = {
    module.BENCH.name: module.BENCH
    for module in (
        build_model,
        latency,
        preparation,
        feasibility,
        classes,
        policies,
        changes,
        globe,
        exact_workers,
        engines,
        federations,
        published,
        replanning,
    )
}
