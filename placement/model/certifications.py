"""Certification schemes and the order of their levels."""

from collections.abc import Iterable

__all__ = ["ORDERED", "canonical", "satisfies"]

# Schemes whose levels are ordered, lowest first: a site that holds one holds those before it.
ORDERED: dict[str, tuple[str, ...]] = {
    # BSI, Cloud Computing Compliance Criteria Catalogue C5:2020, section 3.4: type 2 also tests
    # that the controls worked over a period.
    "C5": ("type1", "type2"),
    # Real Decreto 311/2022 (Spain), annex I: categories of systems.
    "ENS": ("basic", "medium", "high"),
    # ACN, Regolamento per le infrastrutture digitali e i servizi cloud (Italy, 2024): QC levels.
    "ACN": ("QC1", "QC2", "QC3", "QC4"),
    # Gaia-X Compliance Document 24.11: standard compliance, then labels.
    "GAIA-X": ("SC", "L1", "L2", "L3"),
    # European Commission, Cloud Sovereignty Framework 1.2.1 (2025): assurance levels.
    "SEAL": ("0", "1", "2", "3", "4"),
}
FOLDED = {scheme.casefold(): scheme for scheme in ORDERED}
LEVELS = {
    scheme: {level.casefold(): rank for rank, level in enumerate(levels)}
    for scheme, levels in ORDERED.items()
}


def canonical(certification: str) -> str:
    """Return a certification, with the spelling of the table where it is listed there.

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
    known = FOLDED.get(scheme.casefold(), "")
    rank = LEVELS.get(known, {}).get(level.casefold())
    return certification if rank is None else f"{known}:{ORDERED[known][rank]}"


def satisfies(have: Iterable[str], want: str) -> bool:
    """Return whether one of the certifications held is the one wanted, or a higher level of it.

    Examples
    --------
    >>> from placement.model.certifications import satisfies
    >>> satisfies(["C5:type2"], "C5:type1"), satisfies(["ISO27001:2022"], "C5:type1")
    (True, False)
    """
    scheme, _, level = want.partition(":")
    held = set(have)
    levels = ORDERED.get(scheme, ())
    if level not in levels:
        return want in held
    return any(f"{scheme}:{higher}" in held for higher in levels[levels.index(level) :])
