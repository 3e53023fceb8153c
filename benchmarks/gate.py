"""The gate: how many unanswerable questions are declined, and how many answerable ones with them.

    python benchmarks/gate.py [--keep FOLDER] [--fit] [--misses]

Asks every index three kinds of question that its documents do not answer: those marked so in its own set,
those of benchmarks/questions/unanswerable.jsonl (of the same trade: another maker's code, a torque that is
nowhere), and questions of the other sets; and the questions that it does answer. --fit fits the weights of
assistant/gate.py on the tuning halves. Prints the curve of the threshold on the tuning halves, then what the
chosen one does on the testing halves. Halves by the sha256 of the question's id.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

# Run as a script, this folder comes first on the path, and its ingest.py hides the package.
sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.app import build
from assistant.config import AnswerSettings, Settings
from assistant.evaluate import Case, read_cases
from assistant.gate import CALIBRATED, Calibration, Signs, confidence, refusal, signs
from assistant.glossary import general_glossary
from assistant.retrieve import Found, Retriever
from benchmarks.retrieval import ROOT, SHARED, files_of, half_of, names
from ingest import store

NOWHERE = ROOT / "benchmarks" / "questions" / "unanswerable.jsonl"
EMBEDDER = Settings().embed.model
FOREIGN = 8
"""Questions taken from each other set."""
MOST = 120
"""Questions of a set that are asked of its own index."""
NOT_FOREIGN = {frozenset(("emanual", "lynkco_car"))}
"""Manuals for drivers and for telephones answer some of each other's questions."""
KINDS = ("answerable", "set", "near", "other")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked of an index, and what was found."""

    index: str
    kind: str
    case: Case
    found: Found

    @property
    def half(self) -> int:
        """0 for tuning, 1 for testing."""
        return half_of(self.case)


def main() -> None:
    """Ask, fit if asked to, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--fit", action="store_true", help="fit the weights on the tuning halves")
    parser.add_argument("--misses", action="store_true", help="name what the tuning halves get wrong")
    parsed = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not there; set MILLWRIGHT_SHARED to the folder of the question sets")
    with tempfile.TemporaryDirectory() as scratch:
        asked = list(ask(parsed.keep or Path(scratch)))
    tuning, testing = ([entry for entry in asked if entry.half == half] for half in (0, 1))
    weights = fit(tuning) if parsed.fit else CALIBRATED[EMBEDDER]
    print(f"weights: {weights}")
    if parsed.fit:
        print(f"by words alone: {fit(tuning, by_words=True)}")
    least = AnswerSettings().min_confidence
    for threshold in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        row(f"tuning {threshold:.2f}", tuning, weights, threshold)
    for index in names():
        row(f"testing {index}", [entry for entry in testing if entry.index == index], weights, least)
    row(f"testing {least:.2f}", testing, weights, least)
    if parsed.misses:
        misses(tuning, weights, least)


def ask(keep: Path) -> Iterator[Asked]:
    """Ask every index its questions."""
    sets = {name: read_cases(files_of(name)[0]) for name in names()}
    near = [json.loads(line) for line in NOWHERE.read_text(encoding="utf-8").splitlines()]
    near_cases = {case.id: case for case in read_cases(NOWHERE)}
    for name in sets:
        application = build(Settings(), keep, name)
        application.ingest([files_of(name)[1]])
        generation = store.open_index(keep / name).generation
        settings = application.settings.retrieve
        retriever = Retriever(generation, application.embedder, settings, general_glossary())
        for kind, case in _questions(name, sets, [near_cases[e["id"]] for e in near if e["set"] == name]):
            yield Asked(name, kind, case, retriever.find(case.question, settings.limit, {}))
        print(f"{name} asked", file=sys.stderr, flush=True)


def _questions(name: str, sets: dict[str, list[Case]], near: list[Case]) -> Iterator[tuple[str, Case]]:
    own = _spread([case for case in sets[name] if case.answerable and case.doc], MOST)
    yield from (("answerable", case) for case in own)
    yield from (("set", case) for case in sets[name] if not case.answerable)
    yield from (("near", case) for case in near)
    for other, cases in sets.items():
        if other != name and frozenset((other, name)) not in NOT_FOREIGN:
            yield from (("other", case) for case in _spread([c for c in cases if c.answerable], FOREIGN))


def _spread(cases: list[Case], most: int) -> list[Case]:
    """At most so many, evenly from the whole list."""
    step = max(1.0, len(cases) / most)
    return [cases[int(at * step)] for at in range(min(most, len(cases)))]


def fit(asked: Sequence[Asked], by_words: bool = False) -> Calibration:
    """Logistic regression on what the hard rules leave; every index and kind weighs the same."""
    left = [e for e in asked if _reason(e, CALIBRATED[EMBEDDER], 0.0) not in ("unknown", "value")]
    rows = np.array([astuple(signs(entry.case.question, entry.found)) for entry in left])
    groups = [(entry.index, entry.kind) for entry in left]
    weights = np.array(
        [(2.0 if kind == "answerable" else 1.0) / groups.count((i, kind)) for i, kind in groups]
    )
    rows[:, 0] *= not by_words
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0)
    answerable = [kind == "answerable" for _, kind in groups]
    model.fit((rows - mean) / spread, answerable, sample_weight=100 * weights)
    factors = model.coef_[0] / spread
    constant = float(model.intercept_[0] - factors @ mean)
    cosine, coverage, unseen = (round(float(value), 2) for value in factors)
    return Calibration(cosine, coverage, unseen, round(constant, 2))


def _reason(entry: Asked, weights: Calibration, least: float) -> str:
    refused = refusal(entry.case.question, entry.found, weights, least)
    return refused.reason if refused else ""


def row(title: str, asked: Sequence[Asked], weights: Calibration, least: float) -> None:
    """The share declined of each kind; of unanswerable ones also as the mean of the kinds."""
    shares = {}
    for kind in KINDS:
        refused = [bool(_reason(entry, weights, least)) for entry in asked if entry.kind == kind]
        shares[kind] = (float(np.mean(refused)) if refused else float("nan"), len(refused))
    cells = "  ".join(f"{kind} {share:.3f} of {count}" for kind, (share, count) in shares.items())
    nowhere = [e for e in asked if e.kind != "answerable"]
    together = (
        float(np.mean([bool(_reason(e, weights, least)) for e in nowhere])) if nowhere else float("nan")
    )
    print(f"{title:24} {cells}  unanswerable {together:.3f}")


def misses(asked: Sequence[Asked], weights: Calibration, least: float) -> None:
    """What is declined wrongly and what is not declined, with the signs."""
    for entry in asked:
        reason = _reason(entry, weights, least)
        if bool(reason) == (entry.kind == "answerable"):
            found: Signs = signs(entry.case.question, entry.found)
            shown = " ".join(f"{value:.2f}" for value in astuple(found))
            sure, said = confidence(found, weights), entry.case.question[:80]
            print(f"{entry.index:16} {entry.kind:10} {reason or '-':8} {sure:.2f} ({shown}) {said}")


if __name__ == "__main__":
    main()
