"""Policies: the law that a customer's data stays under."""

from collections.abc import Collection
from dataclasses import dataclass

from placement.model import countries, parse
from placement.model.expression import NODE_FACTS, SITE_FACTS, canonical
from placement.model.noun import Field, Noun

__all__ = ["POLICIES", "QUESTIONS", "Policy"]


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
    at_rest, processing : str, optional
        What must be true of the site where data rests and where it is processed: expressions over facts,
        such as ``storage in EU and laws not in US-CLOUD-ACT``.
    in_transit : str, optional
        What must be true of every node that data crosses, likewise.
    access : str, optional
        What must be true of operation and support, such as ``staff in EU and keys in customer``.
    ownership : str, optional
        What must be true of the host operator's owners, such as ``owners outside EU <= 39%``.
    backup : str, optional
        What must be true of backups, such as ``backups in {FR, DE}``.
    """

    id: str | None = None
    countries: Collection[str] | None = None
    transit: Collection[str] | None = None
    seats: Collection[str] | None = None
    excluded_laws: Collection[str] = ()
    certifications: Collection[str] = ()
    at_rest: str | None = None
    processing: str | None = None
    in_transit: str | None = None
    access: str | None = None
    ownership: str | None = None
    backup: str | None = None


# The questions about a site that have an expression for an answer; each is a reason of its name.
QUESTIONS = ("at_rest", "processing", "access", "ownership", "backup")
OF_SITES = Field(lambda text: canonical(text, SITE_FACTS))
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
        "at_rest": OF_SITES,
        "processing": OF_SITES,
        "in_transit": Field(lambda text: canonical(text, NODE_FACTS)),
        "access": OF_SITES,
        "ownership": OF_SITES,
        "backup": OF_SITES,
    },
)
