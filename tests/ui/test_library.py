"""The library in a real browser over a real index: upload, ask, replace, delete; and who may not."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant.access.door import Door
from assistant.access.records import ForbiddenError, Principal, Role
from assistant.app import Millwright
from assistant.guarded import Guarded
from tests.ui.conftest import PASSWORD

QUESTION = "How tight are the foot bolts of the gearbox?"
TEXT = "Tighten the foot bolts of the gearbox to 85 N·m."


def written(tmp_path: Path, name: str, text: str) -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")


def choose(page: Page, name: str) -> None:
    page.locator("#library-picker input").click()
    page.get_by_role("option", name=name, exact=True).click()


@pytest.mark.browser
def test_a_manual_is_uploaded_asked_about_replaced_and_deleted(opened_as: Any, tmp_path: Path) -> None:
    page = opened_as("boss")
    ask(page, QUESTION)
    expect(page.locator(".mw-declined")).to_be_visible()
    page.locator("#library > button").click()
    expect(page.locator("#library-table")).to_contain_text("pump.md")
    files = [
        written(tmp_path, "gearbox.md", f"# Gearbox GB-1\n\n{TEXT}\n"),
        written(tmp_path, "empty.md", ""),
        written(tmp_path, "scan.pdf", "no PDF at all"),
    ]
    page.locator("#library-files input[type=file]").set_input_files(files)
    page.locator("#library-given-machine :is(input, textarea)").fill("GB-1")
    page.locator("#library-given-revision :is(input, textarea)").fill("A")
    expect(page.locator("#library-files")).to_contain_text("scan")
    page.locator("#library-add").click()
    run = page.locator("#library-run")
    expect(run).to_contain_text("Done: 1 in the library, 2 refused.")
    expect(run.locator("li", has_text="gearbox.md")).to_contain_text("In the library: passages 1")
    expect(run.locator("li", has_text="empty.md")).to_contain_text("Refused: it is empty")
    expect(run.locator("li", has_text="scan.pdf")).to_contain_text("its content is not what its name says")
    expect(page.locator(".mw-summary")).to_contain_text("2 documents")
    ask(page, QUESTION)
    expect(page.locator("#current .mw-text")).to_contain_text("85 N·m")
    newer = written(tmp_path, "gearbox.md", f"# Gearbox GB-1\n\n{TEXT.replace('85', '90')}\n")
    choose(page, "gearbox.md")
    expect(page.locator("#library-known-machine :is(input, textarea)")).to_have_value("GB-1")
    page.locator("#library-newer input[type=file]").set_input_files(newer)
    page.locator("#library-newer-revision :is(input, textarea)").fill("B")
    expect(page.locator("#library-newer")).to_contain_text("gearbox")
    page.locator("#library-replace").click()
    expect(run).to_contain_text("gearbox rev B.md")
    expect(page.locator("#library-table tr", has_text="gearbox.md")).to_contain_text("A (superseded)")
    ask(page, f"{QUESTION} ")
    expect(page.locator("#current .mw-text")).to_contain_text("90 N·m")
    for name in ("gearbox.md", "gearbox rev B.md"):
        choose(page, name)
        page.once("dialog", lambda dialog: dialog.accept())
        page.locator("#library-delete").click()
        expect(run).to_contain_text(f"Deleted: {name}")
        expect(page.locator("#library-table tr", has_text=name)).to_have_count(0)
    ask(page, QUESTION)
    expect(page.locator("#current .mw-declined")).to_be_visible()


@pytest.mark.browser
def test_what_is_stated_is_changed_and_the_index_verified_and_rebuilt(opened_as: Any, tmp_path: Path) -> None:
    page = opened_as("boss", "zh-CN", 390)
    page.locator("#library > button").click()
    file = written(tmp_path, "fan.md", "# Fan F-2\n\nThe belt of the fan is an SPZ 1000.\n")
    page.locator("#library-files input[type=file]").set_input_files(file)
    expect(page.locator("#library-files")).to_contain_text("fan")
    page.locator("#library-add").click()
    run = page.locator("#library-run")
    expect(run).to_contain_text("完成：已入库 1 份")
    choose(page, "fan.md")
    expect(page.locator("#library-known-kind input")).to_have_value("手册")
    page.locator("#library-known-machine :is(input, textarea)").fill("FAN-7")
    page.locator("#library-save").click()
    expect(page.locator("#library-table tr", has_text="fan.md")).to_contain_text("FAN-7")
    page.locator("#library-rebuild").click()
    expect(run).to_contain_text("完成：已入库 2 份")
    page.locator("#library-verify").click()
    expect(run).to_contain_text("使用中）：完好")
    page.locator("#machine input").click()
    expect(page.get_by_role("option", name="FAN-7")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@pytest.mark.parametrize("name", ["reed", "lee"])
def test_who_may_not_sees_no_library(opened_as: Any, name: str) -> None:
    page = opened_as(name)
    expect(page.locator("#kept > button")).to_be_visible()
    expect(page.locator("#library")).to_have_count(0)


@pytest.mark.parametrize("name", ["reed", "lee"])
def test_who_may_not_reaches_nothing_by_the_routes_of_the_page(
    staffed: tuple[Millwright, Door], staffed_address: str, tmp_path: Path, name: str
) -> None:
    """Each function of the library is called as the page calls it."""
    millwright, _ = staffed
    client = httpx.Client(base_url=staffed_address, headers={"origin": staffed_address}, timeout=30)
    client.post("/login", data={"name": name, "password": PASSWORD})
    before = (millwright.documents(), Path(millwright.folder, "CURRENT").read_text())
    (path,) = client.post("/gradio_api/upload", files={"files": ("x.md", b"# X\n\nText.\n")}).json()
    file = {"path": path, "orig_name": "x.md", "meta": {"_type": "gradio.FileData"}}
    config = client.get("/config").json()
    names = {entry["id"]: entry["props"].get("elem_id") or "" for entry in config["components"]}
    called = refused = 0
    for number, function in enumerate(config["dependencies"]):
        touched = [names.get(part, "") for part in (*function["inputs"], *function["outputs"])]
        if not any(entry.startswith("library") for entry in touched):
            continue
        data = [
            [file] if names.get(part) == "library-files"
            else file if names.get(part) == "library-newer"
            else "en" if names.get(part) == "language" else ""
            for part in function["inputs"]
        ]  # fmt: skip
        said = answered(client, f"{name}-{number}", number, data)
        called += 1
        refused += "does not allow this (library)" in said
        assert "pump.md" not in said, function
    assert called >= 8
    assert refused >= 5
    assert (millwright.documents(), Path(millwright.folder, "CURRENT").read_text()) == before
    assert not (millwright.folder.parent / "plant.documents" / "x.md").exists()


def answered(client: httpx.Client, session: str, number: int, data: list[Any]) -> str:
    """Call a function of the page; everything that is said until it has ended."""
    body = {"data": data, "fn_index": number, "session_hash": session, "trigger_id": None}
    assert client.post("/gradio_api/queue/join", json=body).status_code == 200
    said = ""
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        for line in events.iter_lines():
            said += line
            if line.startswith("data:") and json.loads(line[5:])["msg"] in (
                "process_completed",
                "close_stream",
            ):
                break
    assert re.search("process_completed|close_stream", said)
    return said


@pytest.mark.parametrize(("name", "status"), [("reed", 413), ("boss", 200)])
def test_only_who_keeps_the_library_uploads_more_than_a_log(
    staffed_address: str, name: str, status: int
) -> None:
    client = httpx.Client(base_url=staffed_address, headers={"origin": staffed_address}, timeout=60)
    client.post("/login", data={"name": name, "password": PASSWORD})
    sent = client.post("/gradio_api/upload", files={"files": ("x.txt", b"x" * (21 << 20))})
    assert sent.status_code == status


def test_the_guard_gives_the_library_to_admins_only(staffed: tuple[Millwright, Door]) -> None:
    millwright, door = staffed
    who = {role: Principal("1", "x", role, None) for role in get_args(Role)}
    for role, principal in who.items():
        guarded = Guarded(millwright, principal_of(principal), door.questions)
        if role == "admin":
            assert guarded.library.listed()
        else:
            with pytest.raises(ForbiddenError, match="does not allow this"):
                guarded.library.listed()


def principal_of(principal: Principal) -> Callable[[], Principal]:
    return lambda: principal
