import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import worker
from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.load import find_sources
from ingest.pipeline import ingest
from ingest.records import Block, Box, Document, Source
from ingest.wire import Answer, answer_from_json, answer_to_json
from ingest.worker import ParserPool
from tests.fakes import WordEmbedder
from tests.ingest.office_files import write

LIMITS = Limits(wall_s=20, cpu_s=20)


def sources(folder: Path) -> list[Source]:
    return [entry for entry in find_sources([folder], None, LIMITS) if isinstance(entry, Source)]


@pytest.fixture
def texts(tmp_path: Path) -> list[Source]:
    return sources(write(tmp_path, {f"{number:02}.txt": f"Step {number}" for number in range(40)}))


def test_files_come_back_in_the_order_given(texts: list[Source]) -> None:
    with ParserPool(LIMITS) as pool:
        read = [(source.doc, document) for source, document, _ in pool.parse(texts)]
    assert [doc for doc, _ in read] == [source.doc for source in texts]
    assert [document.blocks[0].text for _, document in read if isinstance(document, Document)] == [
        f"Step {number}" for number in range(40)
    ]


def test_only_a_few_files_are_read_ahead(texts: list[Source]) -> None:
    asked: list[str] = []

    def asking() -> Iterator[Source]:
        for source in texts:
            asked.append(source.doc)
            yield source

    with ParserPool(LIMITS) as pool:
        next(iter(pool.parse(asking())))
        assert len(asked) <= 10


def test_many_small_files_cost_little(texts: list[Source]) -> None:
    with ParserPool(LIMITS) as pool:
        list(pool.parse(texts[:2]))
        started = time.monotonic()
        list(pool.parse(texts))
        assert time.monotonic() - started < 0.1 * len(texts)


def test_a_file_that_changed_since_it_was_found_is_refused(texts: list[Source]) -> None:
    texts[0].path.write_text("something else")
    with ParserPool(LIMITS, workers=1) as pool:
        [(_, refused, _), (_, read, _)] = pool.parse(texts[:2])
    assert isinstance(refused, SourceError)
    assert "it changed while it was being read" in refused.detail
    assert isinstance(read, Document)


def test_a_mistake_of_a_parser_is_told_as_ours_and_the_file_is_read_again_when_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plant = write(tmp_path / "plant", {"a.md": "# Pump\n\nTorque: 85 Nm", "b.txt": "Torque: 90 Nm"})
    with monkeypatch.context() as patch:
        patch.setattr(worker, "_ENTRY", "import sys; sys.modules['markdown_it'] = None; " + worker._ENTRY)
        report = ingest([plant], tmp_path / "index", WordEmbedder())
    refused, read = report.files
    assert (refused.outcome, read.outcome) == ("corrupt", "ok")
    assert refused.detail.startswith("Millwright failed on it (ModuleNotFoundError: ")
    assert refused.detail.endswith("; please report it")
    [told] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert str(plant / "a.md") in told
    assert "parse/markdown.py:" in told
    again = ingest([plant], tmp_path / "index", WordEmbedder())
    assert [(row.outcome, row.unchanged) for row in again.files] == [("ok", False), ("ok", True)]


SLOW = "\n".join("- " * (number % 30 + 1) + "valve *a* _b_ [c](d)" for number in range(450_000))
LONG = "Check the valve. " * 600_000


@pytest.mark.parametrize(
    ("text", "limits", "reason", "words"),
    [
        (LONG, Limits(memory_bytes=230 << 20), "bomb", "memory"),
        (LONG, Limits(result_bytes=1000), "limit", "longer than is read"),
        (LONG, Limits(text_characters=1000), "limit", "more than 1,000 characters"),
        (SLOW, Limits(cpu_s=1), "limit", "processor time"),
        (SLOW, Limits(wall_s=1), "limit", "not read within 1 s"),
    ],
)
def test_a_file_that_takes_too_much_ends_alone(
    tmp_path: Path, text: str, limits: Limits, reason: str, words: str
) -> None:
    found = sources(write(tmp_path, {"a.md" if text is SLOW else "a.txt": text, "b.txt": "Torque: 85 Nm"}))
    with ParserPool(limits, workers=1) as pool:
        [(_, refused, _), (_, read, _)] = pool.parse(found)
    assert isinstance(refused, SourceError)
    assert (refused.reason, words in refused.detail) == (reason, True)
    assert isinstance(read, Document)


def test_a_helper_process_that_is_killed_is_started_again(texts: list[Source]) -> None:
    with ParserPool(LIMITS, workers=1) as pool:
        list(pool.parse(texts[:1]))
        [helper] = _helpers()
        helper.send_signal(signal.SIGKILL)
        helper.wait(5)
        [(_, read, _)] = pool.parse(texts[:1])
        assert isinstance(read, Document)
    assert not _helpers()


def test_nothing_is_left_behind_when_the_reader_stops_early(texts: list[Source]) -> None:
    with ParserPool(LIMITS) as pool:
        next(iter(pool.parse(texts)))
        helpers = _helpers()
        assert helpers
    # Whoever is ended is gone a moment later, on a busy machine too.
    _, alive = psutil.wait_procs(helpers, timeout=10)
    assert not alive
    assert not _helpers()


def _helpers() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # ended since, also where no one has asked how
            if "ingest.zygote" in " ".join(child.cmdline()):
                found.append(child)
    return found


PROBE = """
import json, os, socket, sys, time
sys.path.insert(0, {root!r})
from ingest import confine
from ingest.limits import Limits

def attempt(act):
    try:
        act()
    except OSError as error:
        return type(error).__name__
    return "done"

os.setsid()
confine.leave_network()
confine.cap(Limits())
kernel = confine.refuse_calls()
made = {{
    "kernel": kernel,
    "socket": attempt(lambda: socket.create_connection(("127.0.0.1", {port}), 2)),
    "program": attempt(lambda: os.execv("/bin/true", ["true"])),
    "signal": attempt(lambda: os.kill(os.getppid(), 0)),
    "file": attempt(lambda: os.write(os.open({file!r}, os.O_CREAT | os.O_WRONLY), b"x")),
}}
print(json.dumps(made))
"""


def test_the_reading_process_reaches_neither_network_nor_programs(tmp_path: Path) -> None:
    import socket
    import subprocess

    root = str(Path(__file__).resolve().parents[2])
    with socket.create_server(("127.0.0.1", 0)) as server:
        probe = PROBE.format(root=root, port=server.getsockname()[1], file=str(tmp_path / "made"))
        run = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False, text=True)
    made = json.loads(run.stdout)
    if not made.pop("kernel"):
        pytest.skip("this kernel does not filter system calls")
    assert "done" not in made.values(), made


def test_the_helper_process_has_no_secrets(texts: list[Source], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILLWRIGHT_API_KEY", "secret")
    with ParserPool(LIMITS, workers=1) as pool:
        list(pool.parse(texts[:1]))
        [helper] = _helpers()
        assert "secret" not in str(helper.environ())
        assert os.getsid(helper.pid) == helper.pid


plain_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
boxes = st.builds(
    Box, st.integers(1, 9), *[st.floats(0, 1000, allow_nan=False, allow_infinity=False) for _ in range(4)]
)
blocks = st.builds(
    Block,
    st.sampled_from(["heading", "paragraph", "table_row", "warning", "code"]),
    plain_texts,
    st.integers(0, 6),
    st.none() | st.integers(1, 99),
    st.lists(boxes, max_size=2).map(tuple),
    plain_texts,
    plain_texts,
    st.booleans(),
)


documents = st.builds(
    Document,
    plain_texts,
    st.lists(blocks, max_size=4).map(tuple),
    st.integers(0, 9),
    *[plain_texts] * 3,
    st.lists(plain_texts, max_size=2).map(tuple),
)


@given(documents)
def test_a_document_survives_the_way_between_processes(document: Document) -> None:
    answer = Answer(document, {"a" * 64: [("85 Nm", 1.0, 2.5, 3.0, 4.0, 0.9)]}, True)
    assert answer_from_json(answer_to_json(answer)) == answer


@given(
    st.binary(max_size=60)
    | st.sampled_from([b"{}", b"[]", b'{"document": {}}', b'{"reason": 1, "detail": 2}'])
)
def test_a_broken_answer_is_a_broken_file(answer: bytes) -> None:
    read = answer_from_json(answer).read
    assert isinstance(read, SourceError)
    assert read.reason == "corrupt"
