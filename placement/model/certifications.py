"""Certification schemes and the order of their levels."""

from collections.abc import Iterable

from placement.model.law import Law, being_read, shipped

__all__ = ["ORDERED", "canonical", "satisfies"]

# The library's schemes whose levels are ordered, lowest first: a site that holds one holds those before.
ORDERED: dict[str, tuple[str, ...]] = {
    scheme.name: scheme.levels for scheme in shipped().schemes.values() if scheme.ordered
}


def canonical(certification: str) -> str:
    """Return a certification, with the spelling of the table where its scheme is ordered there.

    Raises
    ------
    ValueError
        If it is not ``scheme:level``.
    """
    scheme, colon, level = certification.partition(":")
    if not (scheme and colon and level):
        raise ValueError(
            f'"{certification}" is no certification; expected scheme:level such as C5:type2'
        )
    for known in being_read().schemes.values():
        if known.ordered and known.name.casefold() == scheme.casefold():
            for one in known.levels:
                if one.casefold() == level.casefold():
                    return f"{known.name}:{one}"
    return certification


def satisfies(have: Iterable[str], want: str, law: Law | None = None) -> bool:
    """Return whether one of the certifications held is the one wanted, or a higher level of it.

    Parameters
    ----------
    have : iterable of str
        ``scheme:level`` each.
    want : str
        Likewise.
    law : Law, optional
        The tables; the library's if left out.

    Returns
    -------
    bool
        A scheme that is not in the table, or whose levels have no order, matches exactly.

    Examples
    --------
    >>> from placement.model.certifications import satisfies
    >>> satisfies(["C5:type2"], "C5:type1"), satisfies(["ISO27001:2022"], "C5:type1")
    (True, False)
    """
    return (law or shipped()).satisfies(have, want)
