"""What must hold between the parts of a method once each part is whole by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from samleng.ground.frameworks.vocabulary import CHECK_KINDS, SIDES, STATUS_KINDS, Problem, gettext_noop

if TYPE_CHECKING:
    from samleng.ground.frameworks.rules import Method

TWICE = gettext_noop("“%(code)s” stands already at number %(first)s of this list.")
NOT_HERE = gettext_noop("“%(code)s” is not among %(list)s.")
NO_WORDS = gettext_noop("The text in “%(tag)s” is missing.")
NO_CRITERIA = gettext_noop("Service “%(service)s” has no criteria for the side “%(side)s”.")
NO_STANDARD = gettext_noop("A scale of counted standards needs a standard for every criterion.")
OWN_SHARED = gettext_noop("Providers score criteria of their own, so a criterion is for one side only.")
MORE_THAN = gettext_noop("%(found)s is more than %(name)s, which is %(most)s.")
NO_KIND = gettext_noop("None of them is of the kind “%(kind)s”.")
ONE_START = gettext_noop("Exactly one open status must be the start.")
BAD_STATUS = gettext_noop("Only a status of the kind “%(kind)s” can be this.")
NEEDS_NUMBER = gettext_noop("The check “%(kind)s” needs the setting “%(name)s”, a whole number.")
NEEDS_TEXT = gettext_noop("The check “%(kind)s” needs the setting “%(name)s”, a text.")
NO_PARAM = gettext_noop("The check “%(kind)s” has no setting “%(name)s”.")
POINTS = gettext_noop("This scale needs at least two points.")
TWO_POINTS = gettext_noop("This scale must have only the points 0 and 1.")
RISING = gettext_noop("These must rise, each once.")
STEPPED = gettext_noop("The step must divide the way from low to high.")
COVERED = gettext_noop("The classes must hold every value of the scale exactly once.")
GAP = gettext_noop("Age bands must follow each other without a gap or an overlap, the last one open.")
LATER = gettext_noop("The gate “%(code)s” must be a step that comes before.")
EMPTY_LIST = gettext_noop("At least one is needed.")
BY_AGGREGATE = gettext_noop("“%(aggregate)s” can only be computed on a scale of the kind %(kinds)s.")
FITTING = {"share_yes": ("yes_no",), "met_standard": ("count_vs_standard",)}


def between(method: Method) -> Iterator[Problem]:
    """Everything that does not hold together, each with its path."""
    for check in (twice, names, translations, scale, sides, bands, raising, steps, checks, statuses):
        yield from check(method)


def lists_of(method: Method) -> dict[str, Sequence[Any]]:
    return {
        "sectors": method.sectors,
        "services": method.services,
        "criteria": method.criteria,
        "themes": method.themes,
        "groups": method.groups,
        "steps": method.steps,
        "checks": method.checks,
        "sides": method.sides,
        "scale.classes": method.scale.classes,
        "raising.reflection": method.raising.reflection,
        "profile.sexes": method.profile.sexes,
        "profile.age_bands": method.profile.age_bands,
        "profile.special_groups": method.profile.special_groups,
        "plan.parts": method.plan.parts,
        "plan.columns": method.plan.columns,
        "plan.statuses": method.plan.statuses,
        "plan.categories": method.plan.categories,
    }


# Lists that may stand empty: a method may know no special groups, checks, themes or classes.
MAY_BE_EMPTY = {"checks", "themes", "scale.classes", "raising.reflection", "profile.special_groups"}


def twice(method: Method) -> Iterator[Problem]:
    for path, things in lists_of(method).items():
        if not things and path not in MAY_BE_EMPTY:
            yield Problem(path, EMPTY_LIST)
        seen: dict[str, int] = {}
        for i, thing in enumerate(things):
            if thing.code in seen:
                yield Problem(f"{path}[{i}].code", TWICE, {"code": thing.code, "first": seen[thing.code] + 1})
            seen.setdefault(thing.code, i)


def names(method: Method) -> Iterator[Problem]:
    """Codes that name something elsewhere in the data."""
    sectors = {s.code for s in method.sectors}
    services = {s.code for s in method.services}
    themes = {t.code for t in method.themes}

    def unknown(path: str, code: str, known: set[str], where: str) -> Iterator[Problem]:
        if code not in known:
            yield Problem(path, NOT_HERE, {"code": code, "list": where})

    for i, service in enumerate(method.services):
        yield from unknown(f"services[{i}].sector", service.sector, sectors, "sectors")
    for i, criterion in enumerate(method.criteria):
        yield from unknown(f"criteria[{i}].service", criterion.service, services, "services")
        if criterion.theme:
            yield from unknown(f"criteria[{i}].theme", criterion.theme, themes, "themes")
    for tag in method.audio_aliases.values():
        yield from unknown("audio_aliases", tag, set(method.audio_languages), "audio_languages")
    sexes = {sex.code for sex in method.profile.sexes}
    yield from unknown("profile.women", method.profile.women, sexes, "profile.sexes")


def translations(method: Method) -> Iterator[Problem]:
    for i, criterion in enumerate(method.criteria):
        for name in ("text", "hint"):
            said = getattr(criterion, name)
            for tag in method.languages if said and not criterion.untranslated else ():
                if tag not in said:
                    yield Problem(f"criteria[{i}].{name}", NO_WORDS, {"tag": tag})


def scale(method: Method) -> Iterator[Problem]:
    given = method.scale
    fitting = FITTING.get(method.aggregate)
    if fitting and given.kind not in fitting:
        yield Problem("aggregate", BY_AGGREGATE, {"aggregate": method.aggregate, "kinds": ", ".join(fitting)})
    if given.kind == "range":
        if given.step < 1 or given.high <= given.low or (given.high - given.low) % given.step:
            yield Problem("scale.step", STEPPED)
            return
    elif len(given.points) < 2:
        yield Problem("scale.points", POINTS)
        return
    values = given.values
    if list(values) != sorted(set(values)):
        yield Problem("scale.points", RISING)
    if given.kind in ("yes_no", "count_vs_standard") and values != (0, 1):
        yield Problem("scale.points", TWO_POINTS)
    covered = [v for low, high in given.bounds for v in values if low <= v <= high]
    if given.classes and covered != list(values):
        yield Problem("scale.classes", COVERED)


def sides(method: Method) -> Iterator[Problem]:
    for side in SIDES:
        if side not in {one.code for one in method.sides}:
            yield Problem("sides", NOT_HERE, {"code": side, "list": "sides"})
    for i, service in enumerate(method.services):
        for side in SIDES:
            if not method.criteria_for(service.code, side):
                yield Problem(f"services[{i}]", NO_CRITERIA, {"service": service.code, "side": side})
    own = any(side.own_criteria for side in method.sides)
    for i, criterion in enumerate(method.criteria):
        if not criterion.sides:
            yield Problem(f"criteria[{i}].sides", EMPTY_LIST)
        if own and len(set(criterion.sides)) > 1:
            yield Problem(f"criteria[{i}].sides", OWN_SHARED)
        if method.scale.kind == "count_vs_standard" and criterion.standard is None:
            yield Problem(f"criteria[{i}].standard", NO_STANDARD)


def bands(method: Method) -> Iterator[Problem]:
    ages = method.profile.age_bands
    for i, band in enumerate(ages):
        after = ages[i + 1].start if i + 1 < len(ages) else None
        follows = band.end is None if after is None else band.end is not None and after == band.end + 1
        if not follows or (band.end is not None and band.end < band.start):
            yield Problem(f"profile.age_bands[{i}].end", GAP)


def raising(method: Method) -> Iterator[Problem]:
    given = method.raising
    for name in ("priorities_min", "priorities_advised"):
        found = getattr(given, name)
        if found > given.priorities_max:
            facts = {"found": found, "name": "priorities_max", "most": given.priorities_max}
            yield Problem(f"raising.{name}", MORE_THAN, facts)
    if not given.methods:
        yield Problem("raising.methods", EMPTY_LIST)
    room = method.meeting
    if room.facilitators_min > room.facilitators_max:
        facts = {
            "found": room.facilitators_min,
            "name": "facilitators_max",
            "most": room.facilitators_max,
        }
        yield Problem("meeting.facilitators_min", MORE_THAN, facts)


def steps(method: Method) -> Iterator[Problem]:
    before: set[str] = set()
    for i, step in enumerate(method.steps):
        for j, gate in enumerate(step.gate):
            if gate not in before:
                yield Problem(f"steps[{i}].gate[{j}]", LATER, {"code": gate})
        before.add(step.code)


def checks(method: Method) -> Iterator[Problem]:
    special = {group.code for group in method.profile.special_groups}
    for i, check in enumerate(method.checks):
        wanted, path = CHECK_KINDS[check.kind], f"checks[{i}].params"
        for name, kind in wanted.items():
            value = check.params.get(name)
            if not isinstance(value, kind) or isinstance(value, bool) or (kind is int and value < 0):
                told = NEEDS_NUMBER if kind is int else NEEDS_TEXT
                yield Problem(f"{path}.{name}", told, {"kind": check.kind, "name": name})
            elif name == "group" and value not in special:
                yield Problem(f"{path}.{name}", NOT_HERE, {"code": value, "list": "profile.special_groups"})
        for name in check.params:
            if name not in wanted:
                yield Problem(f"{path}.{name}", NO_PARAM, {"kind": check.kind, "name": name})


def statuses(method: Method) -> Iterator[Problem]:
    kinds = [status.kind for status in method.plan.statuses]
    for kind in STATUS_KINDS:
        if kind not in kinds:
            yield Problem("plan.statuses", NO_KIND, {"kind": kind})
    if sum(1 for s in method.plan.statuses if s.start) != 1:
        yield Problem("plan.statuses", ONE_START)
    for i, status in enumerate(method.plan.statuses):
        rules = (("start", status.start, "open"), ("claims_done", status.claims_done, "done"))
        for name, is_set, kind in rules:
            if is_set and status.kind != kind:
                yield Problem(f"plan.statuses[{i}].{name}", BAD_STATUS, {"kind": kind})
    bands = list(method.plan.cost_bands)
    if bands != sorted(set(bands)):
        yield Problem("plan.cost_bands", RISING)
