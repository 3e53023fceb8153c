"""Sends what waits in the outbox, and goes on trying while the assistant serves."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime

from assistant.errors import MillwrightError
from assistant.tickets.outbox import Outbox
from assistant.tickets.webhook import Webhook

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 5.0
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Courier:
    """Takes letters from the outbox to the webhook."""

    outbox: Outbox
    webhook: Webhook

    def deliver(self) -> tuple[int, int]:
        """Send what is due now; how many arrived and how many did not."""
        arrived = failed = 0
        while arrived + failed < _AT_ONCE:
            now = datetime.now().astimezone()
            letter = self.outbox.take(now)
            if letter is None:
                break
            try:
                self.webhook.send(letter, int(now.timestamp()))
            except MillwrightError as error:
                log.warning("the letter on %s was not delivered: %s", letter.ticket_id, error)
                self.outbox.failed(letter, str(error), now)
                failed += 1
            else:
                self.outbox.arrived(letter)
                arrived += 1
        return arrived, failed

    def go_on(self, stop: threading.Event) -> None:
        """Deliver every few seconds until stopped; a file that cannot be read now may be later."""
        while not stop.wait(_LOOK_EVERY_S):
            try:
                self.deliver()
            except MillwrightError as error:
                log.warning("the outbox: %s", error)
