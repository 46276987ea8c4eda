"""The short-lived process that draws charts: the drawing library's memory leaves with it.

It reads one request a line, `{"kind": "svg", "spec": {...}}` or `{"kind": "placed" | "png", "svg":
"..."}`, and answers a line with the number of bytes (negative: an error's text) followed by those
bytes. It ends when its parent does or after `IDLE` seconds without work. No Django here.
"""

import json
import re
import signal
import sys
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg
import vl_convert
from PIL import ImageFont

IDLE = 45
BUILT = Path(__file__).resolve().parent.parent / "static" / "built"
TEXT = re.compile(r"<text([^>]*)>([^<]*)</text>|<tspan([^>]*)>([^<]*)</tspan>")
KHMER = re.compile(r"[\u1780-\u17ff]")
# One written syllable sign: a letter with the letters stacked under it and every sign around it.
CLUSTER = re.compile(
    r"[\u1780-\u17b3\u25cc](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd\u200b-\u200d])*"
    r"|[^\u1780-\u17b3\u25cc]+"
)


def font_file(weight: int) -> Path:
    made = BUILT / f"khmer-{weight}.ttf"
    return made if made.is_file() else fontpkg.path("Noto Sans Khmer")


@cache
def measure(weight: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(weight), 100, layout_engine=ImageFont.Layout.RAQM)


def placed_line(text: str, size: float, weight: int, anchor: str) -> str:
    """The line as one tspan for each cluster at its true place, starting from the anchor."""
    plain = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("\u200b", "")
    ruler, x, parts = measure(weight), 0.0, []
    clusters = CLUSTER.findall(plain)
    widths = [ruler.getlength(cluster) * size / 100 for cluster in clusters]
    x -= {"middle": 0.5, "end": 1.0}.get(anchor, 0.0) * sum(widths)
    for cluster, width in zip(clusters, widths, strict=True):
        safe = cluster.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parts.append(f'<tspan x="{x:.2f}" xml:space="preserve">{safe}</tspan>')
        x += width
    return "".join(parts)


def placed(svg: str) -> str:
    """The SVG with every Khmer cluster put at its place.

    The library that makes pixels (and the one that prints) gives a cluster of several glyphs the
    room of its widest one only, so Khmer letters would run over each other.
    """

    def attribute(name: str, text: str, other: str) -> str:
        found = re.search(rf'{name}="([^"]*)"', text)
        return found.group(1) if found else other

    def one(found: re.Match[str]) -> str:
        attributes, text = found.group(1), found.group(2)
        if attributes is None or not KHMER.search(text or ""):
            return found.group()
        size = float(attribute("font-size", attributes, "13").removesuffix("px"))
        weight = 600 if attribute("font-weight", attributes, "400") in ("600", "bold", "700") else 400
        line = placed_line(text, size, weight, attribute("text-anchor", attributes, "start"))
        kept = re.sub(r' text-anchor="[^"]*"', "", attributes)
        return f'<text{kept} text-anchor="start">{line}</text>'

    return TEXT.sub(one, svg)


def drawn(asked: dict[str, Any]) -> bytes:
    """What was asked for: SVG for a page, SVG with placed clusters for print, PNG of twice the size."""
    if asked["kind"] == "svg":
        return str(vl_convert.vegalite_to_svg(asked["spec"])).encode()
    svg = placed(str(asked["svg"]))
    return bytes(vl_convert.svg_to_png(svg, scale=2)) if asked["kind"] == "png" else svg.encode()


def main() -> None:
    vl_convert.register_font_directory(str(font_file(400).parent))
    out = sys.stdout.buffer
    signal.alarm(IDLE)
    for line in sys.stdin.buffer:
        signal.alarm(0)
        try:
            answer, sign = drawn(json.loads(line)), 1
        except Exception as error:
            answer, sign = str(error).encode(), -1
        out.write(b"%d\n" % (sign * len(answer)) + answer)
        out.flush()
        signal.alarm(IDLE)


if __name__ == "__main__":
    main()
