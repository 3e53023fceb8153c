"""The page served on a free port of this machine, and a browser to look at it."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assistant.access import passwords
from assistant.access.door import Door
from assistant.api import ServeOptions, create_app
from assistant.app import Millwright, build
from assistant.config import AccessSettings, GenerateSettings, Settings
from assistant.ui.service import Assistant
from tests.conftest import skip_unless
from tests.fakes import WordEmbedder
from tests.ui.plant import FixedAnswers, write_manual

# A shared machine may be slow; what is checked is that it comes, not how fast.
expect.set_options(timeout=15_000)

_CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
_SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a shown answer asks the browser for is asked for by then, as a later request has been answered.
PAINTED = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  await fetch("/health");
}"""
PASSWORD = "correct horse battery"
EXAMPLES = (
    "What is the minimum suction head of P-101?",
    "What does alarm T-800 mean?",
    "泵的最小吸入压头是多少？",
)


@dataclass
class Visit:
    """A page with every address that the browser asked for."""

    page: Page
    address: str
    requested: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type and press Enter, as people do."""
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")

    @property
    def foreign(self) -> list[str]:
        """Requests that left our server."""
        return [
            url for url in self.requested if not url.startswith((self.address, "data:", "blob:", "about:"))
        ]


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> FixedAnswers:
    """The assistant behind the page."""
    folder: Path = tmp_path_factory.mktemp("plant")
    write_manual(folder / "manual.pdf")
    return FixedAnswers(folder)


@contextmanager
def served(answers: Assistant, door: Door | None = None) -> Iterator[str]:
    """The page at a free port, by the real server."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(answers, ServeOptions(examples=EXAMPLES), door)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    server.force_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def address(answers: FixedAnswers) -> Iterator[str]:
    """Where the page is served."""
    with served(answers) as found:
        yield found


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Door]]:
    """A plant with users, served by the real server."""
    data: Path = tmp_path_factory.mktemp("data")
    write_manual(data / "manual.pdf")
    door = Door(data, AccessSettings(wrong_logins=3))
    kept = passwords.hashed(PASSWORD, "nobody")
    for name, role in (("reed", "technician"), ("amy", "service"), ("lee", "technician")):
        door.users.add(name, role, [], kept)
    with served(FixedAnswers(data), door) as found:
        yield found, door


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skipped where there is none, unless it is required."""
    here = Path(_CHROMIUM).exists()
    skip_unless(here, "MILLWRIGHT_REQUIRE_BROWSER", "there is no chromium here (apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=_CHROMIUM, args=_SWITCHES)
        yield launched
        launched.close()


@dataclass
class Profiles:
    """One profile of the browser for each language: its cache saves loading the frontend again."""

    browser: Browser
    by_language: dict[str, BrowserContext] = field(default_factory=dict)

    def page(self, width: int, height: int, language: str, scheme: Literal["light", "dark"]) -> Page:
        """A new page of a size, in a language and in a scheme of colours."""
        if language not in self.by_language:
            self.by_language[language] = self.browser.new_context(locale=language)
        page = self.by_language[language].new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        return page


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Profiles:
    """For whatever logs nobody in: a cookie of one test would be sent by the next."""
    return Profiles(browser)


@pytest.fixture
def visit(
    profiles: Profiles, address: str, answers: FixedAnswers, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """The page, freshly opened; parametrize indirectly with a (width, height, language tag)."""
    width, height, language = getattr(request, "param", (1440, 900, "en"))
    answers.reset()
    visited = Visit(profiles.page(width, height, language, "light"), address)
    visited.page.on("request", lambda sent: visited.requested.append(sent.url))
    visited.page.goto(address)
    visited.page.locator(".mw-summary", has_text="214").wait_for(state="attached")
    yield visited
    visited.page.close()


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Millwright, Door]:
    """A plant of one document, with an admin, an expert and a technician."""
    data = tmp_path_factory.mktemp("data")
    shelf = tmp_path_factory.mktemp("shelf")
    (shelf / "pump.md").write_text("# Pump P-101\n\nGrease the bearings every 3,000 h.\n")
    millwright = build(Settings(generate=GenerateSettings(engine="extractive")), data, "plant")
    millwright.__dict__["embedder"] = WordEmbedder()
    millwright.ingest([shelf])
    door, kept = Door(data, AccessSettings()), passwords.hashed(PASSWORD, "nobody")
    for name, role in (("boss", "admin"), ("lee", "expert"), ("reed", "technician")):
        door.users.add(name, role, [], kept)
    return millwright, door


@pytest.fixture(scope="module")
def staffed_address(staffed: tuple[Millwright, Door]) -> Iterator[str]:
    with served(*staffed) as found:
        yield found


@pytest.fixture
def opened_as(browser: Browser, staffed_address: str) -> Iterator[Any]:
    """Opens the page as a user, in a profile of its own."""
    contexts = []

    def opening(name: str, language: str = "en", width: int = 1280) -> Page:
        context = browser.new_context(locale=language, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(staffed_address)
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.locator("form.mw-account").wait_for()
        return page

    yield opening
    for context in contexts:
        context.close()
