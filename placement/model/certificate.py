"""The certificate of a plan: prices from which anyone can recompute its bounds."""

from dataclasses import dataclass

from placement.units import Amount

__all__ = ["Certificate", "Cover", "MovePrice", "Prices", "RowPrice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPrice:
    """The price of a row: of a site and a resource or slice, or of an agreement and a resource.

    Parameters
    ----------
    price : int, micro-units / 2**shift
        For each `unit` of the row's amount; `shift` is that of the `Prices` it belongs to.
    unit : int or Decimal
        Amount of the resource, or of the bandwidth, that the price is for.
    site : str, optional
        Whose row it is, unless an agreement's.
    home, host : str, optional
        The operators of the agreement whose quota it is.
    country : str, optional
        Of the sites, where the quota is for one country.
    resource : str, optional
        What the row limits, unless the bandwidth of a slice.
    slice : str, optional
        Whose bandwidth at the site it is.
    """

    price: int
    unit: Amount
    site: str | None = None
    home: str | None = None
    host: str | None = None
    country: str | None = None
    resource: str | None = None
    slice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A further row of a site: of these workloads at most `limit` fit on it.

    Parameters
    ----------
    site : str
        Its id.
    workloads : tuple of str
        Each of them uses 1 of the row.
    limit : int
        How many of them fit at most.
    price : int, micro-units / 2**shift
        For each of them.
    """

    site: str
    workloads: tuple[str, ...]
    limit: int
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePrice:
    """The price of a limit of the plan's budget: of all moves, of an operator's or of a site's.

    Parameters
    ----------
    price : int, micro-units / 2**shift
        For each move that counts.
    operator : str, optional
        Whose moves are limited.
    site : str, optional
        The moves of which site are limited.
    """

    price: int
    operator: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices of the rows and of the unplaced priority, integers over 2**shift.

    Parameters
    ----------
    shift : int, default 0
        Every price is an integer over 2**shift.
    mu : int, micro-units / 2**shift, default 0
        Price of a point of priority that is left unplaced.
    prices : tuple of RowPrice, default ()
        Rows that have no price here have 0.
    covers : tuple of Cover, default ()
        Further rows with their prices.
    moves : tuple of MovePrice, default ()
        Limits of the budget with their prices.
    """

    shift: int = 0
    mu: int = 0
    prices: tuple[RowPrice, ...] = ()
    covers: tuple[Cover, ...] = ()
    moves: tuple[MovePrice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The prices that prove the bound of the cost, and of the unplaced priority.

    Parameters
    ----------
    cost : Prices, default all zero
        From which the bound of the cost follows.
    unplaced : Prices, default all zero
        From which the bound of the unplaced priority follows.
    """

    cost: Prices = Prices()
    unplaced: Prices = Prices()
