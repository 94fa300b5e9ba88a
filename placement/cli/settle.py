"""`placement settle`: who owes whom what."""

import datetime

import click

from placement.cli import say

__all__ = ["settle"]


@click.command(short_help="Who owes whom what.")
@click.argument("plan", type=click.Path())
@click.argument("problem", type=click.Path())
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day of the plan.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the plan.")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
)
@say.answers
def settle(
    plan: str,
    problem: str,
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    output: str,
) -> None:
    """Say what operators owe each other for PLAN, by the prices and agreements of PROBLEM.

    By home, host, month and resource: for the whole month of the problem's day, or day by day from --since to
    --until. Rows add up exactly.
    """
    from placement.io import read_plan, read_problem
    from placement.report.settlement import settle as owed

    settlement = owed(
        read_problem(problem),
        read_plan(plan),
        since=None if since is None else since.date(),
        until=None if until is None else until.date(),
    )
    if settlement.n_unknown:
        say.note(
            f"{settlement.n_unknown:,} workloads are in no charge: their home or host is unknown"
        )
    if output == "json":
        say.print_json(settlement.to_dict())
    elif output == "csv":
        rows = settlement.to_dict()["charges"]
        head = ["home", "host", "month", "resource", "quantity", "days", "money"]
        say.print_csv(head, [[row[name] for name in head] for row in rows])
    else:
        from placement.report.tables import balances, charges

        say.print_table(charges(settlement), balances(settlement), whole=True)
