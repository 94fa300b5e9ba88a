"""Country codes, and the groups that law makes of them, by date."""

from datetime import date

import pytest

from placement.model.countries import COUNTRIES, canonical, expand

TODAY = date(2026, 11, 24)
TERRITORIES = {"AX", "GF", "GP", "MF", "MQ", "RE", "YT"}


def eu(at):
    """Return the countries of the European Union on a date."""
    return expand(["EU"], at)


def test_the_union_of_today_has_27_members_and_the_territories_under_its_law():
    """27 member states, and the seven territories that have codes of their own."""
    members = eu(TODAY) - TERRITORIES
    assert len(members) == 27
    assert eu(TODAY) >= TERRITORIES


@pytest.mark.parametrize(
    "code", ["CH", "NO", "GB", "UA", "TR", "GL", "NC", "PF", "GI", "SJ", "BL", "PM"]
)
def test_neighbours_and_overseas_countries_are_not_in_the_union(code):
    """Overseas countries and territories are associated with the Union, not under its law."""
    assert code not in eu(TODAY)


@pytest.mark.parametrize(
    ("code", "last_out", "first_in"),
    [
        ("HR", date(2013, 6, 30), date(2013, 7, 1)),
        ("RO", date(2006, 12, 31), date(2007, 1, 1)),
        ("PL", date(2004, 4, 30), date(2004, 5, 1)),
        ("SE", date(1994, 12, 31), date(1995, 1, 1)),
        ("YT", date(2013, 12, 31), date(2014, 1, 1)),
    ],
)
def test_a_country_joins_the_union_on_its_day(code, last_out, first_in):
    """The day before accession it is out, on the day it is in."""
    assert code not in eu(last_out)
    assert code in eu(first_in)


def test_the_united_kingdom_leaves_after_its_last_day():
    """In on 2020-01-31, out on 2020-02-01: of the Union and of the EEA alike."""
    for group in ("EU", "EEA"):
        assert "GB" in expand([group], date(2020, 1, 31))
        assert "GB" not in expand([group], date(2020, 2, 1))


def test_the_united_kingdom_is_adequate_from_its_decision_on():
    """Neither member nor adequate in between: unknown passes no hard rule."""
    assert "GB" not in expand(["EU-ADEQUATE"], date(2021, 6, 27))
    assert "GB" in expand(["EU-ADEQUATE"], date(2021, 6, 28))


def test_adequacy_is_unscoped_and_of_third_countries_only():
    """Canada and the United States have scoped decisions; the EEA needs none."""
    adequate = expand(["EU-ADEQUATE"], TODAY)
    assert {"CH", "JP", "KR", "NZ", "IL", "AR", "UY"} <= adequate
    assert not adequate & {"CA", "US"}
    assert not adequate & expand(["EEA"], TODAY)


def test_the_eea_is_the_union_and_three_members_of_efta():
    """Switzerland is in EFTA but not in the EEA."""
    assert expand(["EEA"], TODAY) == eu(TODAY) | {"IS", "LI", "NO"}
    assert expand(["EFTA"], TODAY) == {"CH", "IS", "LI", "NO"}


def test_names_add_up():
    """A list of groups and countries is their union, and no name is nobody."""
    assert expand(["EFTA", "FR"], TODAY) == {"CH", "IS", "LI", "NO", "FR"}
    assert expand([], TODAY) == frozenset()


def test_before_the_treaties_a_group_is_empty():
    """On a date before a group existed nobody was in it."""
    for group in ("EU", "EEA", "EFTA", "EU-ADEQUATE"):
        assert expand([group], date(1950, 1, 1)) == frozenset()


@pytest.mark.parametrize(("alias", "code"), [("EL", "GR"), ("UK", "GB")])
def test_codes_of_the_european_institutions_are_read(alias, code):
    """EL and UK are understood, and never kept."""
    assert canonical(alias) == code
    assert alias not in COUNTRIES


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("de", 'did you mean "DE"'),
        ("uk", 'did you mean "GB"'),
        ("EU", "group"),
        ("XX", "ISO 3166-1"),
        ("DEU", "ISO 3166-1"),
        ("", "ISO 3166-1"),
        (49, "ISO 3166-1"),
        (None, "ISO 3166-1"),
    ],
)
def test_what_is_no_country_is_refused_with_a_hint(code, hint):
    """Case matters, and a group is no country."""
    with pytest.raises(ValueError, match=hint):
        canonical(code)


def test_every_member_of_a_group_is_a_country():
    """The tables hold no code that nobody assigned."""
    for year in (1960, 1990, 2000, 2010, 2020, 2026):
        members = expand(["EU", "EEA", "EFTA", "EU-ADEQUATE"], date(year, 7, 1))
        assert members <= COUNTRIES
