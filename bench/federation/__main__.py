"""`python -m bench.federation N_WORKLOADS N_SITES`: write a federation for others to use."""

import argparse
import sys

from bench.federation import make_federation
from placement.io import write_plan, write_problem


def main(arguments=None):
    """Write what the command line asks for, and return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.federation", description=__doc__)
    parser.add_argument("n_workloads", type=int)
    parser.add_argument("n_sites", type=int)
    parser.add_argument("--seed", type=int, default=0, help="from which all is made (0)")
    parser.add_argument(
        "-o", "--output", required=True, help="JSON file or folder of Parquet files"
    )
    parser.add_argument("--plan", help="where to write the hidden plan")
    asked = parser.parse_args(arguments)
    if asked.n_workloads < 1 or asked.n_sites < 1 or asked.seed < 0:
        parser.error("expected at least one workload and one site, and a seed from 0")
    made = make_federation(asked.n_workloads, asked.n_sites, seed=asked.seed)
    write_problem(made.problem, asked.output)
    print(f"Wrote {asked.output}: {made.problem.name}, {made.n_pairs:,} pairs")
    if asked.plan:
        write_plan(made.hidden_plan(), asked.plan)
    return 0


if __name__ == "__main__":
    sys.exit(main())
