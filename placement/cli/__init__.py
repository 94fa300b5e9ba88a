"""The `placement` command: data on stdout, messages on stderr, an exit code that says how it went.

Each command is a module here that imports what it needs when it runs, so that ``--help`` and
``--version`` come at once.
"""

import click

from placement.cli.audit import audit
from placement.cli.convert import convert
from placement.cli.demo import demo
from placement.cli.explain import explain
from placement.cli.latency import latency
from placement.cli.law import law
from placement.cli.replan import replan
from placement.cli.settle import settle
from placement.cli.solve import solve
from placement.cli.verify import verify

__all__ = ["main"]


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 error or a faulty plan, 2 usage, 3 infeasible, 4 no plan within the "
    "limit, 130 interrupted (the best plan so far is written).",
)
@click.version_option(package_name="placement", message="placement %(version)s")
def main() -> None:
    """Decide which workload runs on which edge site of a federation, and prove how good that is."""


for command in (audit, solve, replan, verify, explain, settle, latency, law, convert, demo):
    main.add_command(command)
