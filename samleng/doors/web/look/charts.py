"""Charts as data: each function gives one Vega-Lite specification and the table behind it.

The same specification becomes SVG in a page and on paper and PNG in a chat. Labels stand above their
rows, so a long Khmer name never squeezes the picture on a narrow telephone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from samleng.doors.web.look.canvas import (
    EDGE,
    INK,
    KRAMA,
    LINE,
    RIVER,
    SOFT,
    WIDTH,
    lines,
    marks,
    sides_layers,
    spec,
    text_marks,
)  # fmt: skip
from samleng.doors.web.look.drawing import for_page, key, picture
from samleng.doors.web.templatetags.said import digits, exact, median, say

FILLS = {
    2: ("#E5A996", "#93C6B4"),
    3: ("#E5A996", "#F4E9C6", "#93C6B4"),
    5: ("#E5A996", "#F2CFAA", "#F4E9C6", "#CBDFC6", "#93C6B4"),
}
TONES = {
    "": "#C9BFAF",
    "go": "#8FB3D3",
    "good": "#93C6B4",
    "sure": RIVER,
    "care": "#FFC94D",
    "bad": "#D98A93",
}


# A title may be a lazy translation; it is settled when the chart is made.
Text = Any


@dataclass(frozen=True)
class Chart:
    """A picture to be drawn, and the same figures as a table for those who read or listen."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    spec: dict[str, Any] = field(hash=False)

    @property
    def alt(self) -> str:
        """The picture in words: its title and every row."""
        return f"{self.title}. " + "; ".join(": ".join([row[0], ", ".join(row[1:])]) for row in self.rows)


def svg(chart: Chart) -> str:
    """The chart as SVG for a page; its name for those who listen is the whole table."""
    return for_page(picture(chart.spec).decode(), key(chart.spec), chart.alt)


def print_svg(chart: Chart) -> str:
    """The same SVG for a print engine that does not space Khmer clusters itself (typst, among others)."""
    return picture(chart.spec, "placed").decode()


def png(chart: Chart) -> bytes:
    """The chart as a PNG of twice its size, for chats and share cards."""
    return picture(chart.spec, "png")


def histogram(
    title: Text, points: Sequence[Mapping[str, Any]], counts: Sequence[int], *, sample: bool = False
) -> Chart:
    """How the votes fell: one bar for each class of the scale, its count at its end."""
    most, fills = max([*counts, 1]), FILLS.get(len(counts), FILLS[5])
    labels, bars, ends, rows, y = [], [], [], [], 10.0
    for i, (point, count) in enumerate(zip(points, counts, strict=True)):
        name = f"{point['value']} · {say(point.get('label'))}"
        labels.append({"x": 0, "y": y, "text": name})
        bars.append(
            {
                "x": 0,
                "x2": max(1.5, 276 * count / most),
                "y": y + 13,
                "y2": y + 31,
                "fill": fills[i % len(fills)],
            }
        )
        ends.append({"x": 276 * count / most + 5, "y": y + 22, "text": digits(count)})
        rows.append((name, digits(count)))
        y += 54
    layers = [
        marks("rect", bars, ("x", "x2", "y", "y2"), stroke=INK, strokeWidth=1, cornerRadius=2),
        text_marks(labels), text_marks(ends, fontWeight=600),
    ]  # fmt: skip
    columns = (_("Score"), pgettext("how many", "People"))
    return Chart(str(title), columns, tuple(rows), spec(title, layers, y - 12, sample))


def two_sides(
    title: Text, criteria: Sequence[tuple[str, Any, Any]], *, low: Any = 1, high: Any = 5,
    sides: tuple[str, str] | None = None, sample: bool = False,
) -> Chart:  # fmt: skip
    """Both sides' medians criterion by criterion, (name, citizens, providers), with the gap drawn between."""
    both = sides or (_("Citizens"), _("Providers"))
    least, most = Fraction(str(low)), Fraction(str(high))

    def across(value: Any) -> float:
        return 10 + float(((exact(value) or least) - least) / (most - least)) * (WIDTH - 72)

    names, rails, ticks, gaps, ours, theirs, said, rows = [], [], [], [], [], [], [], []
    y = 12.0
    for name, mine, other in criteria:
        for line in lines(name):
            names.append({"x": 0, "y": y, "text": line})
            y += 23
        y += 3
        rails.append({"x": 10, "x2": WIDTH - 62, "y": y})
        ticks += [{"x": across(least + (most - least) * i / 4), "y": y - 5, "y2": y + 5} for i in range(5)]
        gaps += [{"x": across(mine), "x2": across(other), "y": y}] if None not in (mine, other) else []
        ours += [{"x": across(mine), "y": y}] if mine is not None else []
        theirs += [{"x": across(other), "y": y}] if other is not None else []
        said.append({"x": WIDTH - 46, "y": y, "text": f"{median(mine)} | {median(other)}"})
        rows.append((name, median(mine), median(other), median(distance(mine, other))))
        y += 33
    layers = [
        marks("rule", rails, ("x", "x2", "y"), color=EDGE, strokeWidth=1.5),
        marks("rule", ticks, ("x", "y", "y2"), color=EDGE, strokeWidth=1),
        marks("rule", gaps, ("x", "x2", "y"), color=KRAMA, strokeWidth=5),
        *sides_layers(both, ours, theirs, y + 2),
        text_marks(names), text_marks(said, fontWeight=600),
    ]  # fmt: skip
    return Chart(
        str(title), (_("Criterion"), *both, _("Gap")), tuple(rows), spec(title, layers, y + 14, sample)
    )


def promises(title: Text, statuses: Sequence[tuple[str, Text, int]], *, sample: bool = False) -> Chart:
    """What became of the promises: (tone, word, count) for each status, of all of them."""
    total = sum(count for _tone, _word, count in statuses)
    labels, frames, bars, ends, rows, y = [], [], [], [], [], 10.0
    for tone, word, count in statuses:
        labels.append({"x": 0, "y": y, "text": str(word)})
        frames.append({"x": 0, "x2": 256, "y": y + 13, "y2": y + 29})
        if count:
            bars.append(
                {
                    "x": 0,
                    "x2": 256 * count / total,
                    "y": y + 13,
                    "y2": y + 29,
                    "fill": TONES.get(tone, TONES[""]),
                }
            )
        share = _("%(n)s of %(all)s") % {"n": digits(count), "all": digits(total)}
        ends.append({"x": 262, "y": y + 21, "text": share})
        rows.append((str(word), digits(count), f"{100 * count / total:.0f} %" if total else "–"))
        y += 50
    box = ("x", "x2", "y", "y2")
    layers = [
        marks("rect", frames, box, fill="#F1E9DA", stroke=EDGE, strokeWidth=0.8, cornerRadius=3),
        marks("rect", bars, box, stroke=INK, strokeWidth=1, cornerRadius=3),
        text_marks(labels), text_marks(ends, fontSize=12.5, fontWeight=600),
    ]  # fmt: skip
    columns = (_("Status"), _("Promises"), _("Per cent"))
    return Chart(str(title), columns, tuple(rows), spec(title, layers, y - 10, sample))


def trend(
    title: Text, years: Sequence[tuple[Any, Any, Any]], *, low: Any = 1, high: Any = 5,
    sides: tuple[str, str] | None = None, sample: bool = False,
) -> Chart:  # fmt: skip
    """Both sides' medians year by year, (year, citizens, providers); a missing year leaves a gap."""
    both = sides or (_("Citizens"), _("Providers"))
    step, tall = (WIDTH - 70) / max(1, len(years) - 1), 150
    least, most = float(low), float(high)

    def up(value: Any) -> float:
        return 12 + (most - float(exact(value) or 0)) / (most - least) * tall

    scale = [least + (most - least) * i / 4 for i in range(5)]
    rails = [{"x": 34, "x2": WIDTH - 20, "y": up(value)} for value in scale]
    levels = [{"x": 0, "y": up(value), "text": median(value)} for value in scale]
    below = [{"x": 44 + i * step, "y": tall + 36, "text": str(year[0])} for i, year in enumerate(years)]
    ours, theirs = (
        [
            {"x": 44 + i * step, "y": up(year[side]), "n": i}
            for i, year in enumerate(years)
            if year[side] is not None
        ]
        for side in (1, 2)
    )
    layers = [
        marks("rule", rails, ("x", "x2", "y"), color=LINE, strokeWidth=1),
        joined(theirs, color=INK, strokeDash=[5, 4]), joined(ours, color=RIVER),
        *sides_layers(both, ours, theirs, tall + 66),
        text_marks(levels, color=SOFT), text_marks(below, align="center", color=SOFT),
    ]  # fmt: skip
    rows = tuple((str(year), median(mine), median(other)) for year, mine, other in years)
    return Chart(str(title), (_("Year"), *both), rows, spec(title, layers, tall + 80, sample))


def joined(dots: Sequence[Mapping[str, Any]], **mark: Any) -> dict[str, Any]:
    """A line from each year's dot to the next year's, and none over a year without one."""
    segments = [
        {"x": a["x"], "y": a["y"], "x2": b["x"], "y2": b["y"]}
        for a, b in pairwise(dots)
        if b["n"] == a["n"] + 1
    ]
    return marks("rule", segments, ("x", "y", "x2", "y2"), strokeWidth=2.6, **mark)


def distance(one: Any, other: Any) -> Fraction | None:
    """How far two medians stand apart, exactly; None when either is missing."""
    a, b = exact(one), exact(other)
    return None if a is None or b is None else abs(a - b)
