"""Countries and the groups that law makes of them, by date."""

import datetime
from collections.abc import Iterable
from typing import Any

from placement.model.faults import did_you_mean
from placement.units import shown

__all__ = ["COUNTRIES", "GROUPS", "canonical", "expand", "name_or_group"]

# ISO 3166-1 alpha-2, officially assigned, and XK, which the European Union uses for Kosovo.
COUNTRIES = frozenset(
    [
        "AD",
        "AE",
        "AF",
        "AG",
        "AI",
        "AL",
        "AM",
        "AO",
        "AQ",
        "AR",
        "AS",
        "AT",
        "AU",
        "AW",
        "AX",
        "AZ",
        "BA",
        "BB",
        "BD",
        "BE",
        "BF",
        "BG",
        "BH",
        "BI",
        "BJ",
        "BL",
        "BM",
        "BN",
        "BO",
        "BQ",
        "BR",
        "BS",
        "BT",
        "BV",
        "BW",
        "BY",
        "BZ",
        "CA",
        "CC",
        "CD",
        "CF",
        "CG",
        "CH",
        "CI",
        "CK",
        "CL",
        "CM",
        "CN",
        "CO",
        "CR",
        "CU",
        "CV",
        "CW",
        "CX",
        "CY",
        "CZ",
        "DE",
        "DJ",
        "DK",
        "DM",
        "DO",
        "DZ",
        "EC",
        "EE",
        "EG",
        "EH",
        "ER",
        "ES",
        "ET",
        "FI",
        "FJ",
        "FK",
        "FM",
        "FO",
        "FR",
        "GA",
        "GB",
        "GD",
        "GE",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GR",
        "GS",
        "GT",
        "GU",
        "GW",
        "GY",
        "HK",
        "HM",
        "HN",
        "HR",
        "HT",
        "HU",
        "ID",
        "IE",
        "IL",
        "IM",
        "IN",
        "IO",
        "IQ",
        "IR",
        "IS",
        "IT",
        "JE",
        "JM",
        "JO",
        "JP",
        "KE",
        "KG",
        "KH",
        "KI",
        "KM",
        "KN",
        "KP",
        "KR",
        "KW",
        "KY",
        "KZ",
        "LA",
        "LB",
        "LC",
        "LI",
        "LK",
        "LR",
        "LS",
        "LT",
        "LU",
        "LV",
        "LY",
        "MA",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "MK",
        "ML",
        "MM",
        "MN",
        "MO",
        "MP",
        "MQ",
        "MR",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MX",
        "MY",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NG",
        "NI",
        "NL",
        "NO",
        "NP",
        "NR",
        "NU",
        "NZ",
        "OM",
        "PA",
        "PE",
        "PF",
        "PG",
        "PH",
        "PK",
        "PL",
        "PM",
        "PN",
        "PR",
        "PS",
        "PT",
        "PW",
        "PY",
        "QA",
        "RE",
        "RO",
        "RS",
        "RU",
        "RW",
        "SA",
        "SB",
        "SC",
        "SD",
        "SE",
        "SG",
        "SH",
        "SI",
        "SJ",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SR",
        "SS",
        "ST",
        "SV",
        "SX",
        "SY",
        "SZ",
        "TC",
        "TD",
        "TF",
        "TG",
        "TH",
        "TJ",
        "TK",
        "TL",
        "TM",
        "TN",
        "TO",
        "TR",
        "TT",
        "TV",
        "TW",
        "TZ",
        "UA",
        "UG",
        "UM",
        "US",
        "UY",
        "UZ",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VN",
        "VU",
        "WF",
        "WS",
        "XK",
        "YE",
        "YT",
        "ZA",
        "ZM",
        "ZW",
    ]
)
# The codes that European institutions write for Greece and the United Kingdom (Interinstitutional
# style guide, 7.1.1); read as input, never written.
ALIASES = {"EL": "GR", "UK": "GB"}
GROUPS = ("EEA", "EFTA", "EU", "EU-ADEQUATE")

ALWAYS = datetime.date.min
EVER = datetime.date.max
Spans = tuple[tuple[str, datetime.date, datetime.date], ...]


def _spans(*rows: tuple[str, str, str]) -> Spans:
    """Read rows of codes, first day and last day ("" is open); both days count."""
    day = datetime.date.fromisoformat
    return tuple(
        (code, day(first) if first else ALWAYS, day(last) if last else EVER)
        for codes, first, last in rows
        for code in codes.split()
    )


# Accession treaties of the member states. Territories with codes of their own in which Union law
# applies: Åland (Protocol 2 to the 1994 accession), and the outermost regions of Article 349 TFEU
# (GF GP MQ RE; MF since the Treaty of Lisbon named it; YT since 2014-01-01, Decision 2012/419/EU).
# The United Kingdom left on 2020-01-31 at midnight, Brussels time (Agreement on its withdrawal, OJ
# L 29 of 2020-01-31, Article 185).
EU = _spans(
    ("BE DE FR IT LU NL", "1958-01-01", ""),
    ("DK IE", "1973-01-01", ""),
    ("GB", "1973-01-01", "2020-01-31"),
    ("GR", "1981-01-01", ""),
    ("ES PT", "1986-01-01", ""),
    ("AT FI SE AX", "1995-01-01", ""),
    ("CY CZ EE HU LT LV MT PL SI SK", "2004-05-01", ""),
    ("BG RO", "2007-01-01", ""),
    ("HR", "2013-07-01", ""),
    ("GF GP MQ RE", "1958-01-01", ""),
    ("MF", "1958-01-01", ""),
    ("YT", "2014-01-01", ""),
)
# Agreement on the European Economic Area, in force since 1994-01-01, for Liechtenstein since
# 1995-05-01; with the members of the Union.
EEA_EFTA = _spans(
    ("AT FI SE", "1994-01-01", "1994-12-31"),
    ("IS NO", "1994-01-01", ""),
    ("LI", "1995-05-01", ""),
)
# Convention establishing the European Free Trade Association (Stockholm, 1960).
EFTA = _spans(
    ("AT", "1960-05-03", "1994-12-31"),
    ("CH NO", "1960-05-03", ""),
    ("DK GB", "1960-05-03", "1972-12-31"),
    ("FI", "1986-01-01", "1994-12-31"),
    ("IS", "1970-03-01", ""),
    ("LI", "1991-09-01", ""),
    ("PT", "1960-05-03", "1985-12-31"),
    ("SE", "1960-05-03", "1994-12-31"),
)
# Adequacy decisions of the Commission without a limit on the recipients (so not Canada, 2002/2/EC,
# nor the United States, (EU) 2023/1795), from their date: 2000/518/EC, 2003/490/EC, 2003/821/EC,
# 2004/411/EC, 2008/393/EC, 2010/146/EU, 2010/625/EU, 2011/61/EU, 2012/484/EU, 2013/65/EU,
# (EU) 2019/419, (EU) 2021/1772, (EU) 2022/254, and Brazil's of 2026-01-27.
EU_ADEQUATE = _spans(
    ("CH", "2000-07-26", ""),
    ("AR", "2003-06-30", ""),
    ("GG", "2003-11-21", ""),
    ("IM", "2004-04-28", ""),
    ("JE", "2008-05-08", ""),
    ("FO", "2010-03-05", ""),
    ("AD", "2010-10-19", ""),
    ("IL", "2011-01-31", ""),
    ("UY", "2012-08-21", ""),
    ("NZ", "2012-12-19", ""),
    ("JP", "2019-01-23", ""),
    ("GB", "2021-06-28", ""),
    ("KR", "2021-12-17", ""),
    ("BR", "2026-01-27", ""),
)
TABLES = {"EU": (EU,), "EEA": (EU, EEA_EFTA), "EFTA": (EFTA,), "EU-ADEQUATE": (EU_ADEQUATE,)}
EEA_BEGINS = datetime.date(1994, 1, 1)


def canonical(code: Any) -> str:
    """Return the ISO code of a country; EL and UK are read as GR and GB.

    Raises
    ------
    ValueError
        If it is no assigned code.
    """
    known = ALIASES.get(code, code) if isinstance(code, str) else None
    if known in COUNTRIES:
        return str(known)
    hint = ""
    if isinstance(code, str):
        if code.upper() in COUNTRIES or code.upper() in ALIASES:
            hint = f'; did you mean "{canonical(code.upper())}"?'
        elif code.upper() in GROUPS:
            hint = "; that is a group of countries"
    raise ValueError(
        f"{shown(code)} is no country; expected an ISO 3166-1 alpha-2 code such as DE{hint}"
    )


def name_or_group(code: Any) -> str:
    """Return the ISO code of a country, or the name of a group as it stands."""
    if isinstance(code, str) and code in GROUPS:
        return code
    try:
        return canonical(code)
    except ValueError as error:
        if isinstance(code, str) and len(code) > 2:
            raise ValueError(
                f"{shown(code)} is neither a country nor one of {', '.join(GROUPS)}"
                + did_you_mean(code, GROUPS)
            ) from error
        raise


def expand(names: Iterable[str], at: datetime.date) -> frozenset[str]:
    """Return the countries that a list of countries and groups meant on a date.

    Parameters
    ----------
    names : iterable of str
        ISO codes, and EU, EEA, EFTA or EU-ADEQUATE.
    at : datetime.date
        The day on which the groups are read.

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
    found: set[str] = set()
    for name in names:
        if name not in TABLES:
            found.add(name)
        elif name != "EEA" or at >= EEA_BEGINS:
            found |= {
                code for spans in TABLES[name] for code, first, last in spans if first <= at <= last
            }
    return frozenset(found)
