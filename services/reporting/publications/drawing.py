"""Charts as SVG that stands in a page by itself: no script, no font, nothing fetched. Each has a title and says what it shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 150, 14, 34
INK, SOFT, BAND, SIGNAL = "#0b0c0c", "#505a5f", "#b1cfe8", "#d4351c"
"""Dark enough on white for small text (WCAG AA); a signal is a ring too, and told in words."""


@dataclass(frozen=True)
class Scale:
    """Where a value stands, upward from `low` to `high`, and a place, from the left."""

    low: float
    high: float
    places: int

    def x(self, place: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (place + 0.5) / max(1, self.places)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Series:
    """One thing over periods; None where there is nothing to show."""

    labels: Sequence[str]
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    """Interval of each value."""
    centre: Sequence[float | None] = ()
    limit_low: Sequence[float | None] = ()
    limit_high: Sequence[float | None] = ()
    signals: Sequence[bool] = ()
    lines: Sequence[tuple[str, float]] = ()
    """Levels published elsewhere."""


def run_chart(title: str, says: str, series: Series, *, low: float, high: float) -> Markup:
    """Values over time with their intervals, the limits they vary within, and levels to set them beside."""
    scale = Scale(low, high, len(series.labels))
    drawn = [
        *_axis(scale, series.labels),
        *_limits(scale, series),
        *(_level(scale, label, value) for label, value in series.lines),
        *(
            _line(scale.x(place), scale.y(bottom), scale.x(place), scale.y(top), BAND, 6)
            for place, (bottom, top) in enumerate(zip(series.low, series.high, strict=True))
            if bottom is not None and top is not None
        ),
        _path(scale, series.values, INK, 2),
        *(
            _dot(scale.x(place), scale.y(value), rings=bool(series.signals) and series.signals[place])
            for place, value in enumerate(series.values)
            if value is not None
        ),
    ]
    return _svg(title, says, drawn, HEIGHT)


def interval_plot(
    title: str,
    says: str,
    rows: Sequence[tuple[str, float | None, float | None, float | None]],
    *,
    low: float,
    high: float,
) -> Markup:
    """One dot a row with its interval: name, value, and between what."""
    step, left = 26, 210
    height = TOP + step * len(rows) + BOTTOM

    def x(value: float) -> float:
        return left + (WIDTH - left - 20) * (value - low) / (high - low)

    drawn = [_text(x(tick), height - 8, f"{tick:g}", anchor="middle") for tick in _ticks(low, high)]
    drawn += [_line(x(tick), TOP, x(tick), height - BOTTOM, "#dee0e2", 1) for tick in _ticks(low, high)]
    for place, (name, value, bottom, top) in enumerate(rows):
        y = TOP + step * (place + 0.5)
        drawn.append(_text(left - 12, y + 4, name, anchor="end"))
        if bottom is not None and top is not None:
            drawn.append(_line(x(bottom), y, x(top), y, BAND, 6))
        drawn.append(_dot(x(value), y) if value is not None else _text(left + 4, y + 4, "too few to show", colour=SOFT))
    return _svg(title, says, drawn, height)


def _svg(title: str, says: str, drawn: Iterable[Markup], height: float) -> Markup:
    return Markup('<svg role="img" viewBox="0 0 {} {:g}" width="100%"><title>{}</title><desc>{}</desc>{}</svg>').format(
        WIDTH, height, title, says, Markup("").join(drawn)
    )


def _axis(scale: Scale, labels: Sequence[str]) -> list[Markup]:
    drawn = []
    for tick in _ticks(scale.low, scale.high):
        drawn.append(_line(LEFT, scale.y(tick), WIDTH - RIGHT, scale.y(tick), "#dee0e2", 1))
        drawn.append(_text(LEFT - 6, scale.y(tick) + 4, f"{tick:g}", anchor="end"))
    every = max(1, len(labels) // 5)
    for place, label in enumerate(labels):
        if (len(labels) - 1 - place) % every == 0:
            drawn.append(_text(scale.x(place), HEIGHT - 12, label, anchor="middle"))
    return drawn


def _limits(scale: Scale, series: Series) -> list[Markup]:
    kinds = ((series.centre, ""), (series.limit_low, "5 4"), (series.limit_high, "5 4"))
    return [_path(scale, values, SOFT, 1, dashes=dashes) for values, dashes in kinds if values]


def _level(scale: Scale, label: str, value: float) -> Markup:
    line = _line(LEFT, scale.y(value), WIDTH - RIGHT, scale.y(value), SOFT, 1, dashes="2 3")
    return line + _text(WIDTH - RIGHT + 6, scale.y(value) + 4, f"{label} {value:g}", colour=SOFT)


def _ticks(low: float, high: float) -> list[float]:
    step = (high - low) / (4 if (high - low) % 5 else 5)
    return [low + step * place for place in range(round((high - low) / step) + 1)]


def _path(scale: Scale, values: Sequence[float | None], colour: str, width: float, *, dashes: str = "") -> Markup:
    """A line through the values, broken where there is none."""
    told, down = [], False
    for place, value in enumerate(values):
        if value is not None:
            told.append(f"{'L' if down else 'M'}{scale.x(place):.1f} {min(max(scale.y(value), 0), HEIGHT):.1f}")
        down = value is not None
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>').format(
        " ".join(told), colour, width, dashes or "none"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, dashes: str = "") -> Markup:
    return Markup(
        '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>'
    ).format(x1, y1, x2, y2, colour, width, dashes or "none")


def _dot(x: float, y: float, *, rings: bool = False) -> Markup:
    dot = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}"/>').format(x, y, SIGNAL if rings else INK)
    ring = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="9" fill="none" stroke="{}" stroke-width="2"/>')
    return dot + ring.format(x, y, SIGNAL) if rings else dot


def _text(x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" font-size="12" text-anchor="{}" fill="{}">{}</text>').format(
        x, y, anchor, colour, escape(text)
    )
