"""The form filled in by a real model: its requests are answered in JSON that fits, in both languages."""

from collections.abc import Iterator

import pytest

from assistant.engine_llama_cpp import LlamaCpp
from assistant.generate import GenerateOptions
from assistant.models import find
from assistant.reports.event_text import read_event
from assistant.reports.from_model import changes_from_model
from assistant.reports.known_only import unknown_to
from assistant.reports.sources import Sources

EVENTS = (
    "The P-101 pump tripped with alarm E012. The strainer was clogged with paper dust.",
    "10:05 油温升到 71 °C，液压站停机。冷却器前过滤网堵塞，冷却水流量不足。",
)


@pytest.fixture(scope="module")
def small(fetched_models: None) -> Iterator[LlamaCpp]:
    path = find("small")
    assert path is not None
    model = LlamaCpp(options=GenerateOptions(model="small", model_path=path))
    yield model
    model.warm().close()


@pytest.mark.model
@pytest.mark.parametrize("text", EVENTS)
def test_both_requests_are_answered_in_json_and_nothing_foreign_is_kept(small: LlamaCpp, text: str) -> None:
    done = changes_from_model(small, read_event(text, "event"), Sources(), (), timeout_s=120)
    assert done.note == ""
    assert "report_what" in done.version
    assert "report_next" in done.version
    assert done.changes
    for change in done.changes:
        assert change.citations, change.path
        entries = change.value if isinstance(change.value, list) else [change.value]
        for entry in entries:
            assert unknown_to(entry["action"] if isinstance(entry, dict) else entry, [text]) == []
