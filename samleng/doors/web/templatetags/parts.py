"""The components: each tag fills one template of `components/`; the style guide shows them all."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.template.context import Context
from django.urls import translate_url
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from samleng.doors.web.templatetags.drawn import icon
from samleng.doors.web.templatetags.said import exact, median, say

register = template.Library()

# code: (shape, tone, word). Shape, word and colour each tell the status alone.
STATUSES = {
    "planned": ("ring", "", pgettext_lazy("status", "Planned")),
    "not_started": ("ring", "", pgettext_lazy("status", "Not started")),
    "running": ("half", "go", pgettext_lazy("status", "Running")),
    "in_progress": ("half", "go", pgettext_lazy("status", "In progress")),
    "in_review": ("eye", "go", pgettext_lazy("status", "In review")),
    "changes_requested": ("clock", "care", pgettext_lazy("status", "Change requested")),
    "open": ("half", "go", pgettext_lazy("status", "Open")),
    "partly_done": ("three", "go", pgettext_lazy("status", "Partly done")),
    "done": ("tick", "good", pgettext_lazy("status", "Done, not yet confirmed")),
    "claimed": ("tick", "good", pgettext_lazy("status", "Done, not yet confirmed")),
    "claimed_done": ("tick", "good", pgettext_lazy("status", "Done, not yet confirmed")),
    "completed": ("tick", "good", pgettext_lazy("status", "Completed")),
    "adopted": ("tick", "good", pgettext_lazy("status", "Adopted")),
    "confirmed": ("ticks", "sure", pgettext_lazy("status", "Confirmed by citizens")),
    "kept": ("ticks", "sure", pgettext_lazy("status", "Promise kept")),
    "not_confirmed": ("ask", "bad", pgettext_lazy("status", "Citizens say: not done")),
    "delayed": ("clock", "care", pgettext_lazy("status", "Delayed")),
    "needs_higher_level": ("up", "care", pgettext_lazy("status", "Needs a higher level")),
    "carried_over": ("next", "go", pgettext_lazy("status", "Carried over to the next plan")),
    "dropped": ("cross", "bad", pgettext_lazy("status", "Dropped, with the reason")),
    "cancelled": ("cross", "bad", pgettext_lazy("status", "Cancelled")),
    "rejected": ("cross", "bad", pgettext_lazy("status", "Rejected")),
}
RING = '<circle cx="10" cy="10" r="7.5"/>'
SHAPES = {
    "ring": RING,
    "half": RING + '<path fill="currentColor" stroke="none" d="M10 2.5a7.5 7.5 0 0 1 0 15Z"/>',
    "three": RING + '<path fill="currentColor" stroke="none" d="M10 2.5a7.5 7.5 0 1 1-7.5 7.5H10Z"/>',
    "tick": RING + '<path d="m6.5 10.3 2.5 2.5 4.5-5.3"/>',
    "ticks": '<path d="m1.5 10.5 4 4.2 7-9.2M9.5 13.8l1 .9 7.5-9.2"/>',
    "clock": RING + '<path d="M10 5.5V10l3 2"/>',
    "up": '<path d="M10 17V4M4.5 9 10 3.5 15.5 9"/>',
    "next": '<path d="M3 10h13M11 4.5 16.5 10 11 15.5"/>',
    "cross": '<path d="M4.5 4.5l11 11m0-11-11 11"/>',
    "eye": '<path d="M1.5 10S4.5 4.5 10 4.5s8.5 5.5 8.5 5.5-3 5.5-8.5 5.5S1.5 10 1.5 10Z"/>'
    '<circle cx="10" cy="10" r="2.2"/>',
    "ask": RING + '<path d="M7.8 7.8c0-3 4.6-2.6 4.4 0-.1 1.5-2.2 1.6-2.2 3.2M10 13.8v.2"/>',
}


@register.simple_tag
def status_chip(code: str, label: object = "", tone: str = "", shape: str = "") -> SafeString:
    """A status as a shape, a word and a colour; a framework's own status passes its label, tone and shape."""
    known = STATUSES.get(str(code), ("ring", "", str(code).replace("_", " ")))
    drawing = SHAPES.get(shape or known[0], RING)
    return format_html(
        '<span class="chip {}"><svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2.2" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>{}</span>',
        tone or known[1], mark_safe(drawing), say(label) or known[2],  # noqa: S308  drawn or escaped here
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def other_language(context: Context) -> dict[str, str]:
    """The same page in the other language: {"tag", "name", "url"}; without a request its front page."""
    here = (translation.get_language() or "en").split("-")[0]
    tag, name = ("en", "English") if here == "km" else ("km", "ខ្មែរ")
    request = context.get("request")
    address = translate_url(request.get_full_path(), tag) if request else f"/{tag}/"
    if request and address == request.get_full_path():
        address = f"/{tag}/"
    return {"tag": tag, "name": name, "url": address}


@register.simple_block_tag(takes_context=True)
def notice(
    context: Context, content: str, kind: str = "", title: object = "", picture: str = ""
) -> SafeString:
    """A message that stays on the page; kind is "" (to know), "good", "care" or "bad"."""
    pictures = {"good": "check-circle", "care": "exclamation-triangle", "bad": "x-circle"}
    heading = format_html("<p><strong>{}</strong></p>", say(title)) if say(title) else ""
    return format_html(
        '<div class="notice {}">{}<div>{}{}</div></div>',
        kind, icon(picture or pictures.get(kind, "information-circle")), heading, content,
    )  # fmt: skip


@register.inclusion_tag("components/crumbs.html")
def crumbs(trail: Sequence[Any]) -> dict[str, Any]:
    """Where this page stands: (label, url) pairs from the top down; the last is this page."""
    steps = [(step.get("label"), step.get("url")) if isinstance(step, Mapping) else step for step in trail]
    return {"steps": [(say(label), url) for label, url in steps]}


@register.inclusion_tag("components/button.html")
def button(
    label: object, url: str = "", kind: str = "", picture: str = "", name: str = "", value: str = "",
    after: bool = False, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A link drawn as a button when it has a url, else a submit button; kind is "", "quiet" or "warn"."""
    return {
        "label": say(label), "url": url, "kind": kind, "picture": picture, "name": name, "value": value,
        "after": after, "disabled": more.get("disabled", False), "wide": more.get("wide", True),
    }  # fmt: skip


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: forms.BaseForm | None = None, errors: Sequence[Any] = ()) -> dict[str, Any]:
    """Every error at the top, each a link to its field; `errors` adds plain texts or (text, anchor)."""
    listed = [error if isinstance(error, tuple) else (error, "") for error in errors]
    if form is not None and form.is_bound:
        listed += [(error, "") for error in form.non_field_errors()]
        for field in form:
            anchor = f"#{field.id_for_label or field.auto_id}"
            listed += [(f"{field.label}: {error}", anchor) for error in field.errors]
    return {"errors": listed}


@register.inclusion_tag("components/score_row.html")
def score_row(row: Any, points: Sequence[Mapping[str, Any]], heading: str = "h3") -> dict[str, Any]:
    """One criterion: both medians with the gap, n, and the votes by class where they may be shown.

    `row` has title, median, n and optionally counts (one number for each class), providers (their
    median), providers_n, sound, url, note, ours_label, theirs_label; None means "may not be shown".
    """
    get = row.get if isinstance(row, Mapping) else lambda key, other=None: getattr(row, key, other)
    ours, theirs = exact(get("median")), exact(get("providers"))
    low, high = (points[0]["value"], points[-1]["value"]) if points else (1, 5)
    n = get("n")
    return {
        "row": row, "points": points, "heading": heading, "low": low, "high": high,
        "title": say(get("title")), "median": get("median"), "providers": get("providers"),
        "providers_n": get("providers_n"), "counts": get("counts"), "n": n, "note": say(get("note")),
        "url": get("url"), "sound": get("sound"), "has_sound": get("sound") is not None,
        "ours_label": say(get("ours_label")) or _("Citizens"),
        "theirs_label": say(get("theirs_label")) or _("Providers"),
        "gap": median(abs(ours - theirs)) if ours is not None and theirs is not None else None,
        "people": ngettext("%(n)s person voted", "%(n)s people voted", n) % {"n": n} if n else "",
    }  # fmt: skip


@register.inclusion_tag("components/score_input.html")
def score_input(
    name: str, points: Sequence[Mapping[str, Any]], legend: object, value: object = "", hint: object = "",
    error: object = "", sound: object = None, required: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """A vote by faces: one big radio for each point of the scale, usable by thumb, keyboard and ear."""
    return {
        "name": name, "points": points, "legend": say(legend), "value": str(value), "hint": say(hint),
        "error": error, "sound": sound, "required": required,
    }  # fmt: skip


@register.inclusion_tag("components/next_step.html")
def next_step(title: object, text: object = "", url: str = "", label: object = "") -> dict[str, Any]:
    """The one thing to do next: a panel with its button."""
    return {"title": say(title), "text": say(text), "url": url, "label": say(label)}


@register.inclusion_tag("components/steps.html")
def steps(items: Sequence[Any], current: int = 1) -> dict[str, Any]:
    """A numbered way with the step one stands on (counted from 1); items are texts or (text, url)."""
    listed = []
    for i, item in enumerate(items, 1):
        text, url = (item[0], item[1]) if isinstance(item, (tuple, list)) else (item, "")
        state = "done" if i < current else "now" if i == current else "later"
        listed.append({"number": i, "text": say(text), "url": url, "state": state})
    return {"steps": listed}


@register.inclusion_tag("components/counts.html")
def counts(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Numbers with what they count: {"value", "label", and if wanted "of", "url", "note"}."""
    return {"items": items}


@register.inclusion_tag("components/empty.html")
def empty(
    title: object, text: object = "", url: str = "", label: object = "", picture: str = "document-text"
) -> dict[str, Any]:
    """What stands where nothing is yet, and what to do about it."""
    return {"title": say(title), "text": say(text), "url": url, "label": say(label), "picture": picture}


@register.inclusion_tag("components/sound.html")
def sound(url: str | None, label: object = "", show: bool = True) -> dict[str, Any]:
    """Plays a recording; where none has been made yet it says so, so that somebody makes it."""
    return {"url": url or "", "label": say(label), "show": show}


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """The way through a long list; other parts of the address's query are kept."""
    query = context["request"].GET.copy() if "request" in context else None
    if query is not None:
        query.pop(parameter, None)
    kept = f"{query.urlencode()}&" if query else ""
    near = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "near": list(near), "start": f"?{kept}{parameter}=", "gap": page.paginator.ELLIPSIS}


@register.inclusion_tag("components/find.html")
def find(action: str, suggest: str = "", value: str = "", label: object = "", **more: Any) -> dict[str, Any]:
    """Search for a place: a plain form, helped by `suggest` (answers {"places": [{text, hint, url}]})."""
    return {
        "action": action, "suggest": suggest, "value": value or "", "name": more.get("name", "q"),
        "label": say(label) or _("Find your place"),
        "hint": say(more.get("hint", "")), "id": more.get("id", "find"),
    }  # fmt: skip


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened, newest first as given: {"when", "what", optional "who", "text", "url", "picture"}."""
    return {"entries": entries}


@register.inclusion_tag("components/figure.html")
def figure(chart: Any, caption: object = "", sample: bool = False) -> dict[str, Any]:
    """A chart of `charts` drawn as SVG with the table behind it, open to read for everyone."""
    from samleng.doors.web.look.charts import svg

    return {"chart": chart, "caption": say(caption) or chart.title, "drawing": mark_safe(svg(chart))}  # noqa: S308  drawn or escaped here


@register.inclusion_tag("components/print_head.html", takes_context=True)
def print_head(context: Context, title: object, subtitle: object = "") -> dict[str, Any]:
    """The head of a printed page: the house, what it is, where it comes from. Not on the screen."""
    request = context.get("request")
    return {
        "title": say(title), "subtitle": say(subtitle), "sample": context.get("sample"),
        "address": request.build_absolute_uri(request.path) if request else "",
    }  # fmt: skip
