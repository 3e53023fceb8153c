"""Counters, request ids, and what the log and the audit log say of a request and a run."""

import json
import logging
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.access import audit
from assistant.access.watch import JsonLines
from assistant.api import ServeOptions, create_app
from assistant.app import build
from assistant.config import Settings
from tests.fakes import WordEmbedder
from tests.ui.plant import FixedAnswers

HERE = "http://127.0.0.1:7860"
SECRET = "what-only-the-asker-knows"


def test_requests_are_counted_and_logged_under_an_id_and_without_contents(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "assistant.access")
    client = TestClient(create_app(FixedAnswers(tmp_path), ServeOptions()), base_url=HERE)
    answer = client.post("/api/v1/ask", json={"question": SECRET})
    refused = client.get(f"/{SECRET}", params={"q": SECRET})
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if hasattr(record, "facts")]
    assert [line["request"] for line in lines] == [
        answer.headers["x-request-id"],
        refused.headers["x-request-id"],
    ]
    assert [(line["need"], line["status"], line["user"]) for line in lines] == [
        ("ask", 200, "local"),
        ("closed", 404, ""),
    ]
    assert SECRET not in json.dumps(lines)
    counted = client.get("/metrics").text
    assert 'millwright_requests_total{need="ask",status="2xx"} 1.0' in counted
    assert 'millwright_requests_total{need="closed",status="4xx"} 1.0' in counted
    assert SECRET not in counted


def test_what_a_run_read_and_removed_stands_in_the_audit_log(tmp_path: Path) -> None:
    plant, data = tmp_path / "plant", tmp_path / "data"
    plant.mkdir()
    (plant / "a.md").write_text("# Pump\n\nOpen the valve.\n")
    (plant / "b.md").write_text("# Fan\n\nClose the damper.\n")
    millwright = build(Settings(), data, "plant")
    millwright.__dict__["embedder"] = WordEmbedder()
    millwright.ingest([plant], by="reed")
    (plant / "b.md").unlink()
    millwright.ingest([plant], by="reed")
    assert audit.verify(data).number == 3
    entries = [json.loads(line) for line in (data / audit.AUDIT_FILE).read_text().splitlines()]
    assert [(entry["who"], entry["what"]) for entry in entries] == [
        ("reed", "ingest"),
        ("reed", "ingest"),
        ("reed", "delete"),
    ]
    assert entries[0]["outcome"] == "2 read, 0 refused"
    assert entries[2]["ids"] == ["b.md"]


def test_an_assistant_limited_to_collections_answers_from_them_only(tmp_path: Path) -> None:
    plant, data = tmp_path / "plant", tmp_path / "data"
    plant.mkdir()
    (plant / "a.md").write_text("# Pump\n\nOpen the suction valve of the pump.\n")
    (plant / "b.md").write_text("# Relay\n\nThe override code of the relay is 4711-X.\n")
    (plant / "millwright.toml").write_text('[[documents]]\npath = "b.md"\ncollection = "safety"\n')
    millwright = build(Settings(), data, "plant")
    millwright.__dict__["embedder"] = WordEmbedder()
    millwright.ingest([plant])
    question = "What is the override code of the relay?"
    assert "4711-X" in millwright.ask(question, engine="extractive").text
    limited = millwright.limited_to(frozenset({"default"}))
    answer = limited.ask(question, engine="extractive")
    assert "4711-X" not in repr(answer)
    assert [row.doc for row in limited.documents()] == ["a.md"]
    assert limited.original("b.md") is None
    assert millwright.original("b.md") is not None
    assert (limited.health()["documents"], millwright.health()["documents"]) == ("1", "2")
