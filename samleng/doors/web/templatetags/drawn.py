"""Small pictures drawn into the page: faces, icons, status shapes, histograms, the line between two sides.

Everything is inline SVG whose lengths are attributes, so a strict content policy allows it and a
printer or a saved page keeps it.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samleng.doors.web.templatetags.said import digits, exact, median, say

register = template.Library()
FACES = Path(__file__).resolve().parent.parent / "static" / "faces"


@cache
def _inside(path: Path) -> str:
    """A drawing of ours without its outer tag and title, as the page wraps it anew; "" when there is none."""
    if not path.is_file():
        return ""
    drawing = re.sub(r"<title>.*?</title>", "", path.read_text())
    return re.sub(r"^<svg[^>]*>|</svg>\s*$", "", drawing)


@cache
def _icon_inside(name: str) -> str:
    spec = find_spec("heroicons")
    if spec is None or spec.origin is None or not re.fullmatch(r"[a-z0-9-]+", name):
        return ""
    with zipfile.ZipFile(Path(spec.origin).parent / "heroicons.zip") as icons:
        try:
            drawing = icons.read(f"outline/{name}.svg").decode()
        except KeyError:
            return ""
    return re.sub(r"\s+", " ", re.sub(r"</?svg[^>]*>", "", drawing)).strip()


def _named(label: object) -> SafeString:
    """Attributes that name a picture, or hide it from those who listen where the words stand beside it."""
    text = say(label)
    if text:
        return format_html('role="img" aria-label="{}"', text)
    return mark_safe('aria-hidden="true" focusable="false"')


@register.simple_tag
def face(key: str, label: object = "", size: str = "") -> SafeString:
    """A face of the scale by its key (face-1 ... 5, three-1 ... 3, yes, no, bar); the label is read out."""
    inside = _inside(FACES / f"{key}.svg") if re.fullmatch(r"[a-z0-9-]+", str(key)) else ""
    if not inside:
        return format_html('<span class="face">{}</span>', say(label))
    title = format_html("<title>{}</title>", say(label)) if say(label) else ""
    return format_html(
        '<svg class="face {}" viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="2.6" '
        'stroke-linecap="round" stroke-linejoin="round" {}>{}{}</svg>',
        size, _named(label), title, mark_safe(inside),  # noqa: S308  drawn or escaped here
    )  # fmt: skip


@register.simple_tag
def icon(name: str, label: object = "") -> SafeString:
    """One outline icon of the set by its name; without a label it only decorates."""
    return format_html(
        '<svg class="icon" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="1.8" {}>{}</svg>',
        _named(label),
        mark_safe(_icon_inside(name)),  # noqa: S308  drawn or escaped here
    )


def nearest_points(value: object, points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The point a median falls on, or the two it lies between: 3.5 is neither 3 nor 4."""
    number = exact(value) if value is not None and value != "" else None
    if number is None or not points:
        return []
    on = [point for point in points if exact(point["value"]) == number]
    if on:
        return on
    below = [point for point in points if (exact(point["value"]) or 0) < number]
    above = [point for point in points if (exact(point["value"]) or 0) > number]
    return below[-1:] + above[:1]


@register.simple_tag
def faces_for(value: object, points: Sequence[Mapping[str, Any]], size: str = "") -> SafeString:
    """The face of a median, or both faces it lies between, named once with the exact number."""
    near = nearest_points(value, points)
    if not near:
        return mark_safe("")
    if str(near[0].get("picture", "")) == "bar" or len(points) > 11:
        return gauge(value, points[0]["value"], points[-1]["value"])
    words = " – ".join(say(point.get("label")) for point in near)
    drawn = format_html_join("", "{}", ((face(point["picture"], "", size),) for point in near))
    return format_html(
        '<span class="pair" role="img" aria-label="{}: {}">{}</span>', median(value), words, drawn
    )


@register.simple_tag
def gauge(value: object, low: object = 0, high: object = 100) -> SafeString:
    """A filled bar from the lowest to the highest score, for scales without faces."""
    number, least, most = exact(value), exact(low), exact(high)
    if number is None or least is None or most is None or most <= least:
        return mark_safe("")
    width = float((number - least) / (most - least) * 156)
    label = _("%(value)s, from %(low)s to %(high)s") % {
        "value": median(value), "low": digits(low), "high": digits(high),
    }  # fmt: skip
    return format_html(
        '<svg class="gauge" viewBox="0 0 160 24" role="img" aria-label="{}">'
        '<rect x="1" y="4" width="158" height="16" rx="8" fill="#FFFDF9" stroke="currentColor" '
        'stroke-width="2"/><rect x="2" y="5" width="{}" height="14" rx="7" fill="#0D4B46"/></svg>',
        label, f"{width:.1f}",
    )  # fmt: skip


@register.simple_tag
def histogram(counts: Sequence[int] | None, points: Sequence[Mapping[str, Any]] = ()) -> SafeString:
    """One bar for each class of the scale with its count above and its number below."""
    if not counts:
        return mark_safe("")
    fills = {3: ("#E5A996", "#F4E9C6", "#93C6B4")}.get(
        len(counts), ("#E5A996", "#F2CFAA", "#F4E9C6", "#CBDFC6", "#93C6B4")
    )
    most, step = max(max(counts), 1), 200 / len(counts)
    bars, said = [], []
    for i, count in enumerate(counts):
        point = points[i] if i < len(points) else {"value": i + 1}
        height = 58 * count / most
        x, width = i * step + 4, step - 8
        bars.append(format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}" '
            'stroke="currentColor" stroke-width="1.2"/>'
            '<text x="{}" y="{}" text-anchor="middle">{}</text>'
            '<text class="axis" x="{}" y="90" text-anchor="middle">{}</text>',
            f"{x:.1f}", f"{74 - height:.1f}", f"{width:.1f}", f"{max(height, 0.6):.1f}",
            fills[i % len(fills)],
            f"{x + width / 2:.1f}", f"{70 - height:.1f}", digits(count),
            f"{x + width / 2:.1f}", point["value"],
        ))  # fmt: skip
        people = ngettext("%(n)s person", "%(n)s people", count) % {"n": digits(count)}
        said.append(f"{say(point.get('label')) or point['value']}: {people}")
    return format_html(
        '<svg class="hist" viewBox="0 0 200 94" role="img" aria-label="{}">{}'
        '<path d="M0 74.6h200" stroke="currentColor" stroke-width="1.4"/></svg>',
        "; ".join(said), format_html_join("", "{}", ((bar,) for bar in bars)),
    )  # fmt: skip


def _track_label(ours: object, theirs: object, gap: Fraction | None) -> str:
    parts = []
    if ours is not None:
        parts.append(_("Citizens %(value)s") % {"value": median(ours)})
    if theirs is not None:
        parts.append(_("Providers %(value)s") % {"value": median(theirs)})
    if gap is not None:
        parts.append(_("Gap %(value)s") % {"value": median(gap)})
    return "; ".join(parts)


@register.simple_tag
def track(ours: object = None, theirs: object = None, low: object = 1, high: object = 5) -> SafeString:
    """Both sides' medians on one line: filled circle citizens, open diamond providers, the gap between."""
    least, most = exact(low) or Fraction(0), exact(high) or Fraction(5)
    a = exact(ours) if ours not in (None, "") else None
    b = exact(theirs) if theirs not in (None, "") else None
    if (a is None and b is None) or most <= least:
        return mark_safe("")

    def at(value: Fraction) -> float:
        return 14 + float((value - least) / (most - least)) * 212

    ticks = [least + (most - least) * i / 4 for i in range(5)]
    drawn = [format_html(
        '<path d="M{0} 15v10" stroke="#7C7263" stroke-width="1.2"/>'
        '<text x="{0}" y="43" text-anchor="middle">{1}</text>',
        f"{at(tick):.1f}", median(tick),
    ) for tick in ticks]  # fmt: skip
    if a is not None and b is not None and a != b:
        drawn.append(
            format_html(
                '<path d="M{} 20H{}" stroke="#93283F" stroke-width="5"/>', f"{at(a):.1f}", f"{at(b):.1f}"
            )
        )
    if b is not None:
        drawn.append(format_html(
            '<path d="m{} 10 10 10-10 10-10-10Z" fill="#FFFDF9" stroke="#23201B" stroke-width="2.6"/>',
            f"{at(b):.1f}",
        ))  # fmt: skip
    if a is not None:
        drawn.append(format_html(
            '<circle cx="{}" cy="20" r="{}" fill="#0D4B46" stroke="#FFFDF9" stroke-width="1.5"/>',
            f"{at(a):.1f}", "5.5" if a == b else "8.5",
        ))  # fmt: skip
    gap = abs(a - b) if a is not None and b is not None else None
    return format_html(
        '<svg class="track" viewBox="0 0 240 48" role="img" aria-label="{}">'
        '<path d="M14 20h212" stroke="#7C7263" stroke-width="2"/>{}</svg>',
        _track_label(ours, theirs, gap), format_html_join("", "{}", ((part,) for part in drawn)),
    )  # fmt: skip


@register.simple_tag
def side_key(side: str) -> SafeString:
    """The mark that stands for a side on every track and chart: "citizens" or "providers"."""
    shape = (
        '<circle cx="10" cy="10" r="7" fill="#0D4B46"/>'
        if side == "citizens"
        else '<path d="m10 2 8 8-8 8-8-8Z" fill="#FFFDF9" stroke="#23201B" stroke-width="2.2"/>'
    )
    return mark_safe(f'<svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">{shape}</svg>')  # noqa: S308  drawn or escaped here
