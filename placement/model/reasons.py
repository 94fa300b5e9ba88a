"""Why a workload does not run on a site, by name; bit i of a mask stands for name i."""

__all__ = ["BETWEEN", "BIT", "PAIR_REASONS", "REASONS", "named"]

PAIR_REASONS = (
    "state",
    "pinned",
    "allow_deny",
    "features",
    "slice",
    "agreement",
    "country",
    "seat",
    "law",
    "certification",
    "at_rest",
    "processing",
    "access",
    "ownership",
    "backup",
    "unreachable",
    "transit",
    "latency",
    "size",
)
BETWEEN = ("capacity", "bandwidth", "quota", "budget")
REASONS = PAIR_REASONS + BETWEEN
BIT = {reason: 1 << place for place, reason in enumerate(REASONS)}


def named(mask: int) -> tuple[str, ...]:
    """Return the names of the bits of a mask, in the order of the table.

    Examples
    --------
    >>> from placement.model.reasons import BIT, named
    >>> named(BIT["latency"] | BIT["country"])
    ('country', 'latency')
    """
    return tuple(reason for reason in REASONS if mask & BIT[reason])
