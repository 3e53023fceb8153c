"""The measures of asked questions, and their report."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer_eval import MEASURES, Scored, Seconds, evaluate, scored
from assistant.answer_report import report
from assistant.answer_view import print_answers
from assistant.errors import QuestionError
from assistant.evaluate import Case
from assistant.judge import judge, verdict
from assistant.records import Answer, AnswerEvent, Citation, Done, Evidence, Hit, Words
from ingest.records import Chunk, Place
from tests.fakes import Scripted

PUMP = Chunk("c1", "Tighten the cover nuts to 55 N·m.", Place("pump.md", "Pump", "Tightening"), 0)
STORE = Chunk("c2", "The seal kit is in the store.", Place("store.md", "Store", "Parts"), 0)
HITS = (Hit(PUMP, 2.0, 1), Hit(STORE, 1.0, 2))
ASKED = Case("1", "How tight?", "en", ("To 55 Nm.",), "pump.md", "Tightening", must_contain=("55", "nuts"))
NOWHERE = Case("2", "价格是多少？", "zh", answerable=False, kind="price")
QUICK = Seconds(0.1, 0.2, 0.3)


def answer(text: str, *chunks: Chunk, support: str = "supported", unsupported: Sequence[str] = ()) -> Answer:
    citations = tuple(
        Citation(marker, chunk.chunk_id, chunk.place, chunk.text) for marker, chunk in enumerate(chunks, 1)
    )
    made = Answer("?", text, "declined", citations, citations, hits=HITS, unsupported=tuple(unsupported))
    return replace(made, support=support, engine="scripted")  # type: ignore[arg-type]


def values(entry: Scored) -> dict[str, float | None]:
    return dict(zip(MEASURES, entry.values, strict=True))


def test_a_right_answer_has_its_facts_and_cites_the_gold() -> None:
    entry = scored(ASKED, answer("Tighten the nuts to 55 N·m. [1]", PUMP), QUICK)
    measured = values(entry)
    assert (measured["facts"], measured["figures"], measured["gold_recall"]) == (1, 1, 1)
    assert (measured["gold_precision"], measured["carried"], measured["faithful"]) == (1, 1, 1)
    assert measured["declined_answerable"] == 0
    assert measured["declined_unanswerable"] is None
    assert entry.lacking == entry.invented == ()


def test_a_wrong_number_is_lacking_and_invented() -> None:
    entry = scored(ASKED, answer("Tighten the nuts to 65 N·m. [1]", PUMP), QUICK)
    measured = values(entry)
    assert (measured["facts"], measured["all_facts"], measured["figures"]) == (0.5, 0, 0)
    assert entry.lacking == ("55",)
    assert entry.invented == ("65",)


def test_a_number_of_another_passage_than_the_cited_one_is_invented() -> None:
    entry = scored(ASKED, answer("Tighten the nuts to 55 N·m. [1]", STORE), QUICK)
    assert entry.invented == ("55",)
    assert (values(entry)["gold_precision"], values(entry)["carried"]) == (0, 0)


def test_left_out_sentences_count_against_faithfulness() -> None:
    entry = scored(ASKED, answer("Tighten the nuts. [1]", PUMP, unsupported=["Use 9 bolts."]), QUICK)
    assert values(entry)["faithful"] == 0.5


def test_a_declined_answer_has_no_facts() -> None:
    declined = answer("Not in your documents: 55 nuts", support="declined")
    measured = values(scored(ASKED, declined, QUICK))
    assert (measured["facts"], measured["f1"], measured["declined_answerable"]) == (0, 0, 1)
    assert measured["carried"] is None
    assert values(scored(NOWHERE, declined, QUICK))["declined_unanswerable"] == 1


def test_the_report_has_groups_seconds_misses_and_what_was_invented(
    capsys: pytest.CaptureFixture[str],
) -> None:
    measured = report(
        [
            scored(ASKED, answer("Tighten the nuts to 65 N·m. [1]", PUMP), QUICK),
            scored(NOWHERE, answer("Nuts. [1]", PUMP), QUICK),
        ]
    )
    assert [group.name for group in measured.groups] == ["all", "en", "zh", "price"]
    assert measured.groups[0].measures["facts"].questions == 1
    assert measured.groups[0].seconds["evidence"].p95 == 0.1
    assert [miss.reason for miss in measured.missed] == [
        "invented 65",
        "answered, although no document does",
    ]
    assert json.loads(json.dumps(measured.as_json()))["invented"] == [{"id": "1", "names": ["65"]}]
    print_answers(measured)
    assert "invented numbers, codes and part numbers: 1" in capsys.readouterr().out


class Told:
    """Answers every question alike."""

    def stream(self, question: str, *, engine: str | None) -> Iterator[AnswerEvent]:
        said = answer("Tighten the nuts to 55 N·m. [1]", PUMP)
        yield Evidence(said.evidence, (), HITS, "en", 1.0)
        yield Words("Tighten")
        yield Done(said)


def test_the_questions_of_a_file_are_asked_and_timed(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [{"id": str(n), "question": "How tight?", "must_contain": ["55"]} for n in range(3)]
    path.write_text("\n".join(map(json.dumps, lines)))
    entries = evaluate(Told(), path, None, 2)
    assert [entry.case.id for entry in entries] == ["0", "1"]
    assert all(entry.seconds.evidence <= entry.seconds.first <= entry.seconds.last for entry in entries)
    path.write_text("\n")
    with pytest.raises(QuestionError, match="no questions"):
        evaluate(Told(), path, None)


def test_a_judge_says_yes_or_no_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"question": "How tight?", "answers": ["55 N·m"]}))
    for says, judged in (("Yes.", 1), ("no, 65", 0), ("Perhaps", None)):
        (entry,) = evaluate(Told(), path, None, judge=judge(Scripted(says=says), 10.0))
        assert values(entry)["judged"] == judged
    assert verdict("") is None
