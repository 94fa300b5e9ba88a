"""What is said of one workload, site by site."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from placement.explain.plain import left_out
from placement.explain.sentences import counted, placed, reason_in_words, room

__all__ = ["Explanation", "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One site, from the point of view of one workload.

    Parameters
    ----------
    site : str
        Its id.
    reasons : mapping of str to mapping
        Everything that speaks against it, in the order of the table, with the numbers; empty if the
        workload may run here.
    rtt_ns : int, ns, optional
        What `max_rtt_ms` bounds; None where no legal path leads.
    cost : int, micro-units, optional
        Of the workload here; None where it may not run.
    extra : int, micro-units, optional
        By how much the plan would cost more with the workload here, opening and closing of sites
        included; None without a plan.
    """

    site: str
    reasons: Mapping[str, Mapping[str, Any]]
    rtt_ns: int | None
    cost: int | None
    extra: int | None

    @property
    def first(self) -> str | None:
        """The first reason against it."""
        return next(iter(self.reasons), None)

    @property
    def why(self) -> tuple[str, ...]:
        """All that speaks against it in words, such as ``country: CH; allowed EU``."""
        alone = (replace(self, reasons={name: facts}) for name, facts in self.reasons.items())
        return tuple(reason_in_words(one) for one in alone)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a workload runs where it does, or nowhere; `str()` says it in a line.

    Parameters
    ----------
    workload : str
        Its id.
    max_rtt_ns : int, ns, optional
        Its bound.
    site : str, optional
        Where the plan has it.
    planned : bool
        Whether a plan was given.
    verdicts : tuple of Verdict
        One a site, by id.
    """

    workload: str
    max_rtt_ns: int | None
    site: str | None
    planned: bool
    verdicts: tuple[Verdict, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many sites each reason rules out, each site under its first one; largest first."""
        found: dict[str, int] = {}
        for verdict in self.verdicts:
            if verdict.first is not None:
                found[verdict.first] = found.get(verdict.first, 0) + 1
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    @property
    def possible(self) -> tuple[Verdict, ...]:
        """The sites that nothing speaks against, the best first."""
        found = [one for one in self.verdicts if not one.reasons]
        return tuple(sorted(found, key=_worth))

    @property
    def alternatives(self) -> tuple[Verdict, ...]:
        """The other sites where the workload may run, full or not, the cheapest first."""
        found = [one for one in self.verdicts if one.cost is not None and one.site != self.site]
        return tuple(sorted(found, key=_worth))

    def __str__(self) -> str:
        against = counted(self)
        if self.site is not None:
            return placed(self)
        head = f"{len(self.possible):,} of {len(self.verdicts):,} sites"
        tail = [one for one in (room(self), against) if one]
        return f"{head}: {'; '.join(tail)}" if tail else head

    @property
    def sentence(self) -> str:
        """What stopped the workload, in one plain sentence; where it runs or may run, if it does."""
        fits_nowhere = self.site is None and not self.possible
        return left_out(self) if fits_nowhere else f"{self.workload}: {self}"

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for a JSON writer.

        Returns
        -------
        dict
            `sites` has every site with every reason and its numbers; costs are in units.
        """
        return {
            "workload": self.workload,
            "site": self.site,
            "text": str(self),
            "sentence": self.sentence,
            "counts": self.counts,
            "possible": [one.site for one in self.possible],
            "sites": [
                {
                    "site": one.site,
                    "reasons": {name: dict(facts) for name, facts in one.reasons.items()},
                    "why": list(one.why),
                    "rtt_ms": None if one.rtt_ns is None else one.rtt_ns / 1e6,
                    "cost": None if one.cost is None else one.cost / 1e6,
                    "extra_cost": None if one.extra is None else one.extra / 1e6,
                }
                for one in self.verdicts
            ],
        }


def _worth(verdict: Verdict) -> tuple[int, str]:
    cost = verdict.cost if verdict.extra is None else verdict.extra
    return cost or 0, verdict.site
