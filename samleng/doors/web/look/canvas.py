"""The canvas every chart is drawn on: sizes, colours, lines of text and marks as Vega-Lite layers."""

import unicodedata
from typing import Any

from samleng.doors.web.templatetags.said import broken_khmer

WIDTH = 316
INK, SOFT, EDGE, LINE, SHEET = "#23201B", "#575044", "#7C7263", "#D9CDB8", "#FFFDF9"
RIVER, KRAMA = "#0D4B46", "#93283F"
# The two sides differ by shape and by fill, so they stay apart without colour.
CITIZENS = {"shape": "circle", "size": 150, "fill": RIVER, "stroke": SHEET, "strokeWidth": 1.2, "opacity": 1}
PROVIDERS = {"shape": "diamond", "size": 160, "fill": SHEET, "stroke": INK, "strokeWidth": 2.2, "opacity": 1}


def ems(text: str) -> float:
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
        if line.strip() and ems((line + piece).strip()) * size > width:
            done.append(line.strip())
            line = ""
        line += piece
    return [*done, line.strip()]


def text_marks(values: list[dict[str, Any]], **mark: Any) -> dict[str, Any]:
    """Texts at their (x, y), left and middle unless told."""
    return {
        "data": {"values": values},
        "mark": {"type": "text", "align": "left", "baseline": "middle", "fontSize": 13, "color": INK, **mark},
        "encoding": {"x": at("x"), "y": at("y"), "text": {"field": "text", "type": "nominal"}},
    }


def at(name: str) -> dict[str, Any]:
    """A channel that takes its number as a place in the picture, with no scale and no axis."""
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


def marks(
    kind: str, values: list[dict[str, Any]], channels: tuple[str, ...] = ("x", "y"), **mark: Any
) -> dict[str, Any]:
    """Marks of one kind at their places; a value's own "fill" colours it."""
    encoding: dict[str, Any] = {name: {**at(name)} for name in channels}
    for name in ("x2", "y2"):
        if name in encoding:
            encoding[name] = {"field": name}
    if values and "fill" in values[0]:
        encoding["fill"] = {"field": "fill", "type": "nominal", "scale": None}
    return {"data": {"values": values}, "mark": {"type": kind, **mark}, "encoding": encoding}


def sample_layer(height: float) -> dict[str, Any]:
    """SAMPLE across the whole picture, so that no cut-out of it can pass for a result."""
    words = [
        {
            "x": 14 + 108 * column + 34 * (row % 2),
            "y": 24 + 62 * row,
            "text": ("SAMPLE", "គំរូ")[(row + column) % 2],
        }
        for row in range(max(1, int((height - 34) // 62) + 1))
        for column in range(3)
    ]
    return text_marks(words, fontSize=22, fontWeight=600, color=KRAMA, opacity=0.2, angle=-24)


def spec(title: str, layers: list[dict[str, Any]], height: float, sample: bool) -> dict[str, Any]:
    """The whole specification: title, layers, and SAMPLE over all of it where the figures are invented."""
    heading = lines(str(title), 15, WIDTH)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH, "height": height, "padding": 6, "background": SHEET,
        "title": {
            "text": heading, "anchor": "start", "frame": "group", "fontSize": 15, "fontWeight": 600,
            "lineHeight": 25, "color": INK, "offset": 2,
        },
        "layer": [*layers, *([sample_layer(height)] if sample else [])],
        "view": {"stroke": None}, "config": {"font": "Noto Sans Khmer"},
    }  # fmt: skip


def sides_layers(
    names: tuple[str, str], ours: list[dict[str, Any]], theirs: list[dict[str, Any]], y: float
) -> list[dict[str, Any]]:
    """Both sides' points, citizens on top, and the key that names them at height y."""
    second = 44 + ems(names[0]) * 13
    said = [{"x": 20, "y": y, "text": names[0]}, {"x": second, "y": y, "text": names[1]}]
    return [
        marks("point", [*theirs, {"x": second - 12, "y": y}], ("x", "y"), **PROVIDERS),
        marks("point", [*ours, {"x": 8, "y": y}], ("x", "y"), **CITIZENS),
        text_marks(said, fontSize=12.5, color=SOFT),
    ]
