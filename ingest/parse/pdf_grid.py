"""Ruled regions of a page: which drawn lines belong together, and where they part rows and columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.parse.pdf_frame import Rect, around
from ingest.parse.pdf_graphics import Graphics

_SLACK_POINTS = 2.5
_MOST_EDGES = 500
_FEWEST_DRAWN_ROWS = 4
_FEWEST_DRAWN_COLUMNS = 3
_HEAD_AND_FOOT = 0.075
"""Rules in this share of the page's height at its top and bottom belong to running heads and feet."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight line along the page.

    Args:
        at: Its height on the page (or its place across), in points.
        soft: It is not drawn, but is the border of a coloured area.
    """

    at: float
    start: float
    end: float
    soft: bool = False

    def covers(self, point: float) -> bool:
        """Whether it runs past a point."""
        return self.start - _SLACK_POINTS <= point <= self.end + _SLACK_POINTS


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that touch each other, or a stack of rules of one width.

    Args:
        across: Horizontal edges, top to bottom.
        down: Vertical edges, left to right; empty for a stack of rules.
    """

    place: Rect
    across: tuple[Edge, ...]
    down: tuple[Edge, ...]

    @property
    def heights(self) -> list[float]:
        """Where rows may be parted, the outer edges included."""
        return _distinct([self.place.top, *(edge.at for edge in self.across), self.place.bottom])

    @property
    def sides(self) -> list[float]:
        """Where columns may be parted, the outer edges included."""
        return _distinct([self.place.left, *(edge.at for edge in self.down), self.place.right])


def regions(graphics: Graphics, page: Rect) -> list[Region]:
    """The ruled regions of a page; none on a page that is a dense drawing."""
    across, down = _edges([*graphics.across, *graphics.down], soft=False)
    soft_across, soft_down = _edges(graphics.borders, soft=True)
    across, down = [*across, *soft_across], [*down, *soft_down]
    head, foot = page.height * _HEAD_AND_FOOT, page.height * (1 - _HEAD_AND_FOOT)
    across = [edge for edge in across if head < edge.at < foot or any(_touch(edge, side) for side in down)]
    if not across or len(across) > _MOST_EDGES or len(down) > _MOST_EDGES:
        return []
    framed: list[Region] = []
    rules: list[Edge] = []
    for group_across, group_down in _components(across, down):
        # A coloured band without outline (a header's) is framed by nothing: its borders are rules.
        if len(group_across) >= 2 and any(not edge.soft for edge in group_down):
            framed.append(_region(group_across, group_down))
        else:
            rules.extend(group_across)
    loose = [rule for rule in rules if not any(_inside(rule, region) for region in framed)]
    return [*_without_inner(framed), *_stacks(loose)]


def _edges(rects: Sequence[Rect], soft: bool) -> tuple[list[Edge], list[Edge]]:
    flat = [rect for rect in rects if rect.width >= rect.height]
    upright = [rect for rect in rects if rect.width < rect.height]
    return (
        _merged([Edge((rect.top + rect.bottom) / 2, rect.left, rect.right, soft) for rect in flat]),
        _merged([Edge((rect.left + rect.right) / 2, rect.top, rect.bottom, soft) for rect in upright]),
    )


def _without_inner(framed: Sequence[Region]) -> list[Region]:
    """Drop what lies wholly inside another region: the inner of two frames, a stroke in a cell."""
    kept: list[Region] = []
    for region in sorted(framed, key=lambda region: -region.place.width * region.place.height):
        if not any(outer.place.holds(region.place) and _within(region.place, outer.place) for outer in kept):
            kept.append(region)
    return kept


def _within(inner: Rect, outer: Rect) -> bool:
    return (
        inner.left >= outer.left - _SLACK_POINTS
        and inner.right <= outer.right + _SLACK_POINTS
        and inner.top >= outer.top - _SLACK_POINTS
        and inner.bottom <= outer.bottom + _SLACK_POINTS
    )


def _inside(rule: Edge, region: Region) -> bool:
    place = region.place
    return place.top < rule.at < place.bottom and place.left - 3 < rule.start and rule.end < place.right + 3


def _region(across: Sequence[Edge], down: Sequence[Edge]) -> Region:
    place = around(
        [
            *(Rect(edge.start, edge.at, edge.end, edge.at) for edge in across),
            *(Rect(edge.at, edge.start, edge.at, edge.end) for edge in down),
        ]
    )
    return Region(place, _decisive(across, _FEWEST_DRAWN_ROWS), _decisive(down, _FEWEST_DRAWN_COLUMNS))


def _decisive(edges: Sequence[Edge], fewest: int) -> tuple[Edge, ...]:
    """Drawn lines alone where they part enough; the stripes of a table may run across merged cells."""
    drawn = [edge for edge in edges if not edge.soft]
    chosen = drawn if len(_distinct([edge.at for edge in drawn])) >= fewest else edges
    return tuple(sorted(chosen, key=lambda edge: edge.at))


def _stacks(rules: Sequence[Edge]) -> Iterator[Region]:
    """Rules of one width above each other: each band between two of them is a region of its own."""
    waiting = sorted(rules, key=lambda edge: edge.at)
    while waiting:
        first = waiting.pop(0)
        stack = [first]
        for rule in list(waiting):
            if abs(rule.start - first.start) < 4 and abs(rule.end - first.end) < 4:
                waiting.remove(rule)
                if rule.at - stack[-1].at > 2 * _SLACK_POINTS:
                    stack.append(rule)
        if len(stack) > 1 and first.end - first.start > 40:
            place = Rect(first.start, stack[0].at, first.end, stack[-1].at)
            yield Region(place, tuple(stack), ())


def _merged(edges: Sequence[Edge]) -> list[Edge]:
    """Edges on one line joined where they touch or overlap."""
    merged: list[Edge] = []
    lines: list[list[Edge]] = []
    for edge in sorted(edges, key=lambda edge: edge.at):
        if lines and edge.at - lines[-1][0].at < _SLACK_POINTS:
            lines[-1].append(edge)
        else:
            lines.append([edge])
    for line in lines:
        at = sum(edge.at for edge in line) / len(line)
        run: Edge | None = None
        for edge in sorted(line, key=lambda edge: edge.start):
            if run is not None and edge.start <= run.end + _SLACK_POINTS:
                run = Edge(at, run.start, max(run.end, edge.end), edge.soft)
                continue
            if run is not None:
                merged.append(run)
            run = Edge(at, edge.start, edge.end, edge.soft)
        if run is not None:
            merged.append(run)
    return merged


def _touch(across: Edge, down: Edge) -> bool:
    return across.covers(down.at) and down.covers(across.at)


def _components(across: Sequence[Edge], down: Sequence[Edge]) -> Iterator[tuple[list[Edge], list[Edge]]]:
    """Edges that touch, directly or through others."""
    owner = list(range(len(across) + len(down)))

    def find(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    for i, flat in enumerate(across):
        for j, upright in enumerate(down, start=len(across)):
            if _touch(flat, upright):
                owner[find(i)] = find(j)
    groups: dict[int, tuple[list[Edge], list[Edge]]] = {}
    for index, edge in enumerate([*across, *down]):
        group = groups.setdefault(find(index), ([], []))
        group[0 if index < len(across) else 1].append(edge)
    yield from groups.values()


def _distinct(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 2 * _SLACK_POINTS:
            found.append(value)
    return found
