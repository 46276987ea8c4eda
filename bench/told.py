"""Samples told as a line: median, p95 and the range of window medians."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def spread(windows: Sequence[Sequence[float]], unit: str = "ms") -> str:
    """Median and p95 of all samples, and how far the windows' medians lie apart."""
    all_samples = sorted(sample for window in windows for sample in window)
    middles = [statistics.median(window) for window in windows]
    p95 = all_samples[min(len(all_samples) - 1, int(len(all_samples) * 0.95))]
    return (
        f"{statistics.median(all_samples):.1f} {unit} (p95 {p95:.1f}, "
        f"windows {min(middles):.1f}-{max(middles):.1f}, n {len(all_samples)})"
    )


def ratio(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> str:
    """The ratio of window medians, window by window: median [least - most]."""
    found = [statistics.median(a) / statistics.median(b) for a, b in zip(ours, theirs, strict=True)]
    return f"{statistics.median(found):.2f} [{min(found):.2f} - {max(found):.2f}]"


def row(name: str, value: str, must: str = "") -> None:
    print(f"{name:46} {value}" + (f"   must: {must}" if must else ""), flush=True)
