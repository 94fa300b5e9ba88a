"""Countries and the groups that law makes of them, by date."""

import datetime
from collections.abc import Iterable
from typing import Any

from placement.model.faults import did_you_mean
from placement.model.law import Law, being_read, code_in, shipped
from placement.units import shown

__all__ = ["ALIASES", "COUNTRIES", "GROUPS", "canonical", "expand", "name_or_group"]

# ISO 3166-1 alpha-2, officially assigned, and XK, which the European Union uses for Kosovo.
COUNTRIES = frozenset(shipped().countries)
# The codes that European institutions write for Greece and the United Kingdom: read, never written.
ALIASES = dict(shipped().aliases)
GROUPS = shipped().names


def canonical(code: Any) -> str:
    """Return the ISO code of a country; EL and UK are read as GR and GB.

    Raises
    ------
    ValueError
        If it is no assigned code.
    """
    return code_in(COUNTRIES, ALIASES, being_read().names, code)


def name_or_group(code: Any) -> str:
    """Return the ISO code of a country, or the name of a group as it stands.

    The groups are those of the law under which a problem is being read, else the library's.
    """
    groups = being_read().names
    if isinstance(code, str) and code in groups:
        return code
    try:
        return canonical(code)
    except ValueError as error:
        if isinstance(code, str) and len(code) > 2:
            raise ValueError(
                f"{shown(code)} is neither a country nor one of {', '.join(groups)}"
                + did_you_mean(code, groups)
            ) from error
        raise


def expand(names: Iterable[str], at: datetime.date, law: Law | None = None) -> frozenset[str]:
    """Return the countries that a list of countries and groups meant on a date.

    Parameters
    ----------
    names : iterable of str
        ISO codes, and EU, EEA, EFTA, EU-ADEQUATE or another group of the law.
    at : datetime.date
        The day on which the groups are read.
    law : Law, optional
        The tables; the library's if left out.

    Returns
    -------
    frozenset of str
        ISO 3166-1 alpha-2 codes.

    Examples
    --------
    >>> from datetime import date
    >>> from placement.model.countries import expand
    >>> "GB" in expand(["EU"], date(2020, 1, 31)), "GB" in expand(["EU"], date(2020, 2, 1))
    (True, False)
    """
    return (law or shipped()).expand(names, at)
