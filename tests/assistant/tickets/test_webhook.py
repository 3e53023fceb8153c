"""An approved reply reaches another system, signed; it waits while that is away, and goes nowhere else."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.app import Millwright
from assistant.cli import main
from assistant.config import TicketSettings
from assistant.errors import ConfigError, TicketError
from assistant.tickets.outbox import MOST_TRIES, Letter
from assistant.tickets.records import Given
from assistant.tickets.tickets import Tickets
from assistant.tickets.webhook import NUMBER, SIGNATURE, TIME, Webhook, webhook_of
from tests.assistant.tickets.conftest import kept

SECRET, VARIABLE = "a secret of the tests", "MILLWRIGHT_WEBHOOK_KEY"


@dataclass
class Receiver:
    """A system that takes letters; it answers with `status`."""

    port: int = 0
    status: int = 200
    letters: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    there = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.letters.append((dict(self.headers), body))
            self.send_response(there.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(VARIABLE, SECRET)
    yield there
    server.shutdown()
    server.server_close()


@pytest.fixture
def sending(plant: Millwright, receiver: Receiver, tmp_path: Path) -> Tickets:
    hook = Webhook(receiver.url, VARIABLE, internal=True)
    return Tickets(tmp_path / "plant", plant.ticket_drafter, kept, webhook=hook)


def approve(tickets: Tickets) -> str:
    ticket, _ = tickets.add(
        Given(external_id="C-1", text="P-101 shows E021. What does it mean?"), "api", "ann"
    )
    tickets.reply(ticket.ticket_id, "ann", "extractive")
    assert tickets.courier is not None
    assert not tickets.courier.outbox.waiting()
    return tickets.approve(ticket.ticket_id, "ann").ticket_id


def test_an_approved_reply_arrives_once_signed_and_without_its_internal_part(
    sending: Tickets, receiver: Receiver
) -> None:
    ticket_id = approve(sending)
    assert sending.courier is not None
    assert sending.courier.deliver() == (1, 0)
    assert sending.courier.deliver() == (0, 0)
    ((headers, body),) = receiver.letters
    expected = hmac.new(SECRET.encode(), headers[TIME].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE] == f"sha256={expected}"
    assert headers[NUMBER] == "1"
    assert headers["Host"] == f"127.0.0.1:{receiver.port}"
    told = json.loads(body)
    assert (told["event"], told["ticket_id"], told["external_id"]) == ("ticket.approved", ticket_id, "C-1")
    assert "relief hole" in told["reply"]
    assert told["approved_by"] == "ann"
    reply = sending.open(ticket_id).reply
    assert reply is not None
    assert "internal" not in told
    assert reply.internal.intent not in set(told)


def test_a_letter_waits_while_the_other_system_is_away_and_is_given_up_at_last(
    sending: Tickets, receiver: Receiver
) -> None:
    approve(sending)
    receiver.status = 503
    courier = sending.courier
    assert courier is not None
    assert courier.deliver() == (0, 1)
    (letter,) = courier.outbox.waiting()
    assert (letter.tries, letter.problem) == (1, "127.0.0.1 answered 503")
    # Not before a minute has passed, and then by one sender only.
    now = datetime.now().astimezone()
    assert courier.outbox.take(now) is None
    later = now + timedelta(seconds=61)
    assert courier.outbox.take(later) == letter
    assert courier.outbox.take(later) is None
    for tries in range(1, MOST_TRIES):
        courier.outbox.failed(Letter(letter.number, letter.ticket_id, letter.body, tries), "away", later)
    (letter,) = courier.outbox.waiting()
    assert letter.given_up
    assert courier.outbox.take(later + timedelta(days=365)) is None


def test_a_redirect_is_not_followed(sending: Tickets, receiver: Receiver) -> None:
    approve(sending)
    receiver.status = 302
    assert sending.courier is not None
    assert sending.courier.deliver() == (0, 1)
    assert sending.courier.outbox.waiting()[0].problem == "127.0.0.1 answered 302"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://localhost/hook",
        "https://[::1]/hook",
        "https://10.0.0.7/hook",
        "https://169.254.169.254/latest",
        "http://93.184.216.34/hook",
        "ftp://host/hook",
        "hook",
    ],
)
def test_an_internal_or_plain_address_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    with pytest.raises(ConfigError, match="webhook_url"):
        Webhook(url, VARIABLE).send(Letter(1, "TK-1", "{}"), 0)


def test_without_a_secret_nothing_is_sent(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(ConfigError, match="MILLWRIGHT_WEBHOOK_KEY"):
        Webhook(receiver.url, VARIABLE, internal=True).send(Letter(1, "TK-1", "{}"), 0)
    assert not receiver.letters


def test_a_host_that_is_away_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    with pytest.raises(TicketError, match=r"127\.0\.0\.1 was not reached"):
        Webhook("http://127.0.0.1:1/hook", VARIABLE, internal=True).send(Letter(1, "TK-1", "{}"), 0)


def test_without_a_webhook_nothing_waits(
    tickets: Tickets, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert webhook_of(TicketSettings()) is None
    assert tickets.courier is None
    assert main(["ticket", "deliver", "--data", str(tmp_path)]) == 1
    assert "tickets.webhook_url is empty" in capsys.readouterr().err
