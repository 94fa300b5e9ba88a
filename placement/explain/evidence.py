"""What is known, and what is not, where a policy's expression is not met."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from placement.explain.roads import few
from placement.instance.truth import TRUE, UNDECIDED, Things
from placement.model.expression import All, Expression, Not, Test, expression, tests_of
from placement.model.policy import Policy
from placement.model.problem import Problem
from placement.model.site import Site

__all__ = ["Known", "of_fact", "of_question", "told"]


class Known:
    """What is known of one site on the day of a problem."""

    def __init__(self, problem: Problem, site: Site) -> None:
        row = np.array([problem.sites.index(site.id)], np.int64)
        self._things, self._law = Things(problem, problem.sites, row), problem.law

    def values(self, fact: str) -> list[str | None]:
        """Return the values of a fact that are known, and None at the end where there may be more."""
        facts, _ = self._things.fact(fact)
        return [*sorted(facts[0].values), *([] if facts[0].complete else [None])]

    def stakes(self, test: Test) -> dict[str, Any]:
        """Return who holds how much of the site's operator outside some countries."""
        held, unknown = self._things.stakes(test)
        return {
            "held": {name: float(held[name]) for name in sorted(held)},
            "unknown": float(unknown),
        }

    def blamed(self, text: str) -> list[dict[str, Any]]:
        """Return the tests by which an expression is not met, each with what is known."""
        found = []
        for test in self._to_blame(expression(text, self._law), wanted=True):
            facts: dict[str, Any] = {"test": str(test), "fact": test.fact}
            if test.verb == "outside":
                facts |= self.stakes(test)
            elif test.fact != "owners":
                facts["known"] = self.values(test.fact)
            facts["answer"] = "unknown" if self._things.test(test)[0] == UNDECIDED else "no"
            if self._things.test(test)[0] == TRUE:
                facts["answer"] = "yes"
            if facts not in found:
                found.append(facts)
        return found

    def asked(self, text: str) -> dict[str, Any]:
        """Return what is known of each fact that an expression asks for."""
        tests = list(tests_of(expression(text, self._law)))
        found: dict[str, Any] = {
            test.fact: self.values(test.fact) for test in tests if test.fact != "owners"
        }
        stakes = {str(test): self.stakes(test) for test in tests if test.verb == "outside"}
        return {name: found[name] for name in sorted(found)} | stakes

    def _to_blame(self, some: Expression, *, wanted: bool) -> Iterator[Test]:
        """Yield the tests because of which an expression is not as it is wanted to be."""
        if isinstance(some, Test):
            yield some
        elif isinstance(some, Not):
            yield from self._to_blame(some.part, wanted=not wanted)
        else:
            for part in some.parts:
                # Every part of what must hold in one of them is to blame, of the others those that fail.
                truth = self._things.truth(part)[0]
                fails = truth != TRUE if wanted else truth != 0
                if fails or isinstance(some, All) != wanted:
                    yield from self._to_blame(part, wanted=wanted)


def of_fact(problem: Problem, site: Site, fact: str) -> list[str | None]:
    """Return what is known of one fact of a site, None at the end where there may be more."""
    return Known(problem, site).values(fact)


def of_question(problem: Problem, site: Site, policy: Policy, question: str) -> dict[str, Any]:
    """Return what speaks against a site in one question of a policy."""
    text = str(getattr(policy, question))
    return {"policy": policy.id, "asked": text, "because": Known(problem, site).blamed(text)}


def told(facts: Sequence[Mapping[str, Any]]) -> str:
    """Return what speaks against some sites, such as ``storage CH; staff unknown``."""
    said: dict[str, list[str]] = {}
    for one in facts:
        for why in one["because"]:
            if "held" in why:
                shares = [f"{name} {share:.4g}" for name, share in why["held"].items()]
                more = [f"unknown {why['unknown']:.4g}"] if why["unknown"] else []
                said.setdefault(why["test"], []).append(", ".join(shares + more) or "nobody")
            else:
                known = why.get("known", [None])
                said.setdefault(why["fact"], []).extend(
                    "unknown" if value is None else value for value in known or ["none"]
                )
    return "; ".join(f"{fact} {few(values)}" for fact, values in said.items())
