"""`placement settle`: who owes whom what."""

import click

from placement.cli import say

__all__ = ["settle"]


@click.command(short_help="Who owes whom what.")
@click.argument("plan", type=click.Path())
@click.argument("problem", type=click.Path())
@click.option(
    "-o",
    "--output",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
)
@say.answers
def settle(plan: str, problem: str, output: str) -> None:
    """Say what operators owe each other for PLAN, by the prices and agreements of PROBLEM.

    By home, host and resource, for the month of the problem's day. Amounts are exact.
    """
    from placement.io import read_plan, read_problem
    from placement.report.settlement import settle as owed

    settlement = owed(read_problem(problem), read_plan(plan))
    if settlement.n_unknown:
        say.note(
            f"{settlement.n_unknown:,} workloads are in no charge: their home or host is unknown"
        )
    if output == "json":
        say.print_json(settlement.to_dict())
    elif output == "csv":
        rows = settlement.to_dict()["charges"]
        head = ["home", "host", "month", "resource", "quantity", "money"]
        say.print_csv(head, [[row[name] for name in head] for row in rows])
    else:
        from placement.report.tables import balances, charges

        say.print_table(charges(settlement), balances(settlement), whole=True)
