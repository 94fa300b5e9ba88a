"""Fork writers that rewrite one plan without end, and kill each of them after a moment.

Reads a delay in milliseconds from each line of its input; forks, lets the child write for so long, kills
it, and answers with a line.
"""

import os
import signal
import sys
import time
from pathlib import Path

import pandas  # noqa: F401 (pyarrow asks for it; all is loaded once, before the forks)
import pyarrow.parquet  # noqa: F401

sys.path.insert(0, str(Path(__file__).parents[2]))

import placement.model.columns  # noqa: F401
from placement import write_plan
from tests.io.plans import plan_of


def main():
    """Serve one line after the other."""
    plans = [plan_of(800, "a" * 64), plan_of(500, "b" * 64)]
    for line in sys.stdin:
        plans.reverse()  # so that both are seen where the machine is slow
        ready, begun = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(begun, b"!")
            while True:
                for plan in plans:
                    write_plan(plan, sys.argv[1])
        os.read(ready, 1)
        time.sleep(float(line) / 1000)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(begun)
        sys.stdout.write("killed\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
