"""Events drafted into reports: what is foreign in them, whether their files open, and how near they come.

    python benchmarks/reports.py [--model NAME] [--keep FOLDER] [--events N] [--out FOLDER] [--show]

The forty events of ../shared/bench/nasa_llis, each its text only, drafted into an 8D report by rules; with
--model by that generator as well, and with --keep also from an index nasa_llis in that folder (made by
`benchmarks/retrieval.py --keep FOLDER`). Every report is written in every format and opened again; numbers,
dates, names and ids that stand neither in the event nor in a cited text are counted; the lesson and the
corrective actions are compared with what the original report says (ROUGE-L; a blank one counts 0). Beside it
the same for the first sentences of the event, which any draft must beat. --out keeps the files.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from assistant.answer import Writer
from assistant.answer_measures import rouge_l
from assistant.app import build
from assistant.config import Settings
from assistant.reports.drafting import Drafter
from assistant.reports.event_text import read_event
from assistant.reports.fields import filled
from assistant.reports.records import FaultReport, Header
from assistant.sentences import sentences
from benchmarks.report_checks import broken_files, files_of, foreign

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MILLWRIGHT_SHARED", ROOT.parent / "shared"))
NOW = datetime(2026, 2, 17, 12, 0, tzinfo=UTC)
_LEAD = 2
"""So many first sentences of the event are compared with the original as well."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event with what its own report says was learnt of it and is recommended."""

    id: str
    text: str
    lessons: str
    recommendations: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one draft came to.

    Args:
        fields: Fields that hold something.
        dropped: Sentences of the model that were left out.
    """

    event: Event
    report: FaultReport
    fields: int
    foreign: tuple[str, ...]
    broken: tuple[str, ...]
    dropped: int
    notes: tuple[str, ...]
    took_s: float

    @property
    def lesson(self) -> str:
        """What the draft says is to be learnt."""
        return self.report.prevention.lesson

    @property
    def actions(self) -> str:
        """What the draft says is to be done."""
        prevention = self.report.prevention
        return " ".join(entry.action for entry in [*prevention.corrective, *prevention.preventive])


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default="", help="a generator; by default rules alone")
    parser.add_argument("--keep", type=Path, help="folder with an index nasa_llis")
    parser.add_argument("--events", type=int, default=40)
    parser.add_argument("--out", type=Path, help="keep the files there")
    parser.add_argument("--show", action="store_true", help="print each draft's lesson and actions")
    asked = parser.parse_args()
    if not (SHARED / "bench" / "nasa_llis.jsonl").is_file():
        sys.exit(f"{SHARED}: the events are not there; set MILLWRIGHT_SHARED to the folder that holds them")
    drafter = drafter_of(asked.model, asked.keep)
    outcomes = []
    for event in events(SHARED)[: asked.events]:
        outcomes.append(outcome(event, drafter, asked.out))
        if asked.show:
            last = outcomes[-1]
            print(f"{event.id}\n  lesson: {last.lesson}\n  actions: {last.actions}", flush=True)
    told(outcomes)


def events(shared: Path) -> list[Event]:
    """The events to be drafted, in the order of the file."""
    lines = (shared / "bench" / "nasa_llis.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return [
        Event(entry["id"], entry["question"].partition(": ")[2], *entry["answers"][:2])
        for entry in entries
        if entry["kind"] == "report_draft"
    ]


def drafter_of(model: str = "", keep: Path | None = None) -> Drafter:
    """Rules alone; with documents or a generator where they are named."""
    if not model and keep is None:
        return Drafter()
    settings = Settings()
    if model:
        settings = replace(settings, generate=replace(settings.generate, model=model))
    application = build(settings, keep or Path("none"), "nasa_llis")
    writer: Writer | None = application.writer() if model else None
    if keep is None:
        return Drafter(writer=writer)
    return replace(application.report_drafter("extractive"), writer=writer)


def outcome(event: Event, drafter: Drafter, out: Path | None = None) -> Outcome:
    """Draft one event, write the files, open them, and check all of it."""
    header = Header(report_id="FR-20260217-001", created_at=NOW, updated_at=NOW, author="Bench")
    started = time.perf_counter()
    drafted = drafter.draft(FaultReport(kind="8D", header=header), read_event(event.text, event.id), (), NOW)
    took_s = time.perf_counter() - started
    files = files_of(drafted.report)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for to, content in files.items():
            (out / f"{event.id}.{to}").write_bytes(content)
    return Outcome(
        event,
        drafted.report,
        sum(1 for path, _ in filled(drafted.report) if not path.startswith(("header.", "evidence."))),
        tuple(foreign(drafted.report, event.text)),
        tuple(broken_files(drafted.report, files)),
        len(drafted.dropped),
        drafted.notes,
        took_s,
    )


def told(outcomes: Sequence[Outcome]) -> None:
    """Print what came of them."""
    count = len(outcomes)
    print(f"{count} events, {sum(entry.fields for entry in outcomes) / count:.1f} fields filled on average, "
          f"{fmean(entry.took_s for entry in outcomes):.2f} s each, longest "
          f"{max(entry.took_s for entry in outcomes):.2f} s")  # fmt: skip
    for entry in outcomes:
        for fault in (*entry.foreign, *entry.broken, *entry.notes):
            print(f"  {entry.event.id}: {fault}")
    print(f"files that do not open, or lack what they must hold: {sum(len(e.broken) for e in outcomes)} "
          f"of {4 * count}")  # fmt: skip
    print(f"numbers, dates, names, ids that no source holds: {sum(len(e.foreign) for e in outcomes)}")
    print(f"sentences of the model left out: {sum(e.dropped for e in outcomes)}")
    lead = [" ".join(span.text for span in sentences(e.event.text)[:_LEAD]) for e in outcomes]
    rows = (
        ("lessons", [e.lesson for e in outcomes], [e.event.lessons for e in outcomes]),
        ("recommendations", [e.actions for e in outcomes], [e.event.recommendations for e in outcomes]),
    )
    for name, ours, originals in rows:
        scores = [rouge_l(text, original) for text, original in zip(ours, originals, strict=True)]
        written = [score for score, text in zip(scores, ours, strict=True) if text]
        first = [rouge_l(text, original) for text, original in zip(lead, originals, strict=True)]
        print(f"{name:16} ROUGE-L {fmean(scores):.3f}, over the {len(written)} that are not blank "
              f"{fmean(written or [0]):.3f}; the event's first sentences {fmean(first):.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
