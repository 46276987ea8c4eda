"""Samples told as a line: median, p95 and the range of window medians."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

Windows = Sequence[Sequence[float]]


def spread(windows: Windows, unit: str = "ms") -> str:
    """Median and p95 of all samples, and how far the windows' medians lie apart."""
    middles = [statistics.median(window) for window in windows]
    every = [sample for window in windows for sample in window]
    return (
        f"{statistics.median(every):.1f} {unit} (p95 {p95(windows):.1f}, "
        f"windows {min(middles):.1f}-{max(middles):.1f}, n {len(every)})"
    )


def p95(windows: Windows) -> float:
    every = sorted(sample for window in windows for sample in window)
    return every[min(len(every) - 1, int(len(every) * 0.95))]


def middle(windows: Windows) -> float:
    return statistics.median(sample for window in windows for sample in window)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """The ratio of two figures, window by window: median [least - most]."""
    found = [a / b for a, b in zip(ours, theirs, strict=True)]
    return f"{statistics.median(found):.2f} [{min(found):.2f} - {max(found):.2f}]"


def medians(windows: Windows) -> list[float]:
    return [statistics.median(window) for window in windows]


def part(name: str) -> None:
    print(f"\n## {name}", flush=True)


def row(name: str, value: str, must: str = "", held: bool | None = None) -> None:
    """One figure; beside a demand whether it was held here."""
    said = {True: "held", False: "MISSED", None: ""}[held]
    print(f"{name:52} {value}" + (f"   must: {must}  {said}" if must else ""), flush=True)
