"""The web application: its routes, and what it refuses."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.api import ServeOptions, create_app, serve
from assistant.errors import ConfigError, IndexMissingError
from tests.ui.plant import HEAD_LINE, MANUAL, PROCEDURE, STEP, FixedAnswers, write_manual

LOCAL = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> FixedAnswers:
    folder = tmp_path_factory.mktemp("plant")
    write_manual(folder / "manual.pdf")
    return FixedAnswers(folder)


@pytest.fixture(scope="module")
def client(plant: FixedAnswers) -> Iterator[TestClient]:
    app = create_app(plant, ServeOptions(max_upload_bytes=100_000))
    with TestClient(app, base_url=LOCAL) as connected:
        yield connected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "plant.local", ""])  # noqa: S104
def test_without_users_it_serves_this_machine_only(plant: FixedAnswers, host: str) -> None:
    with pytest.raises(ConfigError, match="no users are configured"):
        create_app(plant, ServeOptions(host=host))


def test_a_taken_port_is_one_clear_line(plant: FixedAnswers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}: cannot listen there"):
            serve(plant, ServeOptions(port=port))


def test_the_probes_answer(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    ready = client.get("/ready").json()
    assert (ready["status"], ready["documents"]) == ("ready", "2")


def test_without_an_index_it_is_not_ready(tmp_path: Path) -> None:
    class Empty(FixedAnswers):
        def warm(self) -> None:
            pass

        def health(self) -> dict[str, str]:
            raise IndexMissingError("there is no index yet")

    with TestClient(create_app(Empty(tmp_path), ServeOptions()), base_url=LOCAL) as connected:
        answer = connected.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["detail"] == "there is no index yet"


def test_the_page_names_no_other_server_and_forbids_them_all(client: TestClient) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "http" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert "fonts.googleapis" not in answer.text


REFUSED: list[tuple[str, dict[str, str], int]] = [
    ("/", {"host": "evil.example"}, 400),
    ("/", {"host": "127.0.0.1.evil.example"}, 400),
    ("/config", {"origin": "https://evil.example"}, 403),
    ("/config", {"origin": "null"}, 403),
    ("/config", {"origin": "http://127.0.0.1:9999"}, 403),
    ("/config", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
    ("/gradio_api/file=http://evil.example/x", {}, 403),
    ("/gradio_api/file=HTTPS://evil.example/x", {}, 403),
    ("/gradio_api/file%3Dhttp%3A//evil.example/x", {}, 403),
    ("/gradio_api/proxy=https://evil.example/x", {}, 403),
    ("/proxy=https://evil.example/x", {}, 403),
    ("/gradio_api/file=/etc/passwd", {}, 404),
    ("/gradio_api/runs", {}, 404),
    ("/monitoring/summary", {}, 404),
    ("/docs", {}, 404),
    ("/openapi.json", {}, 404),
]


@pytest.mark.parametrize(("path", "headers", "status"), REFUSED)
def test_it_refuses(client: TestClient, path: str, headers: dict[str, str], status: int) -> None:
    assert client.get(path, headers=headers).status_code == status


@pytest.mark.parametrize(
    "headers", [{"origin": LOCAL}, {"host": "localhost:7860"}, {"sec-fetch-site": "same-origin"}]
)
def test_it_serves_its_own_page(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/config", headers=headers).status_code == 200


def test_no_other_origin_may_read(client: TestClient) -> None:
    assert "access-control-allow-origin" not in client.get("/health").headers


def test_a_large_body_is_refused_with_and_without_a_length(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000

    address = "/gradio_api/queue/join"
    assert client.post(address, content=b"x" * 200_000).status_code == 413
    refused = client.post(address, content=pieces(), headers={"content-type": "application/json"})
    assert refused.status_code == 413


def test_a_page_of_a_manual_is_a_picture(client: TestClient) -> None:
    answer = client.get(f"/page/{MANUAL}/2.png", params={"boxes": "72,164,480,178", "quote": HEAD_LINE})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_the_view_shows_the_page_with_its_neighbours(client: TestClient) -> None:
    asked: dict[str, Any] = {"page": 2, "boxes": "72,164,480,178", "quote": HEAD_LINE, "lang": "zh"}
    answer = client.get(f"/view/{MANUAL}", params=asked)
    assert "第 2 页，共 3 页" in answer.text
    assert "page=1" in answer.text
    assert "page=3" in answer.text
    assert 'style="top:19.5%;left:12.1%"' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy


def test_the_view_grows_and_shrinks_and_names_the_printed_page(client: TestClient) -> None:
    asked: dict[str, Any] = {"page": 2, "boxes": "72,164,480,178", "quote": HEAD_LINE, "label": "B-7"}
    fit, double = (client.get(f"/view/{MANUAL}", params={**asked, "zoom": zoom}).text for zoom in (100, 200))
    assert "printed as B-7" in fit
    assert 'class="sheet zoom-100"' in fit
    assert 'aria-label="Larger"' in fit
    assert 'aria-label="Smaller"' not in fit
    assert 'class="sheet zoom-200"' in double
    assert "zoom=150" in double
    assert "zoom=300" in double
    assert 'class="sheet zoom-100"' in client.get(f"/view/{MANUAL}", params={**asked, "zoom": 77}).text


def test_a_quote_that_is_not_there_is_said_to_be_missing_and_marked_nowhere(client: TestClient) -> None:
    elsewhere: dict[str, Any] = {
        "page": 2,
        "boxes": "72,164,480,178",
        "quote": "Change the oil filter every 500 hours.",
    }
    answer = client.get(f"/view/{MANUAL}", params=elsewhere).text
    assert "nothing is marked" in answer
    assert "style=" not in answer
    procedure = client.get(f"/view/{PROCEDURE}", params={"quote": "Change the oil filter", "lang": "zh"}).text
    assert "没有标出" in procedure
    assert "<mark" not in procedure


def test_the_view_of_a_procedure_marks_the_quote(client: TestClient) -> None:
    answer = client.get(f"/view/{PROCEDURE}", params={"quote": STEP})
    assert f'<mark id="quote">{STEP}</mark>' in answer.text
    assert "Start-up › Priming" in answer.text


def test_markup_in_an_address_stays_text(client: TestClient) -> None:
    hostile = '"><script>alert(1)</script>'
    for path in (f"/view/{PROCEDURE}", f"/view/{MANUAL}", f"/view/{hostile}"):
        answer = client.get(path, params={"quote": hostile, "boxes": hostile, "page": 1, "lang": hostile})
        assert "<script" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/page/../../../etc/passwd/1.png",
        "/page/%2e%2e/%2e%2e/etc/passwd/1.png",
        "/page//etc/passwd/1.png",
        f"/page/{MANUAL}%00/1.png",
        f"/page/{MANUAL}/0.png",
        f"/page/{MANUAL}/4.png",
        f"/page/{MANUAL}/99999999999999999999.png",
        f"/page/{PROCEDURE}/1.png",
        "/view/..%2f..%2fetc%2fpasswd",
        "/view/nothing.pdf",
        f"/view/{MANUAL}?page=77",
    ],
)
def test_only_pages_of_documents_in_the_index_are_shown(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"root:" not in answer.content


LOG = "".join(
    f"17/02/2026;07:42:1{n};P-101;{code};{state}\n"
    for n, (code, state) in enumerate([("E012", "ON"), ("E015", "ON"), ("A577", "ON"), ("E012", "OFF")])
)


def test_a_log_that_is_posted_is_analysed_with_its_codes_cited(client: TestClient) -> None:
    answer = client.post("/logs", content=LOG, params={"name": "week.csv", "language": "en"})
    assert answer.status_code == 200
    found = answer.json()
    assert found["file"] == "week.csv"
    columns = found["format"]["columns"]
    assert (columns["time"], columns["clock"], columns["code"]) == ("column 1", "column 2", "column 4")
    assert [burst["first_out"]["code"] for burst in found["bursts"]] == ["E012"]
    assert found["unknown"] == ["E015", "A577"]
    quote = found["codes"][0]["quotes"][0]
    assert (quote["part"], quote["quote"], quote["doc"], quote["page"]) == ("meaning", HEAD_LINE, MANUAL, 2)
    few = client.post("/api/v1/logs", content=LOG, params={"bursts": 0, "gap_s": 0, "day_first": True}).json()
    assert (few["bursts"], few["burst_count"], few["gap_s"]) == ([], 3, 0)


@pytest.mark.parametrize(
    ("content", "query", "told"),
    [
        (b"", {}, "it is empty"),
        (bytes(range(256)) * 90, {"name": "x.log"}, "x.log: this is not text"),
        (LOG.encode(), {"code_column": "none"}, "no such column"),
        (b"nothing here\n", {}, "could not be read"),
    ],
)
def test_a_log_that_cannot_be_read_is_a_problem_in_one_line(
    client: TestClient, content: bytes, query: dict[str, str], told: str
) -> None:
    answer = client.post("/logs", content=content, params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert told in answer.json()["detail"]
    assert tempfile.gettempdir() not in answer.text


@pytest.mark.parametrize(
    "query", [{"format": "exe"}, {"gap_s": "-1"}, {"gap_s": "nan"}, {"bursts": "1e9"}, {"x": "1"}]
)
def test_a_wrong_query_is_refused(client: TestClient, query: dict[str, str]) -> None:
    assert client.post("/logs", content=LOG, params=query).status_code == 422


def test_a_log_above_the_cap_is_refused_with_and_without_its_length(client: TestClient) -> None:
    pieces = [b"x" * 10_000] * 11
    assert client.post("/logs", content=b"".join(pieces)).status_code == 413
    assert client.post("/logs", content=iter(pieces)).status_code == 413


def test_gradio_makes_no_table_of_what_was_asked(client: TestClient) -> None:
    page = client.get("/config").json()
    asking = next(entry["id"] for entry in page["dependencies"] if entry["types"]["generator"])
    join = {"data": ["How much head?", "", "en", None, None], "fn_index": asking, "session_hash": "counted"}
    for _ in range(2):
        assert client.post("/gradio_api/queue/join", json=join).status_code == 200
        shown = client.get("/gradio_api/queue/data", params={"session_hash": "counted"}).text
        assert HEAD_LINE.split()[0] in shown
    mounted: Any = client.app
    queue = next(
        route.app.get_blocks()._queue
        for route in mounted.routes
        if hasattr(getattr(route, "app", None), "get_blocks")
    )
    assert queue.events_recorded >= 2
    assert len(queue.event_analytics) == 1
    assert queue.cached_event_analytics_summary == {"functions": {}}
