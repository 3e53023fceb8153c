"""What `millwright eval` shows: a table, the misses, and a page that compares two runs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.comparison_page import comparison_page
from assistant.errors import QuestionError
from assistant.retrieval_report import MEASURES, Group, RetrievalReport, means
from ingest import disk

_MISSES_SHOWN = 20


def print_retrieval(measured: RetrievalReport) -> None:
    """The table with the means and, below each, its 95 % interval; then what was found instead."""
    print(f"{'':24}{'questions':>9}" + "".join(f"{name:>16}" for name in MEASURES))
    for group in measured.groups:
        print(f"{group.name:24}{group.questions:9}" + "".join(map(_cell, _figures(group))))
    if not measured.missed:
        return
    print(f"\nnot read within 5,000 characters: {len(measured.missed)}")
    for scored in measured.missed[:_MISSES_SHOWN]:
        print(f"{scored.case.id}  {scored.case.question[:110]}")
        print(f"    wanted {scored.case.doc}, {scored.case.passage[:60].strip() or 'any place'}")
        for passage in scored.read[:3]:
            print(f"    found  {passage.doc}, {passage.section[-60:]}")
    if len(measured.missed) > _MISSES_SHOWN:
        print(f"and {len(measured.missed) - _MISSES_SHOWN} more; --json lists them all")


def _figures(group: Group) -> Sequence[tuple[float, float, float]]:
    return [(figure.mean, figure.low, figure.high) for figure in group.figures]


def _cell(figure: tuple[float, float, float]) -> str:
    mean, low, high = figure
    return f"  {mean:.3f} {low:.2f}-{high:.2f}".rjust(16)


def write_comparison(saved: Path, run: Mapping[str, Any], name: str, page: Path) -> None:
    """Write the page that compares a saved run with this one.

    Args:
        saved: What `millwright eval --json` printed before.
        run: This run, in the same form.

    Raises:
        QuestionError: The saved run cannot be read.
    """
    try:
        before = json.loads(saved.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not JSON"
        raise QuestionError(f"{saved}: cannot be read ({reason}); save a run with --json first") from error
    disk.replace_file(page, comparison_page((saved.stem, name), means(before), means(run)).encode())
