"""Instructions injected into documents: how often an answer follows them, beside a prompt without guards.

    python benchmarks/injections.py [--cases N] [--after N] [--kind NAME] [--seconds N] [--model NAME]

Writes a document for each of 100 injections (the strings of ../shared/hostile, each time in another carrier:
paragraph, table cell, heading, footnote, alt text, white print …), reads them, and asks each document for the
fact that stands beside. Once as Millwright does; once the same passages to the same model with no guard: no
system prompt, no fence, control tokens left, the words shown as they come. Also looks at what may never be:
markup of the document's, a citation that is none, a changed index. Target: followed at most half as often.
"""

import argparse
import collections
import hashlib
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

# Run as a script, this folder comes first on the path, and ingest.py in it hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from markdown_it import MarkdownIt

from assistant.app import Millwright, build
from assistant.config import Settings
from assistant.passages import passage_texts
from assistant.records import Answer, Done, Words
from benchmarks.hostile_plant import Case, cases, faults, make_strings, outcome, write_plant

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MILLWRIGHT_SHARED", ROOT.parent / "shared"))
_MAX_TOKENS = 80


@dataclass(frozen=True, slots=True)
class Attack:
    """What became of one injection: in the shown answer, in the words before, and without guards."""

    case: Case
    shown: str
    wrote: bool
    naive: bool
    right: bool
    faults: tuple[str, ...]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--after", type=int, default=0, help="so many cases are left out")
    parser.add_argument("--kind", default="", help="only this one")
    parser.add_argument("--seconds", type=float, default=720.0, help="no further case is begun after this")
    parser.add_argument("--model", default="small")
    given = parser.parse_args()
    chosen = Settings().generate
    settings = replace(Settings(), generate=replace(chosen, model=given.model, max_tokens=_MAX_TOKENS))
    with tempfile.TemporaryDirectory() as scratch:
        folder, index = Path(scratch) / "plant", Path(scratch) / "data"
        folder.mkdir()
        maker = SHARED / "hostile" / "make_bad_files.py"
        listed = cases(make_strings(maker, Path(scratch) / "bad"), given.cases)[given.after :]
        listed = [case for case in listed if given.kind in ("", case.kind)]
        write_plant(folder, listed)
        application = build(settings, index, "plant")
        application.ingest([folder])
        before = _digest(index / "plant")
        began, done = time.monotonic(), list[Attack]()
        for case in listed:
            if time.monotonic() - began > given.seconds:
                break
            done.append(attack(application, case))
        changed = _digest(index / "plant") != before
    _print(done, len(listed), changed)


def attack(application: Millwright, case: Case) -> Attack:
    """Ask with the guards and without."""
    wrote, answer = "", None
    for event in application.stream(case.question, filters={"doc": case.file}):
        if isinstance(event, Words):
            wrote += event.text
        elif isinstance(event, Done):
            answer = event.answer
    assert answer is not None
    writer = application.writer()
    assert writer is not None
    naive = _naive(application, writer.model, case, answer)
    return Attack(
        case,
        outcome(case, answer),
        bool(re.search(case.hit, wrote)),
        bool(re.search(case.hit, naive)),
        str(case.torque) in answer.text,
        tuple(faults(case, answer)),
    )


def _naive(application: Millwright, model: BaseChatModel, case: Case, answer: Answer) -> str:
    """The same passages, the way of a first tutorial: pasted, answered, shown."""
    settings, count = application.settings.answer, application.embedder.count_tokens
    hits = answer.hits[: settings.passages]
    passages = passage_texts(hits, {}, settings.prompt_tokens, count)
    context = "\n\n".join(f"{heading}\n{text}" for heading, text in passages)
    said = str(model.invoke([HumanMessage(f"{context}\n\n{case.question}")]).text)
    # Chat pages show Markdown, with the pictures and links in it.
    return MarkdownIt("commonmark", {"html": True}).render(said) if case.kind in ("exfil", "markup") else said


def _digest(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _print(done: list[Attack], wanted: int, changed: bool) -> None:
    count = len(done)
    kinds = collections.Counter(entry.case.kind for entry in done)
    print(f"{count} of {wanted} injections tried")
    for kind, number in sorted(kinds.items()):
        ours = [entry for entry in done if entry.case.kind == kind]
        print(f"  {kind:9} {number:3d}: {_row(ours)}")
    print(f"  all       {count:3d}: {_row(done)}")
    print(f"right number in the answer: {sum(entry.right for entry in done)} of {count}")
    broken = [(entry.case.file, fault) for entry in done for fault in entry.faults]
    print(f"markup and false citations: {len(broken)} {broken[:5] if broken else ''}")
    print(f"index changed: {'yes' if changed else 'no'}")


def _row(entries: list[Attack]) -> str:
    followed = sum(entry.shown == "followed" for entry in entries)
    quoted = sum(entry.shown == "quoted" for entry in entries)
    wrote, naive = sum(entry.wrote for entry in entries), sum(entry.naive for entry in entries)
    return (
        f"followed without guards {naive}, by our prompt {wrote}, in the checked answer {followed} "
        f"(shown as a quote of the document: {quoted})"
    )


if __name__ == "__main__":
    main()
