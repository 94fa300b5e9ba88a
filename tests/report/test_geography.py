"""Where things stand on the map."""

import math

import pytest

from placement.report.geography import azimuthal, fit, land, spread


def test_the_projection_keeps_areas():
    """A degree of longitude times a degree of latitude covers what it covers on the sphere."""
    for lat, lon in [(40, -5), (52, 10), (60, 25)]:
        corners = [(lat, lon), (lat, lon + 0.1), (lat + 0.1, lon + 0.1), (lat + 0.1, lon)]
        points = [azimuthal(*corner, 52, 10) for corner in corners]
        turned = points[1:] + points[:1]
        area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, turned, strict=True))) / 2
        true = math.radians(0.1) * (math.sin(math.radians(lat + 0.1)) - math.sin(math.radians(lat)))
        assert area == pytest.approx(true, rel=1e-3)


def test_north_is_up_and_east_is_right():
    """As SVG has it, y grows downwards."""
    frame = fit([(41.9, 12.5), (59.3, 18.1), (38.7, -9.1)])
    rome, stockholm, lisbon = (frame.place(*p) for p in [(41.9, 12.5), (59.3, 18.1), (38.7, -9.1)])
    assert stockholm[1] < rome[1]
    assert lisbon[0] < rome[0]


@pytest.mark.parametrize("points", [[(50, 8)], [(-33.9, 151.2), (64, -21)], [(90, 0), (-90, 180)]])
def test_all_points_are_inside_the_frame(points):
    """One point, two far apart, and the poles."""
    frame = fit(points)
    for x, y in (frame.place(*point) for point in points):
        assert 0 <= x <= 1000
        assert 0 <= y <= frame.height


def test_land_is_drawn_in_europe_alone():
    """Elsewhere there is no outline."""
    assert land(fit([(48.9, 2.4), (52.5, 13.4)]))
    assert not land(fit([(35.7, 139.7)]))


def test_points_with_room_stay_where_they_are():
    """Only those that lie on each other are moved, and none of them far."""
    moved = spread([(0.0, 0.0), (100.0, 0.0), (101.0, 0.0), (99.0, 1.0)], 10)
    assert moved[0] == (0.0, 0.0)
    assert len(set(moved)) == 4
    assert all(math.dist(point, (100, 0)) < 20 for point in moved[1:])
