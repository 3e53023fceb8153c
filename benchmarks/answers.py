"""The answers: how many hold the facts, how many are carried by what they cite, and what is invented.

    python benchmarks/answers.py [--keep FOLDER] [--sets NAME...] [--most 60] [--engine NAME] [--tuning]

Asks the testing half of every question set (at most so many of each, spread over the whole) through the whole
product and prints, a row a set: facts (strings of must_contain, else figures of the reference), sentences
shown that the cited passage carries, cited passages of the right document, declined of the answerable and of
the unanswerable, seconds, and every token with a digit or underscore that no cited passage holds; that list
must be empty. Halves by the sha256 of the question's id.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

# Run as a script, this folder comes first on the path, and its ingest.py hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from assistant.answer_eval import MEASURES, Scored, ask
from assistant.app import build
from assistant.config import Settings
from assistant.evaluate import Case, read_cases
from benchmarks.retrieval import SHARED, files_of, half_of, names

SHOWN = ("facts", "all_facts", "carried", "gold_precision", "declined_answerable", "declined_unanswerable")


def main() -> None:
    """Ask and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--sets", nargs="*", default=[])
    parser.add_argument("--most", type=int, default=60, help="questions of a set")
    parser.add_argument("--engine", default="extractive")
    parser.add_argument("--tuning", action="store_true", help="the tuning halves instead")
    parser.add_argument("--misses", action="store_true", help="also the answers that lack a fact")
    parsed = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there; set MILLWRIGHT_SHARED to the folder of the question sets")
    print(f"{'':18}{'asked':>6}" + "".join(f"{name[:20]:>22}" for name in SHOWN) + "   evidence p95")
    everything: list[Scored] = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in parsed.sets or names():
            scored = asked(name, parsed.keep or Path(scratch), parsed)
            everything += scored
            row(name, scored)
    row("all questions", everything)
    invented = [(entry.case.id, entry.invented) for entry in everything if entry.invented]
    print(f"\ninvented: {len(invented)}")
    for case_id, tokens in invented:
        print(f"  {case_id}: {', '.join(tokens)}")
    for entry in everything if parsed.misses else ():
        if entry.lacking:
            print(f"\n{entry.case.id}: {entry.case.question}\n  lacks {entry.lacking}\n  {entry.answer.text}")


def asked(name: str, keep: Path, parsed: argparse.Namespace) -> list[Scored]:
    """Ask one half of a set, evenly spread."""
    file, documents = files_of(name)
    application = build(Settings(), keep, name)
    application.ingest([documents])
    application.warm()
    cases = [case for case in read_cases(file) if half_of(case) == (0 if parsed.tuning else 1)]
    return [ask(application, case, parsed.engine) for case in spread(cases, parsed.most)]


def spread(cases: Sequence[Case], most: int) -> list[Case]:
    """At most so many, evenly from the whole list."""
    step = max(1.0, len(cases) / most)
    return [cases[int(at * step)] for at in range(min(most, len(cases)))]


def row(title: str, scored: Sequence[Scored]) -> None:
    """The mean of each measure over the questions of which it says something."""
    cells = []
    for measure in SHOWN:
        values = [v for entry in scored if (v := entry.values[MEASURES.index(measure)]) is not None]
        cells.append(f"{np.mean(values):.3f} of {len(values)}" if values else "-")
    slowest = np.quantile([entry.seconds.evidence for entry in scored], 0.95) if scored else float("nan")
    line = f"{title:18}{len(scored):6}" + "".join(f"{cell:>22}" for cell in cells)
    print(f"{line}{1000 * slowest:12.0f} ms", flush=True)


if __name__ == "__main__":
    main()
