"""`python -m bench.gap TYPE AGENTS JOBS`: the published recipe of generalised assignment, types A to E.

Weights a and costs c of a job on an agent, and the capacities b, with U for uniform whole numbers:

- A: a from U(5, 25), c from U(10, 50), b = 0.6 · 15 n/m + 0.4 R for all, where R is the largest load of
  an agent if each job goes where it is cheapest. B: 0.7 of that. C: b = 0.8 Σ a / m.
- D: a from U(1, 100), c = 111 − a + U(−10, 10), b as in C: what is cheap is heavy.
- E: a = 1 − 10 ln e, c = 1000 / a − 10 f, with e and f from 0 to 1; b as in C.

Everything is rounded down. The published files of type E say how: f comes in hundredths, 1000 / a is
rounded down first, and no capacity is below the largest weight of its agent; all three are done here
too. A cost that would be below 0 is 0.

References
----------
P. C. Chu and J. E. Beasley, "A genetic algorithm for the generalised assignment problem", Computers
and Operations Research 24 (1997). M. Laguna et al., "Assigning multi-resource tasks to agents …"
(1995), for type E. M. Yagiura, T. Ibaraki and F. Glover, "An ejection chain approach for the
generalized assignment problem", INFORMS Journal on Computing 16 (2004).
"""

import argparse
import sys

import numpy as np

from bench.dice import Dice
from placement.adapters import GeneralisedAssignment, write_gap

__all__ = ["TYPES", "make_gap"]

TYPES = "ABCDE"


def make_gap(kind, n_agents, n_jobs, *, seed=0):
    """Return an instance of the generalised assignment problem.

    Parameters
    ----------
    kind : {'A', 'B', 'C', 'D', 'E'}
        Of the recipe.
    n_agents, n_jobs : int
        How many.
    seed : int, default 0
        From which all is made.

    Returns
    -------
    GeneralisedAssignment
        To be minimised; the same for the same arguments.
    """
    dice, shape = Dice(seed, f"gap {kind}"), (n_agents, n_jobs)
    n = n_agents * n_jobs
    if kind == "E":
        weight = np.floor(1 - 10 * np.log1p(-dice.uniform(n))).astype(np.int64)
        cost = np.maximum(0, (100 * (1000 // weight) - 10 * dice.between(0, 100, n)) // 100)
    elif kind == "D":
        weight = dice.between(1, 100, n)
        cost = 111 - weight + dice.between(-10, 10, n)
    else:
        weight, cost = dice.between(5, 25, n), dice.between(10, 50, n)
    weight, cost = weight.reshape(shape), cost.reshape(shape)
    capacity = capacities(kind, weight, cost)
    name = f"{kind.lower()}{n_agents:02}{n_jobs} seed {seed}"
    return GeneralisedAssignment(cost, weight, capacity, name=name)


def capacities(kind, weight, cost):
    """Return the capacity of each agent; whole numbers all along, so that nothing is rounded twice."""
    n_agents, n_jobs = weight.shape
    if kind in "AB":
        cheapest = cost.argmin(axis=0)
        load = np.bincount(cheapest, weight[cheapest, np.arange(n_jobs)], minlength=n_agents)
        tenths = 6 * 15 * n_jobs + 4 * int(load.max()) * n_agents  # of all agents together
        scale = (1, 10 * n_agents) if kind == "A" else (7, 100 * n_agents)
        return np.full(n_agents, tenths * scale[0] // scale[1])
    return np.maximum(8 * weight.sum(axis=1) // (10 * n_agents), weight.max(axis=1))


def main(arguments=None):
    """Write what the command line asks for, and return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.gap", description=__doc__.split("\n")[0])
    parser.add_argument("type", choices=list(TYPES))
    parser.add_argument("n_agents", type=int)
    parser.add_argument("n_jobs", type=int)
    parser.add_argument("--seed", type=int, default=0, help="from which all is made (0)")
    parser.add_argument("-o", "--output", required=True, help="a file in the format of OR-Library")
    asked = parser.parse_args(arguments)
    if asked.n_agents < 1 or asked.n_jobs < 1 or asked.seed < 0:
        parser.error("expected at least one agent and one job, and a seed from 0")
    write_gap(make_gap(asked.type, asked.n_agents, asked.n_jobs, seed=asked.seed), asked.output)
    print(f"Wrote {asked.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
