"""What the command line shows to people: progress, reports, passages, answers."""

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assistant.places import where
from assistant.records import Answer, AnswerEvent, Citation, Done, Evidence, Hit, Words
from ingest.plan import Progress
from ingest.records import IngestReport

if TYPE_CHECKING:
    pass

_STAGES = {"read": "reading", "write": "writing"}
_BAR_STEPS = 1000


class IngestProgress:
    """A bar a stage on stderr, with the time left; use as a context manager and call it.

    A run that is stopped by Ctrl+C ends with a line that says what is kept and how to go on.
    """

    def __init__(self) -> None:
        self._bar: Any = None
        self._last = Progress("find", 0, 0)

    def __enter__(self) -> "IngestProgress":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._close()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            last = self._last
            finished = last.total if last.stage == "write" else last.done if last.stage == "read" else 0
            print(
                f"Stopped. What is finished ({finished} files) is kept; run the same command again to go on "
                "from there. The index is as it was before.",
                file=sys.stderr,
            )

    def __call__(self, progress: Progress) -> None:
        """Show where the run is."""
        if progress.stage != "find":
            self._show(progress)
        self._last = progress

    def _show(self, progress: Progress) -> None:
        if progress.stage != self._last.stage:
            self._close()
            from tqdm import tqdm

            self._bar = tqdm(
                total=_BAR_STEPS,
                desc=_STAGES[progress.stage],
                bar_format="{desc} |{bar:20}|{postfix}",
                file=sys.stderr,
                leave=False,
                # A log file keeps every state that is drawn.
                mininterval=0.1 if sys.stderr.isatty() else 10,
            )
        bar = self._bar
        bar.set_description_str(
            f"{_STAGES[progress.stage]} {progress.done} of {progress.total} files", refresh=False
        )
        bar.set_postfix_str(f"{time_left(progress.left_s)}{progress.doc[-40:]}", refresh=False)
        # A step back, when the rest turns out longer than thought, is drawn as well.
        bar.n = round(_BAR_STEPS * progress.share)
        bar.update(0)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def time_left(seconds: float | None) -> str:
    """An estimate in words, no finer than it deserves; empty while there is none."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds left, "
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} s left, "
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {minutes} min left, "
    return f"about {round(minutes / 60)} h left, "


@contextmanager
def download_bars() -> Iterator[Any]:
    """A callback that draws one bar a label on stderr."""
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def show(label: str, done: int, total: int) -> None:
        if label not in bars:
            bars[label] = tqdm(total=total, desc=label, unit="B", unit_scale=True, file=sys.stderr)
        bars[label].update(done - bars[label].n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def print_report(report: IngestReport) -> None:
    """How each file ended; the unchanged ones only counted."""
    for row in report.files:
        if row.unchanged and row.outcome == "ok":
            continue
        what = f"{row.chunks} passages" if row.outcome == "ok" else f"{row.outcome}: {row.detail}"
        print(f"{'ok ' if row.outcome == 'ok' else 'NOT'}  {row.path}  {what}")
        for warning in row.warnings[:5]:
            print(f"     {warning}")
    for doc in report.removed:
        print(f"gone {doc}")
    unchanged = sum(row.unchanged for row in report.files)
    passages = sum(row.chunks for row in report.files)
    print(
        f"index {report.index}, generation {report.generation}: {len(report.files)} files, "
        f"{unchanged} unchanged, {len(report.failed)} not read, {passages} passages, {report.ms / 1000:.1f} s"
    )


def print_hits(hits: Iterable[Hit], filters: Mapping[str, str]) -> None:
    """Passages found, best first; what a document does not state of the filters is said."""
    for hit in hits:
        said = [f"{hit.score:.2f}", *(f"{field} unknown" for field in hit.unknown(filters))]
        said += ["read from a picture (OCR)"] if hit.chunk.ocr else []
        print(f"{hit.rank}. {where(hit.chunk.place)}  ({', '.join(said)})")
        print("\n".join(f"   {line}" for line in hit.chunk.text.splitlines()))
        print()


def print_answer(events: Iterable[AnswerEvent]) -> Answer | None:
    """Show an answer as it comes: evidence on stderr's side of the screen first, then words, then sources."""
    streamed = False
    answer: Answer | None = None
    for event in events:
        if isinstance(event, Evidence):
            _print_quotes("Warnings", event.warnings)
            _print_quotes("Evidence", event.citations)
        elif isinstance(event, Words):
            print(event.text, end="", file=sys.stderr, flush=True)
            streamed = True
        elif isinstance(event, Done):
            answer = event.answer
    if streamed:
        print("\n", file=sys.stderr)
    if answer is not None:
        _print_done(answer)
    return answer


def _print_quotes(title: str, citations: Sequence[Citation]) -> None:
    if citations:
        print(f"{title}:")
    for citation in citations:
        lines = (" ".join(line.split()) for line in citation.quote.splitlines())
        print(f"  [{citation.marker}] " + "\n      ".join(line for line in lines if line))
        print(f"      -- {where(citation.place)}")


def _print_done(answer: Answer) -> None:
    if answer.resolved:
        print(f"\nUnderstood as: {answer.resolved}")
    if not _is_shown(answer):
        # The quotes that follow what was written stand above it.
        print(f"\n{answer.written or answer.text}")
    print(f"\n({answer.support}; {answer.timings.total / 1000:.1f} s, {answer.engine})")
    if answer.note:
        print(f"Note: {answer.note}")
    for entry in answer.withheld:
        print(f"Left out: {entry.sentence}\n  because {entry.reason}")
        if entry.evidence:
            print(f"  the passage: {' '.join(entry.evidence.quote.split())}")
    shown = {citation.marker for citation in (*answer.evidence, *answer.warnings)}
    _print_quotes("Sources", [entry for entry in answer.citations if entry.marker not in shown])


def _is_shown(answer: Answer) -> bool:
    """Whether an answer is no more than the evidence, which was printed before it."""
    text = " ".join(answer.text.split())
    if answer.written:
        return False
    return bool(answer.evidence) and all(" ".join(entry.quote.split()) in text for entry in answer.evidence)


def run_models(action: str, names: Sequence[str], wanted: Sequence[str], as_json: bool) -> int:
    """List, fetch or verify models; names default to those wanted."""
    from assistant import models

    if action == "list":
        states = models.status()
    elif action == "fetch":
        started = time.monotonic()
        with download_bars() as show:
            for name in names or wanted:
                models.fetch(name, show)
                if models.spec_of(name).role == "embedder":
                    models.embedder_folder(models.spec_of(name).name)
        print(f"models are ready ({time.monotonic() - started:.0f} s)", file=sys.stderr)
        chosen = {models.spec_of(name).name for name in names or wanted}
        states = [state for state in models.status() if state.spec.name in chosen]
    else:
        with download_bars() as show:
            states = [models.verify(name, show) for name in names or wanted]
    rows = [
        {
            "name": state.spec.name,
            "role": state.spec.role,
            "state": state.state,
            "bytes": state.spec.size_bytes,
            "licence": state.spec.licence,
            "sha256": state.spec.sha256,
            "path": str(state.path),
        }
        for state in states
    ]
    if as_json:
        import json

        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['state']:8} {row['name']:24} {row['role']:10} {state_size(row)}  {row['path']}")
    return 0 if action == "list" or all(row["state"] == "present" for row in rows) else 1


def state_size(row: Mapping[str, Any]) -> str:
    """A file's size in MB, aligned."""
    return f"{row['bytes'] / 1e6:6,.0f} MB"
