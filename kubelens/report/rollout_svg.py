"""A rollout as an SVG chart: stacked bars, one for each step, and the desired line. The same input, the same bytes."""

from __future__ import annotations

from typing import Final

from kubelens.predict.api import Prediction
from kubelens.predict.controllers.rollout.rollout import Rollout
from kubelens.report.markup import escape
from kubelens.report.rollout import PARTS, Row, headline, rows_of

COLOURS: Final = ("#2f6fb3", "#9dc3e6", "#c9ced6", "#2f9e62", "#a9dfbf", "#e0b4b4")
WIDTH: Final = 760
PLOT_TOP: Final = 64
PLOT_HEIGHT: Final = 220
LEFT: Final = 48
RIGHT: Final = 16
MOST_BARS: Final = 120
ROOM: Final = 16
# What is ready stands at the bottom, what goes away on top; white figures on the dark parts.
STACK: Final = (0, 3, 1, 4, 2, 5)
DARK: Final = (0, 3)


def as_svg(prediction: Prediction[Rollout]) -> str:
    """One chart; a refusal is a line of text."""
    rollout = prediction.answer
    title = escape(f"{rollout.kind} {rollout.name}: {headline(rollout)}")
    rows = rows_of(rollout)[:MOST_BARS]
    height = PLOT_TOP + PLOT_HEIGHT + 84 if rows else 48
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="{title}">',
        f'<rect class="paper" width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="15" font-weight="600" fill="#1f2933">{title}</text>',
    ]
    if rows:
        parts += _plot(rollout, rows)
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _plot(rollout: Rollout, rows: list[Row]) -> list[str]:
    top = max([row.total for row in rows] + [rollout.replicas, 1])
    slot = (WIDTH - LEFT - RIGHT) / len(rows)
    bar = min(48.0, slot * 0.78)
    base = PLOT_TOP + PLOT_HEIGHT
    found = _grid(top, base)
    figures: list[str] = []
    desired = rollout.kind in ("Deployment", "StatefulSet")
    line = base - rollout.replicas * PLOT_HEIGHT / top
    every = max(1, -(-len(rows) // 20))
    for number, row in enumerate(rows):
        x = LEFT + number * slot + (slot - bar) / 2
        y = float(base)
        for index in STACK:
            count, colour = row.pods[index], COLOURS[index]
            if not count:
                continue
            size = count * PLOT_HEIGHT / top
            y -= size
            found.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{bar:.1f}" height="{size:.1f}" fill="{colour}">'
                f"<title>step {row.tick}: {count} {PARTS[index][0]}</title></rect>"
            )
            if size >= ROOM and bar >= ROOM:
                ink = "#ffffff" if index in DARK else "#1f2933"
                middle = _clear_of(line, y, size) if desired else y + size / 2
                figures.append(_text(x + bar / 2, middle + 4, str(count), ink, "middle"))
        if number % every == 0:
            figures.append(_text(x + bar / 2, base + 16, str(row.tick), "#52606d", "middle"))
    if desired:
        found.append(
            f'<line x1="{LEFT}" y1="{line:.1f}" x2="{WIDTH - RIGHT}" y2="{line:.1f}" '
            'stroke="#1f2933" stroke-dasharray="5 4"/>'
        )
        found.append(_text(WIDTH - RIGHT, line - 5, f"desired {rollout.replicas}", "#1f2933", "end"))
    found += figures
    found.append(f'<text x="{LEFT}" y="{base + 34}" fill="#52606d">steps</text>')
    return [*found, *_legend(rows, base + 58)]


def _clear_of(line: float, y: float, size: float) -> float:
    """The middle of a part of a bar, or of the larger piece of it where the desired line would strike the figure out."""
    if abs(y + size / 2 - line) >= ROOM / 2:
        return y + size / 2
    above, below = line - y, y + size - line
    return y + above / 2 if above >= below else line + below / 2


def _grid(top: int, base: int) -> list[str]:
    step = next(size for power in range(10) for size in (10**power, 2 * 10**power, 5 * 10**power) if size * 6 >= top)
    found = []
    for value in range(0, top + 1, step):
        y = base - value * PLOT_HEIGHT / top
        found.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#e4e7eb"/>')
        found.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#52606d">{value}</text>')
    return found


def _legend(rows: list[Row], y: int) -> list[str]:
    found: list[str] = []
    x = LEFT
    for number, ((name, _, _), colour) in enumerate(zip(PARTS, COLOURS, strict=True)):
        if any(row.pods[number] for row in rows):
            found.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>')
            found.append(f'<text x="{x + 18}" y="{y}" fill="#1f2933">{name}</text>')
            x += 28 + 7 * len(name)
    return found


def _text(x: float, y: float, text: str, colour: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'
