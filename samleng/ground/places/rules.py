"""What holds of a tree of places: labels, what search compares, and which rows are sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from samleng.kit.words.khmer import normalise, searchable, skeleton

# Fault codes of a row; verbs turn them into sentences.
NO_CODE, NO_NAME, BAD_CODE = "no_code", "no_name", "bad_code"
DUPLICATE, ORPHAN, REUSED = "duplicate", "orphan", "reused"
UNKNOWN_KIND, WRONG_LEVEL, NOT_UNDER_PARENT = "unknown_kind", "wrong_level", "not_under_parent"

# How a version came from an earlier one.
RENAMED, UPGRADED, MOVED, SPLIT, MERGED, CARRIED = (
    "renamed",
    "upgraded",
    "moved",
    "split",
    "merged",
    "carried",
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a unit is called: its level (the country is 0), words, and label patterns with one {}."""

    code: str
    level: int
    name: Mapping[str, str]
    plural: Mapping[str, str] = field(default_factory=dict)
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One place as a file or a person gives it; `parent` is the parent's code, "" for the root."""

    code: str
    kind: str
    name: Mapping[str, str]
    parent: str = ""
    aliases: Sequence[str] = ()
    valid_from: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    row: int | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a branch is not sound, with the facts that a sentence about it needs."""

    branch: Branch
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def label(
    *, name: Mapping[str, str], kind: Mapping[str, str], pattern: Mapping[str, str], language: str
) -> str:
    """The place as people say it: "Sangkat Boeng Kak", សង្កាត់បឹងកក់; the kind is never guessed."""
    shown = name.get(language) or next((name[tag] for tag in sorted(name) if name[tag]), "")
    word = kind.get(language, "")
    if not word or not shown or normalise(shown).casefold().startswith(normalise(word).casefold()):
        return shown
    if pattern.get(language):
        return pattern[language].replace("{}", shown)
    # Khmer writes the kind and the name as one word.
    return f"{word}{shown}" if language == "km" else f"{word} {shown}"


def names_of(name: Mapping[str, str], aliases: Iterable[str] = ()) -> list[str]:
    """Every name once, in the order of the languages' tags."""
    return list(dict.fromkeys([*(name[tag] for tag in sorted(name)), *aliases]))


def search_lines(code: str, names: Iterable[str]) -> str:
    """What is searched, one form a line between line ends, so that a whole name can be asked for."""
    return "\n" + "\n".join(dict.fromkeys([code.casefold(), *(searchable(name) for name in names)])) + "\n"


def skeleton_lines(names: Iterable[str]) -> str:
    """The names' skeletons, one a line between line ends."""
    return "\n" + "\n".join(dict.fromkeys(filter(None, map(skeleton, names)))) + "\n"


def without_kind(text: str, kinds: Iterable[str]) -> str:
    """The searched text without a kind's word before or after it ("Khum X", "X commune", ឃុំX)."""
    text = searchable(text)
    for word in sorted(map(searchable, kinds), key=len, reverse=True):
        if not word:
            continue
        # Latin words stand apart; Khmer kinds are written together with the name.
        gap = " " if word.isascii() else ""
        if text.startswith(word + gap) and text[len(word) :].strip():
            return text[len(word) :].strip()
        if gap and text.endswith(gap + word) and text[: -len(word)].strip():
            return text[: -len(word)].strip()
    return text


def sound_tree(
    branches: Sequence[Branch],
    kinds: Mapping[str, int],
    known: Mapping[str, int],
    *,
    prefixed: bool = False,
    digits: Mapping[int, int] | None = None,
) -> tuple[list[Branch], list[Fault]]:
    """The sound branches, parents first, and the faults of the rest; every branch is in one of them.

    `kinds` and `known` give the level of each kind and of each place already there. `prefixed`: a
    code begins with its parent's; `digits`: how many digits a code has at each level. Of rows with
    one code the first sound one stands; the others name its row. What hangs on a refused row is
    refused too.
    """
    faults: list[Fault] = []
    alone: dict[str, Branch] = {}
    for branch in branches:
        fault = _fault_alone(branch, kinds, prefixed, digits or {})
        if fault is None and branch.code in alone:
            first = alone[branch.code]
            fault = Fault(
                branch=branch,
                code=DUPLICATE,
                facts={"first": first.row or 0, "name": next(iter(first.name.values()), "")},
            )
        if fault is None:
            alone[branch.code] = branch
        else:
            faults.append(fault)
    sound, hanging = _hang(alone, kinds, known)
    return sound, sorted(faults + hanging, key=lambda fault: fault.branch.row or 0)


def _fault_alone(
    branch: Branch, kinds: Mapping[str, int], prefixed: bool, digits: Mapping[int, int]
) -> Fault | None:
    code = ""
    facts: dict[str, object] = {}
    if not branch.code:
        code = NO_CODE
    elif branch.kind not in kinds:
        code, facts = UNKNOWN_KIND, {"kind": branch.kind}
    elif not any(text.strip() for text in branch.name.values()):
        code = NO_NAME
    elif (want := digits.get(kinds[branch.kind])) and not (
        branch.code.isascii() and branch.code.isdigit() and len(branch.code) == want
    ):
        code, facts = BAD_CODE, {"digits": want}
    elif prefixed and digits.get(kinds[branch.kind] - 1) and not branch.code.startswith(branch.parent):
        code, facts = NOT_UNDER_PARENT, {"parent": branch.parent}
    return Fault(branch=branch, code=code, facts=facts) if code else None


def _hang(
    alone: Mapping[str, Branch], kinds: Mapping[str, int], known: Mapping[str, int]
) -> tuple[list[Branch], list[Fault]]:
    # Levels grow downwards, so going by level puts every parent first and leaves no room for a ring.
    sound: dict[str, Branch] = {}
    faults: list[Fault] = []
    for branch in sorted(alone.values(), key=lambda one: kinds[one.kind]):
        level = kinds[branch.kind]
        above = kinds[sound[branch.parent].kind] if branch.parent in sound else known.get(branch.parent)
        if branch.parent and above is None and branch.parent in alone:
            code = WRONG_LEVEL if kinds[alone[branch.parent].kind] >= level else ORPHAN
            faults.append(Fault(branch=branch, code=code, facts={"parent": branch.parent}))
        elif branch.parent and above is None:
            faults.append(Fault(branch=branch, code=ORPHAN, facts={"parent": branch.parent}))
        elif branch.parent and above is not None and above >= level:
            faults.append(Fault(branch=branch, code=WRONG_LEVEL, facts={"parent": branch.parent}))
        else:
            sound[branch.code] = branch
    return list(sound.values()), faults
