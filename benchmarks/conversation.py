"""Follow-ups: whether what is found and quoted answers them, by how they are understood.

    python benchmarks/conversation.py [--keep FOLDER] [--tuning] [--misses]

Each line of benchmarks/questions/conversations.jsonl is a conversation over the sample plant: the questions
before, the last question, and strings that must stand together in one passage read. The questions before are
answered with the extractive engine. Prints, by kind, the share whose passage stands in the first 1,000
characters read, and the share whose evidence holds the strings: with the question alone, with the question
before it put in front, with the rules, and with the rules and the card. Halves by the sha256 of the id.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from assistant.app import Millwright, build
from assistant.config import GenerateSettings, Settings
from assistant.evaluate import READ_SHORT, Case, gold_end, passages
from assistant.records import Answer, Card, Turn
from ingest.terms import normalise

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "benchmarks" / "questions" / "conversations.jsonl"


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation up to its last question."""

    id: str
    kind: str
    before: tuple[str, ...]
    question: str
    must_contain: tuple[str, ...]

    @property
    def half(self) -> int:
        """0 for tuning, 1 for testing."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2


Way = Callable[[Millwright, Talk, Sequence[Turn]], Answer]


def main() -> None:
    """Read the conversations and print a table for each half asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="folder where the index is kept for the next run")
    parser.add_argument("--tuning", action="store_true", help="the tuning half too")
    parser.add_argument("--misses", action="store_true", help="name what the last way missed (tuning half)")
    parsed = parser.parse_args()
    talks = [_talk(json.loads(line)) for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line]
    with tempfile.TemporaryDirectory() as temporary:
        millwright = _opened(parsed.keep or Path(temporary))
        for half, title in ((0, "tuning"), (1, "testing")):
            if half == 1 or parsed.tuning:
                _table(title, millwright, [talk for talk in talks if talk.half == half], parsed.misses)


def _talk(entry: dict[str, object]) -> Talk:
    before, must = entry["before"], entry["must_contain"]
    assert isinstance(before, list)
    assert isinstance(must, list)
    return Talk(str(entry["id"]), str(entry["kind"]), tuple(before), str(entry["question"]), tuple(must))


def _opened(folder: Path) -> Millwright:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    millwright = build(replace(Settings(), generate=GenerateSettings(engine="extractive")), folder, "plant")
    if not (folder / "plant" / "CURRENT").is_file():
        millwright.ingest([ROOT / "examples"])
    return millwright


def _alone(millwright: Millwright, talk: Talk, turns: Sequence[Turn]) -> Answer:
    return millwright.ask(talk.question)


def _with_the_one_before(millwright: Millwright, talk: Talk, turns: Sequence[Turn]) -> Answer:
    return millwright.ask(f"{talk.before[-1]}\n{talk.question}")


def _by_rules(millwright: Millwright, talk: Talk, turns: Sequence[Turn]) -> Answer:
    return millwright.ask(talk.question, history=turns)


def _with_the_card(millwright: Millwright, talk: Talk, turns: Sequence[Turn]) -> Answer:
    return millwright.ask(talk.question, history=turns, about=turns[-1].answer.about)


WAYS: dict[str, Way] = {
    "alone": _alone,
    "the one before + it": _with_the_one_before,
    "rules": _by_rules,
    "rules and card": _with_the_card,
}


def _table(title: str, millwright: Millwright, talks: Sequence[Talk], misses: bool) -> None:
    kinds = list(dict.fromkeys(talk.kind for talk in talks))
    print(f"\n{title} half, {len(talks)} conversations: found in the first 1,000 characters / quoted")
    print(f"| way | {' | '.join(kinds)} | all |")
    print("|---" * (len(kinds) + 2) + "|")
    for name, way in WAYS.items():
        scored = [(talk, *_score(talk, way(millwright, talk, _turns(millwright, talk)))) for talk in talks]
        cells = [_cell([entry for entry in scored if entry[0].kind == kind]) for kind in kinds]
        print(f"| {name} | {' | '.join(cells)} | {_cell(scored)} |", flush=True)
        if misses and title == "tuning" and way is _with_the_card:
            for talk, found, quoted in scored:
                if not (found and quoted):
                    print(f"    {talk.id}: {talk.question} (found {found}, quoted {quoted})")


def _turns(millwright: Millwright, talk: Talk) -> list[Turn]:
    turns: list[Turn] = []
    card = Card()
    for question in talk.before:
        answer = millwright.ask(question, history=turns, about=card)
        turns.append(Turn(question, answer))
        card = answer.about
    return turns


def _score(talk: Talk, answer: Answer) -> tuple[bool, bool]:
    case = Case(talk.id, talk.question, must_contain=talk.must_contain, kind="code_lookup")
    end = gold_end(case, passages(answer.hits))
    quoted = normalise("\n".join(entry.quote for entry in answer.evidence)).casefold()
    held = all(normalise(text).casefold() in quoted for text in talk.must_contain)
    return end is not None and end.characters <= READ_SHORT, held


def _cell(scored: Sequence[tuple[Talk, bool, bool]]) -> str:
    if not scored:
        return "–"
    found = sum(entry[1] for entry in scored) / len(scored)
    quoted = sum(entry[2] for entry in scored) / len(scored)
    return f"{found:.2f} / {quoted:.2f}"


if __name__ == "__main__":
    main()
