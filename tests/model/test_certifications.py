"""Certifications: exact, unless the scheme orders its levels."""

import pytest

from placement.model.certifications import ORDERED, canonical, satisfies


def test_a_higher_level_of_an_ordered_scheme_satisfies_a_lower():
    """Whoever holds type 2 holds type 1, and not the other way round."""
    assert satisfies(["C5:type2"], "C5:type1")
    assert satisfies(["C5:type1"], "C5:type1")
    assert not satisfies(["C5:type1"], "C5:type2")


@pytest.mark.parametrize("scheme", ORDERED)
def test_the_levels_of_a_scheme_are_a_chain(scheme):
    """Of two levels of an ordered scheme the later satisfies the earlier, always."""
    levels = ORDERED[scheme]
    for i, lower in enumerate(levels):
        for j, higher in enumerate(levels):
            assert satisfies([f"{scheme}:{higher}"], f"{scheme}:{lower}") is (j >= i)


def test_other_schemes_match_exactly():
    """Nothing is known of the order of a scheme that is not in the table."""
    assert satisfies(["SecNumCloud:3.2"], "SecNumCloud:3.2")
    assert not satisfies(["SecNumCloud:3.3"], "SecNumCloud:3.2")
    assert not satisfies(["ENS:high"], "C5:type1")
    assert not satisfies([], "C5:type1")


def test_a_level_that_its_scheme_does_not_order_matches_exactly():
    """A level that the table does not know is neither above nor below the others."""
    assert satisfies(["C5:2016-type2"], "C5:2016-type2")
    assert not satisfies(["C5:2016-type2"], "C5:type1")
    assert not satisfies(["C5:type2"], "C5:2016-type2")


def test_a_listed_scheme_is_spelled_as_in_the_table():
    """Case does not matter where the table knows the scheme, and does where it does not."""
    assert canonical("c5:TYPE2") == "C5:type2"
    assert canonical("SecNumCloud:3.2") == "SecNumCloud:3.2"
    assert canonical("secnumcloud:3.2") == "secnumcloud:3.2"


@pytest.mark.parametrize("text", ["C5", "C5:", ":type1", ""])
def test_what_is_no_certification_is_refused(text):
    """A certification is scheme:level."""
    with pytest.raises(ValueError, match="expected"):
        canonical(text)
