"""Policies: the law that a customer's data stays under."""

from collections.abc import Collection
from dataclasses import dataclass

from placement.model import countries, parse
from placement.model.noun import Field, Noun

__all__ = ["POLICIES", "Policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Where data may rest, be processed and cross, and under whose law.

    Parameters
    ----------
    id : str, optional
        Its name in the problem; made from its content if left out.
    countries : collection of str, optional
        Where data may rest and be processed: ISO codes and EU, EEA, EFTA, EU-ADEQUATE; anywhere if
        left out.
    transit : collection of str, optional
        What data may cross, likewise.
    seats : collection of str, optional
        Legal seats allowed for the host operator and all its parents, likewise.
    excluded_laws : collection of str, default none
        Laws that the host operator must not be exposed to.
    certifications : collection of str, default none
        What the site must have, all of them.
    """

    id: str | None = None
    countries: Collection[str] | None = None
    transit: Collection[str] | None = None
    seats: Collection[str] | None = None
    excluded_laws: Collection[str] = ()
    certifications: Collection[str] = ()


COUNTRY_SET = Field(parse.set_of(countries.name_or_group), None, list)
POLICIES = Noun(
    "policies",
    "policy",
    Policy,
    {
        "id": Field(parse.name),
        "countries": COUNTRY_SET,
        "transit": COUNTRY_SET,
        "seats": COUNTRY_SET,
        "excluded_laws": Field(parse.set_of(parse.name), (), list),
        "certifications": Field(parse.set_of(parse.certification), (), list),
    },
)
