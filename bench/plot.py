"""Curves as SVG, without a library: a file that any browser opens."""

from html import escape

__all__ = ["curve"]

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 50, 50
HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
    'font-family="system-ui, sans-serif" font-size="13">'
)


def curve(title, labels, points, goal=None):
    """Return a curve from its points.

    Parameters
    ----------
    title : str
        Above it.
    labels : (str, str)
        Of the axes, horizontal and vertical.
    points : sequence of (float, float)
        From left to right; both axes begin at 0.
    goal : (float, float), optional
        A point to be reached, drawn as a ring.

    Returns
    -------
    str
        An SVG document.
    """
    every = [*points, *([goal] if goal else [])]
    most_x = max((x for x, _ in every), default=0) or 1
    most_y = max((*(y for _, y in every), 100))
    least_y = min((*(y for _, y in every), 0))

    def at(x, y):
        across = LEFT + x / most_x * (WIDTH - LEFT - RIGHT)
        down = TOP + (most_y - y) / (most_y - least_y) * (HEIGHT - TOP - BOTTOM)
        return f"{across:.1f}", f"{down:.1f}"

    lines = [HEAD, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    lines.append(f'<text x="{LEFT}" y="28" font-size="16">{escape(title)}</text>')
    for y in range(0, int(most_y) + 1, 20):
        (x1, down), (x2, _) = at(0, y), at(most_x, y)
        lines.append(f'<line x1="{x1}" y1="{down}" x2="{x2}" y2="{down}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{down}" dy="4" text-anchor="end">{y}</text>')
    for x, _ in points:
        across, down = at(x, least_y)
        lines.append(f'<text x="{across}" y="{down}" dy="18" text-anchor="middle">{x:g}</text>')
    path = " ".join(",".join(at(*point)) for point in points)
    lines.append(f'<polyline points="{path}" fill="none" stroke="#06c" stroke-width="2"/>')
    for point in points:
        x, y = at(*point)
        told = f"<title>{point[0]:g}: {point[1]:.1f}</title>"
        lines.append(f'<circle cx="{x}" cy="{y}" r="4" fill="#06c">{told}</circle>')
    if goal:
        x, y = at(*goal)
        lines.append(
            f'<circle cx="{x}" cy="{y}" r="8" fill="none" stroke="#c60" stroke-width="2"/>'
        )
    middle = (WIDTH + LEFT - RIGHT) / 2
    lines.append(
        f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">{escape(labels[0])}</text>'
    )
    turned = f'transform="translate(16 {HEIGHT / 2}) rotate(-90)"'
    lines.append(f'<text {turned} text-anchor="middle">{escape(labels[1])}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"
