"""Exact sums put into the words of the framework they were scored by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from samleng.doors.web.look import charts
from samleng.doors.web.look.charts import Chart
from samleng.doors.web.templatetags.said import say
from samleng.ground.frameworks.rules import Method
from samleng.ground.offices.models import Programme
from samleng.insight.disclosure.rules.publication import MOST_POINTS
from samleng.insight.evidence.rules import Scale, added
from samleng.insight.evidence.verbs import ByGroup, Exact
from samleng.voices.scorecards.models import Round
from samleng.voices.scorecards.rules.statistics import add, classes, mean, size
from samleng.voices.scorecards.rules.tally import told_apart

SIDES = ("community", "provider")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One exact sum as a row of the table."""

    row: Exact
    text: Mapping[str, str]
    side: Mapping[str, str]
    median: Fraction | None
    bars: tuple[tuple[str, int], ...]


def methods(programme: Programme, year: int) -> list[Method]:
    """The framework versions that the programme's rounds of a year pinned, the newest first."""
    rounds = Round.objects.filter(programme=programme, year=year).select_related("framework")
    return [one.framework.method for one in rounds.order_by("-cycle")]


def method_for(found: Sequence[Method], service: str, scale: Scale) -> Method | None:
    """The version by which these votes were given: it knows the service and has their scale."""
    for one in found:
        if one.service(service) and Scale(one.aggregate, tuple(one.scale.values)).key == scale.key:
            return one
    return None


def line(row: Exact, found: Sequence[Method]) -> Line:
    method = method_for(found, row.service, row.scale)
    known = method.criterion(row.criterion) if method else None
    return Line(
        row=row,
        text=known.text if known else {"en": row.criterion},
        side=method.side(row.side).name if method else {"en": row.side},
        median=None if row.central_milli is None else Fraction(row.central_milli, 1000),
        bars=bars(row.histogram, row.scale, method),
    )


def bars(histogram: Sequence[int], scale: Scale, method: Method | None) -> tuple[tuple[str, int], ...]:
    """How the votes fell: a bar for each point, or for each wider class where the scale is a ruler."""
    full = added([0] * len(scale.values), histogram)
    if len(scale.values) <= MOST_POINTS:
        return tuple(zip((say(mark["label"]) for mark in marks(scale, method)), full, strict=True))
    counts = classes(full, scale.values, [(mark["low"], mark["high"]) for mark in marks(scale, method)])
    return tuple(zip((str(mark["value"]) for mark in marks(scale, method)), counts, strict=True))


def marks(scale: Scale, method: Method | None) -> list[dict[str, Any]]:
    """The points or classes of a scale with their words."""
    if len(scale.values) <= MOST_POINTS:
        names = {point.value: point.name for point in method.scale.points} if method else {}
        return [{"value": value, "label": names.get(value, {"en": str(value)})} for value in scale.values]
    bands = method.scale.classes if method else ()
    return [
        {"value": f"{band.low}–{band.high}", "label": band.name, "low": band.low, "high": band.high}
        for band in bands
    ]


def by_service(lines: Iterable[Line], found: Sequence[Method]) -> list[dict[str, Any]]:
    """The table's rows by service and standing, each with a picture of both sides' middle scores."""
    grouped: dict[tuple[str, str], list[Line]] = {}
    for one in lines:
        grouped.setdefault((one.row.service, one.row.standing), []).append(one)
    return [
        {
            "service": service,
            "name": service_name(found, service),
            "provisional": rows[0].row.provisional,
            "rows": rows,
            "ends": (rows[0].bars[0][0], rows[0].bars[-1][0]) if rows[0].bars else None,
        }
        for (service, _standing), rows in sorted(grouped.items())
    ]


def service_name(found: Sequence[Method], code: str) -> Mapping[str, str]:
    for method in found:
        if kind := method.service(code):
            return kind.name
    return {"en": code}


def medians_chart(group: Mapping[str, Any], sample: bool) -> Chart | None:
    """Both sides' exact middle scores criterion by criterion, where they stand on one scale."""
    rows: list[Line] = group["rows"]
    if len({one.row.scale.key for one in rows}) != 1:
        return None
    scale, told = rows[0].row.scale, dict[str, list[Any]]()
    for one in rows:
        entry = told.setdefault(one.row.criterion, [say(one.text), None, None])
        entry[1 + SIDES.index(one.row.side)] = one.median
    shares = scale.aggregate in ("share_yes", "met_standard")
    names = {one.row.side: say(one.side) for one in rows}
    return charts.two_sides(
        title_of(say(group["name"])),
        [tuple(entry) for entry in told.values()],
        low=0 if shares else scale.values[0],
        high=1 if shares else scale.values[-1],
        sides=(names.get("community", _("Citizens")), names.get("provider", _("Providers"))),
        sample=sample,
    )


def title_of(text: str) -> str:
    """A picture is copied without its page, so it says itself that it is not for publication."""
    return _("%(what)s (exact, not for publication)") % {"what": text}


def histogram_chart(one: Line, sample: bool, method: Method | None) -> Chart | None:
    """How all votes on a criterion fell."""
    shown = marks(one.row.scale, method)
    counts = [count for _label, count in one.bars]
    return charts.histogram(title_of(say(one.text)), shown, counts, sample=sample) if shown else None


def means(groups: ByGroup, method: Method) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Exact means with their number of votes by sex, by age band and by special group."""
    values = groups.scale.values
    sexes, bands = told_apart(method.profile, groups.cells)
    special = [(s.name, [groups.groups.get(s.code, ())]) for s in method.profile.special_groups]
    parts = ((_("By sex"), sexes), (_("By age"), bands), (_("By group"), special))
    whole = [(title, [(name, add(*histograms)) for name, histograms in rows]) for title, rows in parts]
    return [
        (title, [{"name": n, "mean": mean(h, values), "n": size(h)} for n, h in rows if size(h)])
        for title, rows in whole
    ]
