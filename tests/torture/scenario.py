"""A run that adds, changes and removes documents of an existing index, and what each outcome looks like."""

import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

from ingest import disk, originals, store
from ingest.generation import Generation, Weights
from ingest.pipeline import IngestOptions, ingest
from ingest.records import Chunk, DocumentRow
from ingest.terms import identifiers, query_words
from tests.fakes import WordEmbedder

LONG = os.environ.get("MILLWRIGHT_TORTURE") == "long"
"""`make torture` sets it: the same tests, more often."""

OPTIONS = IngestOptions(workers=1, batch_chunks=4)
"""Small batches, so that a run has many moments at which it can be cut off."""

QUESTIONS = (
    "Which grease does the bearing of P-101 take?",
    "What does alarm E021 mean, and E107?",
    "torque of the cover screws",
    "How often is the belt of CV-204 tightened?",
    "filter of the hydraulic unit HP-2",
)
_PARTS = ("bearing", "belt", "cover screws", "filter", "coupling", "gearbox", "seal", "motor")


def manual(number: int, revision: int = 1) -> str:
    """A short manual; another revision has other values, codes and passages."""
    chance = random.Random(1000 * number + revision)  # noqa: S311 - repeatable, not secret
    sections = [
        f"## {part.capitalize()}\n\nAlarm E{chance.randrange(20, 120):03d}: the {part} of P-{100 + number} "
        f"is too hot. Tighten it to {chance.randrange(5, 90)} N m every {chance.randrange(2, 12)} weeks "
        f"and use grease LM-{chance.randrange(1, 9)}."
        for part in chance.sample(_PARTS, 4)
    ]
    return "\n\n".join([f"# Machine CV-{200 + number}, revision {revision}", *sections]) + "\n"


@dataclass(frozen=True, slots=True)
class State:
    """All that a reader can see of a generation: documents, passages and the answers of every search."""

    documents: tuple[DocumentRow, ...]
    passages: tuple[Chunk, ...]
    answers: tuple[tuple[str, float], ...]


def state_of(generation: Generation) -> State:
    """Ask everything; row numbers are left out, since a run that was cut off may number anew."""
    embedder = WordEmbedder()
    answers: list[tuple[str, float]] = []
    every: dict[int, Chunk] = {}
    for question in QUESTIONS:
        dense = generation.dense(embedder.query(question), 10_000, {})
        lexical = generation.lexical(generation.rarity(query_words(question)), 10_000, {}, Weights())
        held = [(n, 1.0) for code in identifiers(question) for n in generation.holding(code, 10_000, {})]
        every.update(generation.chunks([number for number, _ in dense]))
        for found in (dense, lexical, held):
            scores = [(every[number].chunk_id, round(score, 4)) for number, score in found]
            answers += sorted(scores, key=lambda entry: (-entry[1], entry[0]))
    passages = tuple(sorted(every.values(), key=lambda chunk: chunk.chunk_id))
    return State(tuple(generation.documents()), passages, tuple(answers))


@dataclass(frozen=True, slots=True)
class Scenario:
    """An index as it was, the folder as it is now, and what may be seen after a run, however it ended.

    Args:
        base: The index before; copied for each trial.
        plant: The folder that the run reads.
        old: What the index answers before the run.
        new: What it answers after.
    """

    base: Path
    plant: Path
    old: State
    new: State

    def index(self, trial: Path) -> Path:
        """A fresh copy of the index as it was."""
        if trial.exists():
            shutil.rmtree(trial)
        shutil.copytree(self.base, trial)
        return trial

    def check_whole(self, index: Path) -> str:
        """Hold an index against both states; says which it is, `old` or `new`."""
        opened = store.open_index(index)
        assert opened.notice == "", opened.notice
        assert [entry.damage for entry in store.check(index) if entry.current] == [""]
        state = state_of(opened.generation)
        assert state in (self.old, self.new)
        for row in state.documents:
            kept = originals.find(index, row.sha256)
            assert kept is not None, row.doc
            assert disk.mark_of(kept).sha256 == row.sha256, row.doc
        return "old" if state == self.old else "new"

    def check_finished(self, index: Path) -> None:
        """Run once more, undisturbed: the new state, whole, and nothing left over."""
        ingest([self.plant], index, WordEmbedder(), OPTIONS)
        assert self.check_whole(index) == "new"
        assert leftovers(index) == []
        assert len(list((index / "generations").iterdir())) == store.KEPT_GENERATIONS
        originals_there = {path.name.partition(".")[0] for path in (index / "originals").glob("?" * 64 + "*")}
        assert originals_there <= {row.sha256 for row in (*self.old.documents, *self.new.documents)}
        assert all(entry.damage == "" for entry in store.check(index))
        kept = {source.doc for _, source in originals.kept(index)}
        assert kept == {row.doc for row in self.new.documents}


def leftovers(index: Path) -> list[str]:
    """Files that a finished run has no business to leave."""
    strange = [path.name for path in (index / "generations").iterdir() if not path.name.isdigit()]
    strange += [path.name for path in index.glob("unfinished*")]
    strange += [path.name for path in index.rglob(".*")]
    return sorted(strange)


def make_scenario(folder: Path) -> Scenario:
    """Two generations of an old plant, then files changed, added and removed."""
    plant, base = folder / "plant", folder / "base"
    plant.mkdir(parents=True)
    for number in range(1, 7):
        (plant / f"manual-{number}.md").write_text(manual(number))
    ingest([plant], base, WordEmbedder(), OPTIONS)
    (plant / "manual-6.md").write_text(manual(6, 2))
    ingest([plant], base, WordEmbedder(), OPTIONS)
    old = state_of(store.open_index(base).generation)
    (plant / "manual-1.md").write_text(manual(1, 2))
    (plant / "manual-2.md").write_text(manual(2, 3))
    (plant / "manual-3.md").unlink()
    for number in range(7, 10):
        (plant / f"manual-{number}.txt").write_text(manual(number))
    straight = folder / "straight"
    shutil.copytree(base, straight)
    ingest([plant], straight, WordEmbedder(), OPTIONS)
    new = state_of(store.open_index(straight).generation)
    assert old != new
    return Scenario(base, plant, old, new)


STEP = 1 if LONG else 7
"""Every how many operations on the disk one is made to fail."""


def no_more_than(steps: int) -> None:
    """Fail when a run made so many operations that the loop over them cannot be right."""
    assert steps < 1000, "the run never got through"
