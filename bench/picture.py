"""`python -m bench.picture`: draw a run, the cost of its plans and what is proved of them over time."""

import argparse
from html import escape
from pathlib import Path

from bench.federation import make_federation
from placement.solve import solve

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 300, 78, 130, 34, 44
PICTURE = Path(__file__).parents[1] / "docs" / "bounds.svg"
COLOURS = {"cost of the best plan": "#0b5fa5", "proved bound": "#b3541e"}


def main(arguments=None):
    """Run, draw, and return an exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.picture", description=__doc__)
    parser.add_argument("--workloads", type=int, default=10_000)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("-o", "--output", default=PICTURE)
    asked = parser.parse_args(arguments)
    problem = make_federation(asked.workloads, asked.sites, seed=1).problem
    events = []
    plan = solve(problem, time_limit=asked.seconds, on_progress=events.append).plan
    title = (
        f"{asked.workloads:,} workloads on {asked.sites} sites: the gap at the end is "
        f"{100 * float(plan.gap):.2f} %"
    )
    Path(asked.output).write_text(drawn(title, stairs(events), asked.seconds), encoding="utf-8")
    print(f"Wrote {asked.output}")
    return 0


def stairs(events):
    """Return {name: [(seconds, cost)]} of plans that place all, and of bounds."""
    series = {name: [] for name in COLOURS}
    for one in events:
        for name, value in zip(COLOURS, (one.cost, one.bound_cost), strict=True):
            known = value is not None and one.unplaced == 0
            if known and (not series[name] or series[name][-1][1] != value / 1e6):
                series[name].append((one.seconds, value / 1e6))
    return series


def drawn(title, series, seconds):
    """Return an SVG of steps over time; it needs nothing but itself."""
    values = [value for points in series.values() for _, value in points]
    low, high = min(values), max(values)
    low, high = low - 0.06 * (high - low), high + 0.06 * (high - low)

    def x(second):
        return LEFT + (WIDTH - LEFT - RIGHT) * second / seconds

    def y(value):
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
    ]
    for k in range(5):
        value = low + (high - low) * k / 4
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" '
            f'stroke="#ddd"/><text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">'
            f"{value:,.0f}</text>"
        )
    for k in range(6):
        second = seconds * k / 5
        parts.append(
            f'<text x="{x(second):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">'
            f"{second:g} s</text>"
        )
    for name, points in series.items():
        if points:
            parts.append(_line(name, points, x, y, seconds))
    return "\n".join([*parts, "</svg>", ""])


def _line(name, points, x, y, seconds):
    path = [f"M{x(points[0][0]):.1f} {y(points[0][1]):.1f}"]
    path += [f"H{x(second):.1f}V{y(value):.1f}" for second, value in points[1:]]
    path.append(f"H{x(seconds):.1f}")
    return (
        f'<path d="{"".join(path)}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>'
        f'<text x="{x(seconds) + 6:.1f}" y="{y(points[-1][1]) + 4:.1f}" fill="{COLOURS[name]}">'
        f"{escape(name)}</text>"
    )


if __name__ == "__main__":
    raise SystemExit(main())
