"""The best that is known of each instance, as files that only get better.

`python -m bench.best_known` prints them; `python -m bench.best_known NAME PLAN` has the judge check a plan for an
instance, and keeps its value and its bound where they are better than what was known.
"""

import argparse
import fcntl
import hashlib
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from pathlib import Path

from bench.federation import make_federation
from bench.gap import make_gap
from placement import adapters
from placement.adapters.plain_numbers import read_content
from placement.io import read_plan
from placement.io.atomic import write_file
from placement.verify import verify

__all__ = ["FOLDER", "Record", "improved", "load", "offer", "read_records"]

FOLDER = Path(__file__).parents[1] / "data/best_known"
SETS = Path(__file__).parents[1] / "../shared/data/assignment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An instance, and the best that is known of it.

    Parameters
    ----------
    name : str
        Of the instance.
    read : str
        Who reads or makes it: the name of a format, or of a generator.
    options : dict
        For the reader or generator.
    file : str, optional
        Where it is in the public sets; left out where it is made.
    sha256 : str, optional
        Of the file's content, unpacked; of the problem's, where it is made.
    value, bound : int, Decimal or None
        Of the best solution, and what no solution is better than; in the published objective.
    value_by, bound_by : str or None
        Where they are from.
    """

    name: str
    read: str
    options: dict
    file: str | None = None
    sha256: str | None = None
    value: int | Decimal | None = None
    value_by: str | None = None
    bound: int | Decimal | None = None
    bound_by: str | None = None

    @property
    def maximise(self):
        """Whether a larger value is better."""
        return bool(self.options.get("maximise"))

    @property
    def gap(self):
        """How far the value may be from the best there is, as a share of it; None if unknown."""
        if self.value is None or self.bound is None:
            return None
        return abs(self.value - self.bound) / abs(self.value) if self.value else None


def improved(record, *, value=None, bound=None, by, proof=""):
    """Return the record with what is better than what it holds.

    Parameters
    ----------
    record : Record
        What is known.
    value, bound : int or Decimal, optional
        Of a solution that was checked; of a proof.
    by, proof : str
        Who found them, and how the bound is proved.

    Returns
    -------
    Record
        The same one if nothing is better.

    Raises
    ------
    ValueError
        If a value is better than a bound: then one of the two is wrong.
    """
    sign = -1 if record.maximise else 1
    made = record
    if value is not None and (made.value is None or sign * value < sign * made.value):
        made = replace(made, value=value, value_by=by)
    if bound is not None and (made.bound is None or sign * bound > sign * made.bound):
        made = replace(made, bound=bound, bound_by=f"{by}, {proof}" if proof else by)
    if made.value is not None and made.bound is not None:
        # A published value may be rounded to two places: a bound above it by less is no contradiction.
        slack = Decimal("0.005") if isinstance(made.value, Decimal) else 0
        if sign * (made.bound - made.value) > slack:
            told = f"{made.bound} ({made.bound_by}) and the value {made.value} ({made.value_by})"
            raise ValueError(f"{record.name}: the bound {told} contradict each other")
    return made


def offer(name, plan, *, by, folder=FOLDER):
    """Keep the value and the bound of a plan where they are better than what was known.

    Parameters
    ----------
    name : str
        Of the instance.
    plan : Plan
        For its problem.
    by : str
        Who found it, and how.
    folder : Path, optional
        With the files.

    Returns
    -------
    Record
        What is known now.

    Raises
    ------
    ValueError
        If the judge finds a fault, or what is offered contradicts what is known.
    """
    record = find(name, folder)
    instance, problem = load(record)
    report = verify(problem, plan)
    if not report.ok:
        raise ValueError(f"{name}: {report.faults[0]}")
    value, bound = judged(instance, plan)
    with locked(folder):
        records = read_records(folder)
        made = improved(records[name], value=value, bound=bound, by=by, proof=plan.bound.proof)
        if made != records[name]:
            write_records(records | {name: made}, folder, made.read)
    return made


def judged(instance, plan):
    """Return the value of a plan that passed the judge, and what its bound proves, if they say anything."""
    if plan.objective.unplaced:
        return None, None  # its bound is one of plans that leave as much out
    if instance is None:
        return Decimal(plan.objective.cost).scaleb(-6), Decimal(plan.bound.cost).scaleb(-6)
    solves = not getattr(instance, "broken", lambda _: ())(plan)
    return instance.value(plan) if solves else None, instance.bound(plan.bound.cost)


def load(record):
    """Return an instance as its reader does, None where the problem is all there is, and its problem.

    Raises
    ------
    FileNotFoundError
        If the public sets are not here.
    ValueError
        If the file is another one, or another problem is made today.
    """
    options = dict(record.options)
    if record.file is None:
        return made_from_seed(record)
    path = SETS / record.file
    if not path.exists():
        raise FileNotFoundError(path)
    if hashlib.sha256(read_content(path)).hexdigest() != record.sha256:
        raise ValueError(f"{path} is not the file that {record.name} is about")
    if record.read == "gap":
        instance = adapters.read_gap(path, **options)
    elif record.read == "facility-location":
        instance = adapters.read_facility_location(path, **options)
    else:
        instance = adapters.read_machine_reassignment(path, SETS / options["start"])
    return instance, instance.to_problem()


def made_from_seed(record):
    """Return an instance that is made and not read, and its problem."""
    instance = make_gap(**record.options) if record.read == "gap recipe" else None
    problem = instance.to_problem() if instance else make_federation(**record.options).problem
    if record.sha256 is not None and problem.digest != record.sha256:
        raise ValueError(f"{record.name} is not what it was: what is known of it is of another one")
    return instance, problem


def find(name, folder=FOLDER):
    """Return the record of an instance; raises `ValueError` if there is none."""
    records = read_records(folder)
    if name not in records:
        raise ValueError(f"no instance {name!r}; expected one of {', '.join(records)}")
    return records[name]


def read_records(folder=FOLDER):
    """Return all records by name."""
    records = {}
    for path in sorted(folder.glob("*.json")):
        rows = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        records |= {row["name"]: Record(**row) for row in rows}
    return records


def write_records(records, folder, read):
    """Write the file of those that are read or made alike, a line each."""
    rows = [one for one in records.values() if one.read == read]
    lines = [",\n".join(json_line(row) for row in rows)]
    write_file(folder / f"{read.replace(' ', '_')}.json", ["[\n", *lines, "\n]\n"])


def json_line(record):
    """Return a record as JSON in one line; what is not known is left out."""
    known = {name: value for name, value in asdict(record).items() if value is not None}
    return "{" + ", ".join(f'"{name}": {json_value(value)}' for name, value in known.items()) + "}"


def json_value(value):
    """Return a value as JSON; a decimal with all its digits."""
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value)


@contextmanager
def locked(folder):
    """Keep others from writing into a folder: what is better of two is kept, not what comes last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def main(arguments=None):
    """Print what is known, or take in a plan; return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.best_known", description=__doc__)
    parser.add_argument("name", nargs="?", help="of an instance")
    parser.add_argument("plan", nargs="?", help="a file with a plan for it")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    parser.add_argument("--by", default="placement", help="who found it, and how")
    asked = parser.parse_args(arguments)
    if asked.name and not asked.plan:
        parser.error("name a plan as well, or nothing")
    if not asked.name:
        for record in read_records(asked.folder).values():
            told = "-" if record.gap is None else f"{100 * record.gap:.4f} %"
            print(
                f"{record.name:30} {record.value or '-'!s:>18} {record.bound or '-'!s:>18} {told:>10}"
            )
        return 0
    try:
        made = offer(asked.name, read_plan(asked.plan), by=asked.by, folder=asked.folder)
    except (ValueError, FileNotFoundError) as error:
        parser.error(str(error))
    print(", ".join(f"{one.name}: {getattr(made, one.name)}" for one in fields(made)[-4:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
