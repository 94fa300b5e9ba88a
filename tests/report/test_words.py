"""Numbers as people read them."""

from fractions import Fraction

import pytest

from placement.report import words


@pytest.mark.parametrize(
    ("gap", "told"),
    [(Fraction(1, 10**9), "0.01 %"), (Fraction(1, 8), "12.5 %"), (Fraction(1, 3), "33.34 %")],
)
def test_a_gap_is_never_told_better_than_it_is(gap, told):
    """It is rounded up."""
    assert words.gap(gap) == told


def test_what_is_nearly_full_is_not_called_full():
    """Only a load of the whole capacity is 100 %."""
    assert words.share(0.9999) == "99 %"
    assert words.share(1.0) == "100 %"
