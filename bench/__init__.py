"""Benches of the library against peers and baselines; `python -m bench` runs them."""

from bench import build_model, classes, engines, exact_workers, feasibility, latency

__all__ = ["BENCHES"]

BENCHES = {
    module.BENCH.name: module.BENCH
    for module in (build_model, latency, feasibility, classes, exact_workers, engines)
}
