"""Figures of a PDF page: areas full of drawn things, and the short texts that label them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ingest.parse.pdf_frame import Rect, around
from ingest.parse.pdf_text import Line

_NEAR_POINTS = 12.0
_MOST_RECTS = 3000
_FEWEST_DRAWN = 12
_SMALLEST_POINTS = 40.0
_BESIDE_POINTS = 18.0
_LONGEST_LABEL = 25
"""Characters on average; more is text beside a drawing, not its labels."""

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing or picture with its labels."""

    place: Rect
    labels: tuple[Line, ...] = ()


def with_labels(
    drawn: Sequence[Rect], pictures: Sequence[Rect], parts: Sequence[Entry], sheet: Rect, body_size: float
) -> tuple[list[Figure], list[Entry]]:
    """The figures of a page with their labels, and what else stands on it."""
    figures: list[Figure] = []
    rest = list(parts)
    for place in _areas(drawn, pictures, sheet):
        labels = [part for part in rest if isinstance(part, Line) and place.holds(part.place)]
        if labels and not _are_labels(labels, body_size):
            continue
        labels = [part for part in rest if isinstance(part, Line) and _labels(place, part, body_size)]
        figures.append(Figure(around([place, *(label.place for label in labels)]), tuple(labels)))
        taken = {id(label) for label in labels}
        rest = [part for part in rest if id(part) not in taken]
    return figures, rest


def _are_labels(lines: Sequence[Line], body_size: float) -> bool:
    if any(line.fixed for line in lines):
        return False  # a listing on shaded ground
    mean = sum(len(line.text) for line in lines) / len(lines)
    return mean < _LONGEST_LABEL and all(line.size <= 1.15 * body_size for line in lines)


def _labels(place: Rect, line: Line, body_size: float) -> bool:
    """Whether a line is a label: inside a figure, or small and just outside, like the numbers of an axis."""
    if place.holds(line.place):
        return True
    small = line.size < 0.97 * body_size or line.text.isdigit()
    return small and len(line.text) < _LONGEST_LABEL and place.holds(line.place, _BESIDE_POINTS)


def _areas(drawn: Sequence[Rect], pictures: Sequence[Rect], sheet: Rect) -> list[Rect]:
    """Areas of drawn things that lie close together; a page-filling picture is no figure of the page."""
    small = [area for area in pictures if area.width * area.height < 0.7 * sheet.width * sheet.height]
    entries = [(rect, 1) for rect in drawn] + [(area, _FEWEST_DRAWN) for area in small]
    if sum(weight for _, weight in entries) < _FEWEST_DRAWN:
        return []
    found: list[Rect] = []
    for group in _groups([rect for rect, _ in entries]):
        weight = sum(entries[index][1] for index in group)
        place = around(entries[index][0] for index in group)
        if weight >= _FEWEST_DRAWN and min(place.width, place.height) >= _SMALLEST_POINTS:
            found.append(place)
    return _without_inner(found)


def _without_inner(areas: Sequence[Rect]) -> list[Rect]:
    """Areas that lie in or over one another as one."""
    merged: list[Rect] = []
    for area in sorted(areas, key=lambda area: -area.width * area.height):
        for index, other in enumerate(merged):
            if (
                area.left < other.right
                and area.right > other.left
                and area.top < other.bottom < area.bottom + other.height
            ):
                merged[index] = around([other, area])
                break
        else:
            merged.append(area)
    return merged


def _groups(rects: Sequence[Rect]) -> list[list[int]]:
    """Indexes of rectangles that touch or nearly do, directly or through others."""
    corners = [(rect.left, rect.top, rect.right, rect.bottom) for rect in rects[:_MOST_RECTS]]
    left, top, right, bottom = np.array(corners).T + np.array([[-1], [-1], [1], [1]]) * _NEAR_POINTS / 2
    left_over = np.ones(len(corners), dtype=bool)
    groups: list[list[int]] = []
    for seed in range(len(corners)):
        if not left_over[seed]:
            continue
        left_over[seed] = False
        group, waiting = [], [seed]
        while waiting:
            at = waiting.pop()
            group.append(at)
            near = (
                left_over & (left < right[at]) & (right > left[at]) & (top < bottom[at]) & (bottom > top[at])
            )
            left_over &= ~near
            waiting.extend(np.flatnonzero(near).tolist())
        groups.append(group)
    return groups
