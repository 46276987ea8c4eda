"""Charts as data: each function gives one Vega-Lite specification and the table behind it.

The same specification becomes SVG in a page and on paper and PNG in a chat. Labels stand above their
rows, so a long Khmer name never squeezes the picture on a narrow telephone.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from samleng.doors.web.drawing import for_page, key, picture
from samleng.doors.web.templatetags.said import _exact, broken_khmer, digits, median, say

WIDTH = 316
INK, SOFT, EDGE, LINE, SHEET = "#23201B", "#575044", "#7C7263", "#D9CDB8", "#FFFDF9"
RIVER, KRAMA = "#0D4B46", "#93283F"
FILLS = {
    2: ("#E5A996", "#93C6B4"),
    3: ("#E5A996", "#F4E9C6", "#93C6B4"),
    5: ("#E5A996", "#F2CFAA", "#F4E9C6", "#CBDFC6", "#93C6B4"),
}
# The two sides differ by shape and by fill, so they stay apart without colour.
CITIZENS = {"shape": "circle", "size": 150, "fill": RIVER, "stroke": SHEET, "strokeWidth": 1.2, "opacity": 1}
PROVIDERS = {"shape": "diamond", "size": 160, "fill": SHEET, "stroke": INK, "strokeWidth": 2.2, "opacity": 1}
TONES = {
    "": "#C9BFAF",
    "go": "#8FB3D3",
    "good": "#93C6B4",
    "sure": RIVER,
    "care": "#FFC94D",
    "bad": "#D98A93",
}


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


def _ems(text: str) -> float:
    """About how wide a text is, in ems: signs above and below a letter take no room of their own."""
    width, below = 0.0, False
    for letter in text:
        kind = unicodedata.category(letter)
        if not (below or kind in ("Mn", "Cf")):
            khmer = "\u1780" <= letter <= "\u17ff"
            width += 0.36 if kind == "Mc" else 0.68 if khmer else 0.3 if letter == " " else 0.57
        below = letter == "\u17d2"
    return width


def lines(text: str, size: float = 13, width: float = WIDTH) -> list[str]:
    """A text cut into lines that fit, between Khmer words where there are no spaces."""
    pieces = [piece for word in text.split(" ") for piece in [*broken_khmer(word, "\x00").split("\x00"), " "]]
    done, line = [], ""
    for piece in pieces[:-1]:
        if line.strip() and _ems((line + piece).strip()) * size > width:
            done.append(line.strip())
            line = ""
        line += piece
    return [*done, line.strip()]


def _text(values: list[dict[str, Any]], **mark: Any) -> dict[str, Any]:
    return {
        "data": {"values": values},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": 13, "color": INK, **mark},
        "encoding": {"x": _at("x"), "y": _at("y"), "text": {"field": "text", "type": "nominal"}},
    }


def _at(name: str) -> dict[str, Any]:
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def _marks(
    kind: str, values: list[dict[str, Any]], channels: Sequence[str] = ("x", "y"), **mark: Any
) -> dict[str, Any]:
    encoding: dict[str, Any] = {name: {**_at(name)} for name in channels}
    for name in ("x2", "y2"):
        if name in encoding:
            encoding[name] = {"field": name}
    if values and "fill" in values[0]:
        encoding["fill"] = {"field": "fill", "type": "nominal", "scale": None}
    return {"data": {"values": values}, "mark": {"type": kind, **mark}, "encoding": encoding}


def _sample_layer(height: float) -> dict[str, Any]:
    """SAMPLE across the whole picture, so that no cut-out of it can pass for a result."""
    words = [
        {
            "x": 14 + 108 * column + 34 * (row % 2),
            "y": 24 + 62 * row,
            "text": ("SAMPLE", "គំរូ")[(row + column) % 2],
        }
        for row in range(max(1, int(height // 62) + 1))
        for column in range(3)
    ]
    return _text(words, fontSize=22, fontWeight=600, color=KRAMA, opacity=0.2, angle=-24)


def _spec(title: str, layers: list[dict[str, Any]], height: float, sample: bool) -> dict[str, Any]:
    heading = lines(str(title), 15, WIDTH)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH, "height": height, "padding": 6, "background": SHEET,
        "title": {
            "text": heading, "anchor": "start", "frame": "group", "fontSize": 15, "fontWeight": 600,
            "lineHeight": 25, "color": INK, "offset": 2,
        },
        "layer": [*layers, *([_sample_layer(height)] if sample else [])],
        "view": {"stroke": None}, "config": {"font": "Noto Sans Khmer"},
    }  # fmt: skip


def histogram(
    title: str, points: Sequence[Mapping[str, Any]], counts: Sequence[int], *, sample: bool = False
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
        _marks("rect", bars, ("x", "x2", "y", "y2"), stroke=INK, strokeWidth=1, cornerRadius=2),
        _text(labels), _text(ends, fontWeight=600),
    ]  # fmt: skip
    return Chart(title, (_("Score"), _("People")), tuple(rows), _spec(title, layers, y - 12, sample))


def two_sides(
    title: str, criteria: Sequence[tuple[str, Any, Any]], *, low: Any = 1, high: Any = 5,
    sides: tuple[str, str] | None = None, sample: bool = False,
) -> Chart:  # fmt: skip
    """Both sides' medians criterion by criterion, (name, citizens, providers), with the gap drawn between."""
    ours, theirs = sides or (_("Citizens"), _("Providers"))
    least, most = Fraction(str(low)), Fraction(str(high))

    def across(value: Any) -> float:
        return 10 + float((Fraction(str(_exact(value))) - least) / (most - least)) * (WIDTH - 72)

    names, rails, ticks, gaps, a, b, said, rows = [], [], [], [], [], [], [], []
    y = 12.0
    for name, mine, other in criteria:
        for line in lines(name):
            names.append({"x": 0, "y": y, "text": line})
            y += 23
        y += 3
        rails.append({"x": 10, "x2": WIDTH - 62, "y": y})
        ticks += [{"x": across(least + (most - least) * i / 4), "y": y - 5, "y2": y + 5} for i in range(5)]
        both = mine is not None and other is not None
        gap = abs(Fraction(str(_exact(mine))) - Fraction(str(_exact(other)))) if both else None
        if both:
            gaps.append({"x": across(mine), "x2": across(other), "y": y})
        a += [{"x": across(mine), "y": y}] if mine is not None else []
        b += [{"x": across(other), "y": y}] if other is not None else []
        said.append({"x": WIDTH - 46, "y": y, "text": f"{median(mine)} | {median(other)}"})
        rows.append((name, median(mine), median(other), median(gap)))
        y += 33
    key_row = [{"x": 20, "y": y + 2, "text": ours}, {"x": 44 + _ems(ours) * 13, "y": y + 2, "text": theirs}]
    layers = [
        _marks("rule", rails, ("x", "x2", "y"), color=EDGE, strokeWidth=1.5),
        _marks("rule", ticks, ("x", "y", "y2"), color=EDGE, strokeWidth=1),
        _marks("rule", gaps, ("x", "x2", "y"), color=KRAMA, strokeWidth=5),
        _marks("point", [*b, {"x": 32 + _ems(ours) * 13, "y": y + 2}], **PROVIDERS),
        _marks("point", [*a, {"x": 8, "y": y + 2}], **CITIZENS),
        _text(names), _text(said, fontWeight=600), _text(key_row, fontSize=12.5, color=SOFT),
    ]  # fmt: skip
    columns = (_("Criterion"), ours, theirs, _("Gap"))
    return Chart(title, columns, tuple(rows), _spec(title, layers, y + 14, sample))


def promises(title: str, statuses: Sequence[tuple[str, str, int]], *, sample: bool = False) -> Chart:
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
        _marks("rect", frames, box, fill="#F1E9DA", stroke=EDGE, strokeWidth=0.8, cornerRadius=3),
        _marks("rect", bars, box, stroke=INK, strokeWidth=1, cornerRadius=3),
        _text(labels), _text(ends, fontSize=12.5, fontWeight=600),
    ]  # fmt: skip
    columns = (_("Status"), _("Promises"), _("Share"))
    return Chart(title, columns, tuple(rows), _spec(title, layers, y - 10, sample))


def trend(
    title: str, years: Sequence[tuple[Any, Any, Any]], *, low: Any = 1, high: Any = 5,
    sides: tuple[str, str] | None = None, sample: bool = False,
) -> Chart:  # fmt: skip
    """Both sides' medians year by year, (year, citizens, providers); a missing year leaves a gap."""
    ours, theirs = sides or (_("Citizens"), _("Providers"))
    step, tall = (WIDTH - 70) / max(1, len(years) - 1), 150
    least, most = float(low), float(high)

    def up(value: Any) -> float:
        return 12 + (most - float(_exact(value) or 0)) / (most - least) * tall

    scale = [least + (most - least) * i / 4 for i in range(5)]
    rails = [{"x": 34, "x2": WIDTH - 20, "y": up(value)} for value in scale]
    marks = [{"x": 0, "y": up(value), "text": median(value)} for value in scale]
    below = [{"x": 44 + i * step, "y": tall + 36, "text": str(year[0])} for i, year in enumerate(years)]
    dots: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    for i, year in enumerate(years):
        for side in (1, 2):
            if year[side] is not None:
                dots[side].append({"x": 44 + i * step, "y": up(year[side]), "n": i})
    y = tall + 66
    key_row = [{"x": 20, "y": y, "text": ours}, {"x": 44 + _ems(ours) * 13, "y": y, "text": theirs}]
    layers = [_marks("rule", rails, ("x", "x2", "y"), color=LINE, strokeWidth=1)]
    for side, colour, dash in ((2, INK, [5, 4]), (1, RIVER, [1, 0])):
        joined = [
            {"x": a["x"], "y": a["y"], "x2": b["x"], "y2": b["y"]}
            for a, b in pairwise(dots[side])
            if b["n"] == a["n"] + 1
        ]
        if joined:
            drawn = _marks(
                "rule", joined, ("x", "y", "x2", "y2"), color=colour, strokeWidth=2.6, strokeDash=dash
            )
            layers.append(drawn)
    layers += [
        _marks("point", [*dots[2], {"x": 32 + _ems(ours) * 13, "y": y}], **PROVIDERS),
        _marks("point", [*dots[1], {"x": 8, "y": y}], **CITIZENS),
        _text(marks, color=SOFT), _text(below, align="center", color=SOFT),
        _text(key_row, fontSize=12.5, color=SOFT),
    ]  # fmt: skip
    rows = tuple((str(year), median(mine), median(other)) for year, mine, other in years)
    return Chart(title, (_("Year"), ours, theirs), rows, _spec(title, layers, y + 14, sample))
