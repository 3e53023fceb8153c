"""The model's process: it may die, hang or be stopped, and the next question is answered."""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import engine_llama_cpp, models
from assistant.engine_llama_cpp import LlamaCpp
from assistant.errors import GenerateError
from assistant.generate import GenerateOptions
from assistant.llama_process import LlamaProcess
from tests.conftest import skip_unless

pytestmark = pytest.mark.model

PASSAGE = "The bearing of pump P-101 must be greased every 500 running hours with 12 g of grease NLGI 2. "
CANCEL_S = 1.0


@pytest.fixture(scope="module")
def options() -> GenerateOptions:
    path = models.find("small")
    skip_unless(path is not None, "MILLWRIGHT_REQUIRE_MODELS", "the small generator has not been fetched")
    assert path is not None
    return GenerateOptions("small", path, 1536, 32)


@pytest.fixture
def model(options: GenerateOptions) -> Iterator[LlamaCpp]:
    model = LlamaCpp(options=options)
    yield model
    model.warm().close()


def pid(model: LlamaCpp) -> int:
    process = model.warm()
    assert isinstance(process, LlamaProcess)
    return process.pid


def gone(number: int, within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{number}/stat").read_text().split()[2] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def long_prompt() -> str:
    """Many batches, and new each time."""
    return f"{time.time_ns()} {PASSAGE * 30} Repeat all of it ten times."


@pytest.mark.parametrize("pieces", [3, 40], ids=["reading", "writing"])
def test_an_answer_that_is_not_wanted_leaves_the_engine_within_a_second(model: LlamaCpp, pieces: int) -> None:
    model.invoke("Say ok.", max_tokens=2)
    took: list[float] = []
    for _ in range(5):
        prompt = long_prompt() if pieces == 3 else f"{PASSAGE} Repeat it a hundred times."
        stream: Any = model.stream(prompt, max_tokens=400)
        for _ in range(pieces):
            next(stream)
        began = time.monotonic()
        stream.close()
        took.append(time.monotonic() - began)
        assert not model.warm().busy()
    # The others may have to share their cores with other work.
    assert statistics.median(took) < CANCEL_S


@pytest.mark.parametrize("when", ["while it writes", "between two questions"])
def test_a_killed_process_is_told_and_started_again_after_a_pause(model: LlamaCpp, when: str) -> None:
    first = pid(model)
    if when == "while it writes":
        stream = model.stream(f"{PASSAGE} Repeat it a hundred times.", max_tokens=400)
        next(stream)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(
            GenerateError, match=r"small: llama\.cpp failed \(its process ended with signal 9"
        ):
            list(stream)
    else:
        os.kill(first, signal.SIGKILL)
        with pytest.raises(GenerateError, match="signal 9"):
            model.invoke("Say ok.")
    with pytest.raises(GenerateError, match="signal 9"):
        model.invoke("At once?")  # not started again yet
    time.sleep(1.1)
    assert model.invoke("Say ok.").text
    assert pid(model) != first


def test_a_process_that_hangs_is_ended(model: LlamaCpp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_llama_cpp, "_STOP_TIMEOUT_S", 0.2)
    first = pid(model)
    stream: Any = model.stream(long_prompt())
    next(stream)
    os.kill(first, signal.SIGSTOP)
    stream.close()
    assert gone(first, 5.0)
    assert model.invoke("Say ok.", max_tokens=2).text


def test_a_stop_that_comes_late_stops_no_other_request(model: LlamaCpp) -> None:
    process = model.warm()
    assert model.invoke("Say ok.").text
    process.stop()
    assert model.invoke("Say ok.").text


def test_it_ends_with_its_parent(options: GenerateOptions) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from assistant.generate import GenerateOptions\n"
        "from assistant.llama_process import LlamaProcess\n"
        "process = LlamaProcess(GenerateOptions('small', pathlib.Path(sys.argv[1]), 512), 'key')\n"
        "print(process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(options.model_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert gone(int(ended.stdout), 5.0)


def test_it_ends_with_the_object_that_holds_it(options: GenerateOptions) -> None:
    process = LlamaProcess(options, "key")
    number = process.pid
    del process
    assert gone(number, 5.0)


def test_it_does_not_get_the_secrets_of_the_environment(
    options: GenerateOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    process = LlamaProcess(options, "key-of-this-process")
    try:
        proc = Path(f"/proc/{process.pid}")
        assert b"sk-secret" not in (proc / "environ").read_bytes()
        assert b"key-of-this-process" not in (proc / "cmdline").read_bytes()
    finally:
        process.close()
