"""A server killed in the middle of a change of the library comes up whole and says what was cut off."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from assistant.library.folder import DocumentFolder
from tests.conftest import ROOT
from tests.torture.library_run import opened as opened_index

pytestmark = pytest.mark.browser

SETTINGS = '[generate]\nengine = "extractive"\n'
QUESTION = "How tight are the foot bolts of the gearbox GB-1{}?"
TEXT = "# Gearbox GB-1\n\nTighten the foot bolts of the gearbox GB-1 to 85 N·m.\n"
MANY = "".join(f"\n## Part {number}\n\nGrease part {number} every {number} weeks.\n" for number in range(40))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An index of one document of the server's own."""
    (tmp_path / "settings.toml").write_text(SETTINGS)
    (tmp_path / "pump.md").write_text("# Pump P-101\n\nGrease the bearings every 3,000 h.\n")
    opened_index(tmp_path / "data").ingest([tmp_path / "pump.md"])
    return tmp_path / "data"


@contextmanager
def serving(data: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The server in a process of its own, and where it is."""
    command = [sys.executable, "-m", "tests.ui.killable", str(data), str(data.parent / "settings.toml")]
    with (
        open(data.parent / "stderr", "a", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT) as server,
    ):
        assert server.stdout is not None
        said = server.stdout.readline()
        assert "is at http" in said, (data.parent / "stderr").read_text()
        try:
            yield server, said.split("Millwright is at ")[1].split(";")[0].strip()
        finally:
            server.send_signal(signal.SIGKILL)


@contextmanager
def killed_within_a_change(server: "subprocess.Popen[str]", folder: DocumentFolder) -> Iterator[None]:
    """Kill the server as soon as a change has begun; a short one may even have ended."""

    def watch() -> None:
        until = time.monotonic() + 60
        while folder.cut_off() is None and time.monotonic() < until:
            time.sleep(0.001)
        server.send_signal(signal.SIGKILL)

    watching = threading.Thread(target=watch)
    watching.start()
    yield
    watching.join()
    server.wait(timeout=30)


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.locator("#library > button").click()
    expect(page.locator("#library-table")).to_contain_text("pump.md")
    return page


def upload(page: Page, file: Path) -> None:
    page.locator("#library-files input[type=file]").set_input_files(file)
    expect(page.locator("#library-files")).to_contain_text(file.stem)
    page.locator("#library-add").click()


def delete(page: Page, name: str) -> None:
    page.locator("#library-picker input").click()
    page.get_by_role("option", name=name, exact=True).click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#library-delete").click()


def answer(page: Page, ending: str) -> str:
    """The finished answer; another ending makes another question, which is told from the one before it."""
    question = QUESTION.format(ending)
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#current .mw-asked")).to_have_text(question)
    expect(page.locator("#current .mw-support")).to_be_visible()
    return page.locator("#current").inner_text()


def test_killed_while_a_document_is_added_and_while_one_is_deleted(
    data: Path, tmp_path: Path, browser: Browser
) -> None:
    folder, context = DocumentFolder(data / "plant.documents"), browser.new_context(locale="en")
    file = tmp_path / "gearbox.md"
    file.write_text(TEXT + MANY, encoding="utf-8")
    with serving(data) as (server, address):
        page = opened(context, address)
        with killed_within_a_change(server, folder):
            upload(page, file)
    with serving(data) as (server, address):
        page = opened(context, address)
        told = page.locator("#library-table .mw-lib-undone")
        # Adding takes far longer than seeing that it has begun.
        expect(told).to_contain_text("(adding gearbox.md). It was undone")
        assert "adding gearbox.md" in (tmp_path / "stderr").read_text()
        expect(page.locator("#library-table tr", has_text="gearbox.md")).to_have_count(0)
        assert folder.names() == []
        assert "85" not in answer(page, "")
        upload(page, file)
        expect(page.locator("#library-run")).to_contain_text("Done: 1 in the library")
        expect(told).to_have_count(0)
        assert "85 N·m" in answer(page, " now")
        with killed_within_a_change(server, folder):
            delete(page, "gearbox.md")
    with serving(data) as (server, address):
        page = opened(context, address)
        rows = page.locator("#library-table tr", has_text="gearbox.md")
        if page.locator("#library-table .mw-lib-undone").count():
            expect(page.locator(".mw-lib-undone")).to_contain_text("(deleting gearbox.md). It was undone")
            expect(rows).to_have_count(1)
            assert folder.names() == ["gearbox.md"]
            assert "85 N·m" in answer(page, " now")
        else:
            expect(rows).to_have_count(0)
            assert folder.names() == []
            assert "85" not in answer(page, " now")
    context.close()
