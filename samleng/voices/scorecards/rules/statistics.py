"""The one statistics module: what a room's votes come to, exact, the same on phone, server and export.

A histogram is a list of counts, one per scale value in ascending order. Results are Fractions;
`milli` turns one into whole thousandths for keeping (a median of halves stays exact).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def add(*histograms: Sequence[int]) -> list[int]:
    """Histograms summed class by class; shorter ones count as ending in zeros."""
    width = max((len(h) for h in histograms), default=0)
    return [sum(h[i] for h in histograms if i < len(h)) for i in range(width)]


def size(histogram: Sequence[int]) -> int:
    """How many votes there are."""
    return sum(histogram)


def median(histogram: Sequence[int], values: Sequence[int]) -> Fraction | None:
    """The middle vote; of an even count the mean of the two middle ones, kept exact. None if no vote."""
    n = size(histogram)
    if n == 0:
        return None
    low, high = (n - 1) // 2, n // 2
    return Fraction(nth(histogram, values, low) + nth(histogram, values, high), 2)


def nth(histogram: Sequence[int], values: Sequence[int], position: int) -> int:
    """The vote at a position (from 0) when all votes stand in order."""
    for value, count in zip(values, histogram, strict=False):
        if position < count:
            return value
        position -= count
    raise IndexError(position)


def mean(histogram: Sequence[int], values: Sequence[int]) -> Fraction | None:
    """The arithmetic mean, kept exact. None if no vote."""
    n = size(histogram)
    if n == 0:
        return None
    return Fraction(sum(value * count for value, count in zip(values, histogram, strict=False)), n)


def share_top(histogram: Sequence[int], values: Sequence[int]) -> Fraction | None:
    """The share (0 to 1) of votes at the highest value: yes among yes and no, met among met and not."""
    n = size(histogram)
    if n == 0:
        return None
    top = len(values) - 1
    return Fraction(histogram[top] if top < len(histogram) else 0, n)


CENTRES = {"median": median, "mean": mean, "share_yes": share_top, "met_standard": share_top}


def centre(aggregate: str, histogram: Sequence[int], values: Sequence[int]) -> Fraction | None:
    """The central value by the framework's aggregate."""
    return CENTRES[aggregate](histogram, values)


def combined(
    aggregate: str, how: str, by_group: Sequence[Sequence[int]], values: Sequence[int]
) -> Fraction | None:
    """Several groups' histograms as one central value: votes pooled, or the median of the groups' own."""
    filled = [h for h in by_group if size(h)]
    if how != "median_of_medians" or len(filled) < 2:
        return centre(aggregate, add(*filled), values)
    centres = sorted(c for h in filled if (c := centre(aggregate, h, values)) is not None)
    middle = (len(centres) - 1) // 2, len(centres) // 2
    return (centres[middle[0]] + centres[middle[1]]) / 2


def milli(value: Fraction | None) -> int | None:
    """The value in whole thousandths, halves rounded up."""
    if value is None:
        return None
    return int((value * 2000 + 1) // 2)


def classes(histogram: Sequence[int], values: Sequence[int], bounds: Sequence[tuple[int, int]]) -> list[int]:
    """The counts of wider classes, each from a lowest to a highest value, both included."""
    return [
        sum(count for value, count in zip(values, histogram, strict=False) if low <= value <= high)
        for low, high in bounds
    ]
