"""The llama.cpp engine: how it fails, and what the small fetched model does when it streams."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, ToolMessage

from assistant.engine_llama_cpp import LlamaCpp
from assistant.errors import GenerateError, ModelError
from assistant.generate import GENERATORS, GenerateOptions

PASSAGE = "The bearing of pump P-101 must be greased every 500 running hours with 12 g of grease NLGI 2. "
QUESTION = "How many grams of grease does the bearing of pump P-101 need? Answer in one sentence."


def engine(path: Path, **changes: Any) -> BaseChatModel:
    return GENERATORS["llama.cpp"](GenerateOptions("qwen2.5-coder-0.5b", path, **changes))


def test_a_model_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match=r"none\.gguf: the model is not there.*models fetch qwen2\.5-coder-0\.5b"
    ):
        engine(tmp_path / "none.gguf").invoke("hello")


def test_a_file_that_is_no_model_is_refused_and_the_next_question_is_not_blocked(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    model = engine(broken, wait_s=1.0)
    for _ in range(2):
        with pytest.raises(GenerateError, match=r"broken\.gguf: llama\.cpp cannot load it"):
            model.invoke("hello")


def test_messages_it_cannot_take_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tool"):
        engine(tmp_path / "none.gguf").invoke([ToolMessage("42", tool_call_id="1")])


@pytest.fixture(scope="module")
def small() -> LlamaCpp:
    """The small fetched model; without it these tests fail only where the models are required."""
    from assistant import models

    path = models.find("small")
    if path is None:
        message = "the small generator has not been fetched: run `millwright models fetch small`"
        (pytest.fail if os.environ.get("MILLWRIGHT_REQUIRE_MODELS") == "1" else pytest.skip)(message)
    model = engine(path, context_tokens=1536, max_tokens=32, wait_s=1.0)
    assert isinstance(model, LlamaCpp)
    return model


@pytest.mark.model
def test_the_answer_comes_in_pieces_and_the_last_tells_how_it_went(small: LlamaCpp) -> None:
    pieces = [piece for piece in small.stream(PASSAGE + QUESTION) if piece.text or piece.usage_metadata]
    text = "".join(str(piece.text) for piece in pieces)
    assert "12" in text
    assert len(pieces) > 5
    last = pieces[-1]
    assert isinstance(last, AIMessageChunk)
    assert last.usage_metadata is not None
    assert last.usage_metadata["input_tokens"] > 30
    assert 3 < last.usage_metadata["output_tokens"] <= 32
    assert last.response_metadata["prompt_per_second"] > 0
    assert last.response_metadata["predicted_per_second"] > 0
    assert last.response_metadata["finish_reason"] in {"stop", "length"}


@pytest.mark.model
def test_invoking_gives_the_same_words_and_counts(small: LlamaCpp) -> None:
    streamed = "".join(str(piece.text) for piece in small.stream(PASSAGE + QUESTION))
    answer = small.invoke(PASSAGE + QUESTION)
    assert answer.text == streamed
    assert answer.usage_metadata is not None
    assert answer.response_metadata["model_name"] == "qwen2.5-coder-0.5b"


@pytest.mark.model
def test_a_prefix_that_was_read_is_not_read_again(small: LlamaCpp) -> None:
    small.invoke(PASSAGE * 4 + QUESTION)
    small.invoke("What is a gasket?")  # another conversation between the two
    follow_up = small.invoke(PASSAGE * 4 + "After how many hours must it be greased?")
    assert follow_up.response_metadata["cache_n"] > small.count_tokens(PASSAGE * 4)


@pytest.mark.model
@pytest.mark.parametrize("pieces", [2, 12])
def test_closing_the_stream_stops_the_engine_while_reading_and_while_writing(
    small: LlamaCpp, pieces: int
) -> None:
    # The first pieces come while a prompt of many batches is read; a new number makes it new each time.
    prompt = f"{time.time_ns()} " + PASSAGE * (30 if pieces == 2 else 1) + "Repeat all of it ten times."
    stream = small.stream(prompt, max_tokens=400)
    for _ in range(pieces):
        next(stream)
    began = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    small.invoke("Say ok.", max_tokens=2)
    assert time.monotonic() - began < 10  # seconds; the whole would have taken a minute


@pytest.mark.model
def test_a_question_does_not_wait_for_ever_behind_another(small: LlamaCpp) -> None:
    first = small.stream("Count from one to one hundred.", max_tokens=200)
    next(first)
    try:
        with pytest.raises(GenerateError, match=r"still busy with other questions after 1 s"):
            small.invoke("Say ok.")
    finally:
        first.close()  # type: ignore[attr-defined]


@pytest.mark.model
def test_questions_from_several_threads_each_get_their_answer(small: LlamaCpp) -> None:
    patient = LlamaCpp(options=GenerateOptions("small", small.options.model_path, 1536, 8))
    patient.use(small.warm())
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = str(patient.invoke(f"Write the number {number} and nothing else.").text)

    threads = [threading.Thread(target=ask, args=(number,)) for number in (17, 42, 99)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(str(number) in answer for number, answer in answers.items())
    assert len(answers) == 3


@pytest.mark.model
def test_a_schema_binds_what_is_written(small: LlamaCpp) -> None:
    schema = {
        "type": "object",
        "properties": {"grams": {"type": "integer"}, "unit": {"enum": ["g", "kg"]}},
        "required": ["grams", "unit"],
        "additionalProperties": False,
    }
    bound = small.bind(response_format={"type": "json_schema", "json_schema": {"schema": schema}})
    written = json.loads(bound.invoke(PASSAGE + QUESTION).text)
    assert isinstance(written["grams"], int)
    assert written["unit"] in {"g", "kg"}


@pytest.mark.model
def test_a_prompt_that_is_too_long_says_by_how_much(small: LlamaCpp) -> None:
    with pytest.raises(
        GenerateError, match=r"the prompt has \d+ tokens and the model is set to read 1536.*context_tokens"
    ):
        small.invoke(PASSAGE * 80)


@pytest.mark.model
def test_a_schema_that_is_none_is_refused(small: LlamaCpp) -> None:
    bound = small.bind(response_format={"type": "json_schema", "json_schema": {"schema": {"type": "odd"}}})
    with pytest.raises(GenerateError, match=r"llama\.cpp failed .*unrecognized type odd"):
        bound.invoke("hello")


@pytest.mark.model
def test_tokens_are_counted_while_an_answer_is_written(small: LlamaCpp) -> None:
    stream = small.stream("Count from one to twenty.")
    next(stream)
    try:
        assert small.count_tokens("") == 0
        assert small.count_tokens("pump") < small.count_tokens("主轴轴承温度过高，请停机检查。") < 30
    finally:
        stream.close()  # type: ignore[attr-defined]


class Dead:
    """A server that broke down: it fails and no longer listens."""

    listening_address = "http://127.0.0.1:9"

    def handle_chat_completions(self, request: str, take: Any) -> None:
        raise RuntimeError("the engine is gone")


def test_a_broken_file_is_not_loaded_again_at_once(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    model = engine(broken)
    with pytest.raises(GenerateError) as first:
        model.invoke("hello")
    with pytest.raises(GenerateError) as second:
        model.invoke("hello")
    assert second.value is first.value


@pytest.mark.model
def test_an_engine_that_died_is_started_again(small: LlamaCpp) -> None:
    model = LlamaCpp(options=GenerateOptions("small", small.options.model_path, 512, 4))
    model.use(Dead())
    with pytest.raises(GenerateError, match=r"llama\.cpp failed \(the engine is gone\)"):
        model.invoke("hello")
    time.sleep(1.1)  # the pause before a restart
    assert model.invoke("Say ok.").text


@pytest.mark.model
def test_who_waits_is_told_the_place_and_can_go_away(small: LlamaCpp) -> None:
    first = small.stream("Count from one to one hundred.", max_tokens=200)
    next(first)
    try:
        second = small.stream("Say ok.")
        assert next(second).response_metadata == {"queue_place": 1}
        second.close()  # type: ignore[attr-defined]
    finally:
        first.close()  # type: ignore[attr-defined]
