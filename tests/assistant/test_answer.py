"""Answers over a small real index: evidence first, citations by code, nothing invented, or declined."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Answerer, Writer
from assistant.cite import cite, unsaid
from assistant.config import AnswerSettings, RetrieveSettings
from assistant.declining import Searched
from assistant.errors import QuestionError
from assistant.evidence import citations, quotes
from assistant.records import Answer, AnswerEvent, Done, Evidence, Turn, Words
from assistant.retrieve import Retriever
from ingest import store
from ingest.pipeline import ingest
from tests.fakes import Scripted, WordEmbedder

MANUAL = """# Pump P-101

## 6.4 Replacing the mechanical seal

WARNING: Hot water under pressure can escape when the casing is opened.

1. Tighten the casing cover nuts crosswise to 55 N·m in three rounds.

Never use mineral oil on the O-rings.

## 7.2 Alarm codes

| Code | Meaning | Remedy |
|---|---|---|
| E021 | Bearing too hot | Let the surplus grease escape through the relief hole. |
| E022 | Vibration high | Check the alignment of the coupling. |
"""
QUESTION = "How tight are the casing cover nuts?"


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("plant")
    (folder / "pump.md").write_text(MANUAL)
    index = tmp_path_factory.mktemp("indexes") / "plant"
    embedder = WordEmbedder()
    ingest([folder], index, embedder)
    generation = store.open_index(index).generation
    return Answerer(
        Retriever(generation, embedder, RetrieveSettings()),
        embedder.count_tokens,
        AnswerSettings(),
        Searched(generation.manifest.documents, generation.manifest.chunks),
        8,
        lambda chunk: generation.around(chunk.chunk_id, 8, 1),
    )


def told(says: str) -> Writer:
    return Writer("scripted", Scripted(says=says), 30.0)


def events(answerer: Answerer, question: str, writer: Writer | None = None) -> list[AnswerEvent]:
    return list(answerer.stream(question, {}, writer))


def ask(answerer: Answerer, question: str, writer: Writer | None = None) -> Answer:
    last = events(answerer, question, writer)[-1]
    assert isinstance(last, Done)
    return last.answer


def test_the_evidence_comes_before_the_first_word(answerer: Answerer) -> None:
    stream = events(answerer, QUESTION, told("Tighten the casing cover nuts crosswise to 55 N·m."))
    assert isinstance(stream[0], Evidence)
    assert isinstance(stream[1], Words)
    assert isinstance(stream[-1], Done)
    assert not stream[0].last
    assert "55 N·m" in stream[0].citations[0].quote


def test_without_a_model_the_evidence_says_that_the_answer_follows(answerer: Answerer) -> None:
    evidence, done = events(answerer, QUESTION)
    assert isinstance(evidence, Evidence)
    assert evidence.last
    assert isinstance(done, Done)


def test_quotes_alone_are_an_answer(answerer: Answerer) -> None:
    answer = ask(answerer, QUESTION)
    assert answer.engine == "extractive"
    assert answer.support == "supported"
    first = answer.text.split(" [1]")[0].splitlines()
    assert first[0] == "1. Tighten the casing cover nuts crosswise to 55 N·m in three rounds."
    assert answer.citations[0].place.section.endswith("6.4 Replacing the mechanical seal")


def test_a_written_answer_brings_the_warnings_of_all_that_it_cites(answerer: Answerer) -> None:
    says = "Never use mineral oil on the O-rings."
    worded = replace(answerer, settings=AnswerSettings(rows_as_they_are=False))
    answer = ask(worded, "Which remedy has alarm E022?", told(says))
    assert answer.written.startswith(says)
    assert [warning.quote[:18] for warning in answer.warnings] == ["WARNING: Hot water"]
    markers = [citation.marker for citation in answer.citations]
    assert markers == list(range(1, len(markers) + 1))
    assert set(answer.warnings) <= set(answer.citations)


def test_the_warning_of_a_cited_step_is_shown(answerer: Answerer) -> None:
    assert [warning.quote for warning in ask(answerer, QUESTION).warnings] == [
        "WARNING: Hot water under pressure can escape when the casing is opened."
    ]


def test_a_supported_sentence_is_cited_and_an_invented_number_is_left_out(answerer: Answerer) -> None:
    says = "Tighten the casing cover nuts crosswise to 55 N·m. Then tighten the casing nuts to 80 N·m."
    answer = ask(answerer, QUESTION, told(says))
    assert answer.support == "partly"
    assert "80" not in answer.text
    assert answer.unsupported == ("Then tighten the casing nuts to 80 N·m.",)
    assert answer.text.endswith("[1]")


def test_what_the_rows_of_a_table_say_is_not_put_in_other_words(answerer: Answerer) -> None:
    evidence, done = events(answerer, "Which remedy has alarm E022?", told("Check the bearing."))
    assert isinstance(evidence, Evidence)
    assert evidence.last
    assert isinstance(done, Done)
    row = "Code: E022 | Meaning: Vibration high | Remedy: Check the alignment of the coupling. [1]"
    assert (done.answer.engine, done.answer.written) == ("extractive", "")
    assert done.answer.text.splitlines()[0] == row


def test_the_quotes_that_say_more_follow_what_is_written(answerer: Answerer) -> None:
    said = ask(answerer, QUESTION, told("Tighten the casing cover nuts crosswise."))
    assert said.written == "Tighten the casing cover nuts crosswise. [1]"
    below = said.text.removeprefix(said.written).strip()
    assert below.startswith("1. Tighten the casing cover nuts crosswise to 55 N·m in three rounds.")
    whole = "Tighten the casing cover nuts crosswise to 55 N·m in three rounds."
    quoted = ask(answerer, QUESTION).evidence
    assert unsaid(whole, [replace(quoted[0], quote=f"1. {whole}")]) == []
    assert unsaid(whole.replace("55", "50"), [replace(quoted[0], quote=whole)])


@pytest.mark.parametrize(
    "question", [QUESTION, "What must not be used on the O-rings?", "What does E021 mean?"]
)
@pytest.mark.parametrize("says", ["Open the casing.", "Never use mineral oil on the O-rings."])
def test_a_written_answer_holds_all_that_the_quotes_hold(
    answerer: Answerer, question: str, says: str
) -> None:
    final = ask(answerer, question, told(says)).text
    for citation in ask(answerer, question).evidence:
        assert all(word in final for word in citation.quote.split())


def test_an_answer_without_any_support_is_replaced_by_the_quotes(answerer: Answerer) -> None:
    answer = ask(answerer, QUESTION, told("Use 5 N·m and 10 grams of glue."))
    assert "10 grams" not in answer.text
    assert "55 N·m" in answer.text
    assert answer.note


def test_markers_that_the_model_writes_mean_nothing(answerer: Answerer) -> None:
    answer = ask(answerer, QUESTION, told("Tighten the casing cover nuts crosswise to 55 N·m [7]."))
    assert "[7]" not in answer.text
    assert "[1]" in answer.text


def test_a_question_the_documents_do_not_answer_is_declined(answerer: Answerer) -> None:
    answer = ask(answerer, "Who won the football championship?", told("Nobody."))
    assert answer.support == "declined"
    assert answer.text.startswith("Not in your documents.")
    assert answer.citations == ()


def test_a_code_that_no_document_holds_is_known_to_be_unknown(answerer: Answerer) -> None:
    answer = ask(answerer, "What does E777 mean?")
    assert answer.support == "declined"
    assert "E777" in answer.text
    assert ask(answerer, "报警 E777 是什么意思？").text.startswith("您的文档中没有 E777")


def test_a_known_code_gets_its_row(answerer: Answerer) -> None:
    answer = ask(answerer, "What does E021 mean?")
    assert "Bearing too hot" in answer.text
    assert "E022" not in answer.text.split("[1]")[0]


@pytest.mark.parametrize(
    ("question", "told_"), [("", "empty"), ("   ", "empty"), ("x" * 10_000, "10,000 characters")]
)
def test_an_empty_or_endless_question_is_told(answerer: Answerer, question: str, told_: str) -> None:
    with pytest.raises(QuestionError, match=told_):
        events(answerer, question)


def test_an_unknown_filter_lists_the_known_ones(answerer: Answerer) -> None:
    with pytest.raises(QuestionError, match="kind, machine, site"):
        list(answerer.stream(QUESTION, {"colour": "red"}, None))
    with pytest.raises(QuestionError, match="the known values are: manual"):
        list(answerer.stream(QUESTION, {"kind": "poem"}, None))


def test_a_follow_up_is_understood_with_the_question_before_it(answerer: Answerer) -> None:
    first = ask(answerer, "What does E021 mean?")
    stream = list(answerer.stream("And its remedy?", {}, None, [Turn("What does E021 mean?", first)]))
    last = stream[-1]
    assert isinstance(last, Done)
    assert "relief hole" in last.answer.text


def after(answerer: Answerer, before: Turn, question: str, writer: Writer | None = None) -> list[AnswerEvent]:
    return list(answerer.stream(question, {}, writer, [before]))


def test_a_new_code_takes_the_place_of_the_old_one(answerer: Answerer) -> None:
    before = Turn("What does E021 mean?", ask(answerer, "What does E021 mean?"))
    last = after(answerer, before, "And E022?")[-1]
    assert isinstance(last, Done)
    assert last.answer.question == "And E022?"
    assert last.answer.resolved == "What does E022 mean?"
    assert last.answer.text.startswith("Code: E022")
    assert ask(answerer, "What does E022 mean?").resolved == ""


def test_a_follow_up_is_quoted_by_its_own_words(answerer: Answerer) -> None:
    before = Turn(QUESTION, ask(answerer, QUESTION))
    last = after(answerer, before, "And the O-rings?")[-1]
    assert isinstance(last, Done)
    assert last.answer.resolved == f"{QUESTION} And the O-rings?"
    assert last.answer.text.startswith("Never use mineral oil on the O-rings.")


def test_a_follow_up_that_only_the_model_can_put_in_full_is_searched_twice(answerer: Answerer) -> None:
    before = Turn("Which alarms are listed?", Answer("", "E021 and E022 are.", "supported"))
    found = after(answerer, before, "And the other one?", told("What is the remedy of E022?"))
    last = found[-1]
    assert isinstance(last, Done)
    assert isinstance(found[0], Evidence)
    assert sum(isinstance(event, Evidence) for event in found) == 2
    assert last.answer.resolved == "What is the remedy of E022?"
    assert "Check the alignment of the coupling." in last.answer.evidence[0].quote
    # What it makes up is not asked.
    invented = after(answerer, before, "And the other one?", told("What is the remedy of E999?"))[-1]
    assert isinstance(invented, Done)
    assert "E999" not in invented.answer.resolved


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from([*MANUAL.split(), "80", "N·m", "[3]", "E999", "."]), max_size=40))
def test_every_marker_points_at_a_retrieved_chunk(answerer: Answerer, words: list[str]) -> None:
    found = answerer.retriever.find(QUESTION, 8, {})
    evidence = citations(quotes(found.hits, found.terms, 3))
    cited = cite(" ".join(words), found.hits, evidence)
    known = {hit.chunk.chunk_id: hit.chunk.text for hit in found.hits}
    assert [citation.marker for citation in cited.citations] == list(range(1, len(cited.citations) + 1))
    assert all(citation.quote in known[citation.chunk_id] for citation in cited.citations)


def test_paths_are_of_the_plant(answerer: Answerer) -> None:
    assert {hit.chunk.place.doc for hit in ask(answerer, QUESTION).hits} == {str(Path("pump.md"))}
