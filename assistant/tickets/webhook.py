"""Sending letters to another system over HTTP: signed, to the address that was checked, and nowhere else."""

import hashlib
import hmac
import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.config import TicketSettings
from assistant.errors import ConfigError, TicketError
from assistant.tickets.outbox import Letter

if TYPE_CHECKING:
    import httpx

SIGNATURE, TIME, NUMBER = "X-Millwright-Signature", "X-Millwright-Time", "X-Millwright-Delivery"
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where letters go.

    Args:
        url: `https://…`; `http://…` only to an internal address.
        key_variable: The environment variable with the secret that signs them.
        internal: An address within the plant's own network is allowed.
    """

    url: str
    key_variable: str
    internal: bool = False

    def send(self, letter: Letter, at: int) -> None:
        """Send one letter.

        The signature is the HMAC-SHA256, in hex, of the time, a full stop and the body, under the secret.

        Args:
            at: The time, in seconds since 1970; a receiver refuses an old one.

        Raises:
            ConfigError: There is no secret, or the address may not be used.
            TicketError: It did not arrive; one line on why.
        """
        import httpx

        body = letter.body.encode()
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: f"sha256={self.signature(at, body)}",
            TIME: str(at),
            NUMBER: str(letter.number),
        }
        address, request = self._target(httpx.URL(self.url))
        headers["Host"] = request.netloc.decode()
        # No proxy and no redirect: the address that was checked is the one that is spoken to.
        try:
            with (
                httpx.Client(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as client,
                client.stream(
                    "POST",
                    address,
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": request.host},
                ) as answer,
            ):
                if not answer.is_success:
                    raise TicketError(f"{request.host} answered {answer.status_code}")
        except httpx.HTTPError as error:
            raise TicketError(f"{request.host} was not reached ({type(error).__name__}: {error})") from error

    def signature(self, at: int, body: bytes) -> str:
        """What proves that a letter is ours."""
        secret = os.environ.get(self.key_variable, "") if self.key_variable else ""
        if not secret:
            raise ConfigError(
                f"tickets.webhook_key_variable: no secret in the environment variable "
                f"{self.key_variable!r}; set it, or leave tickets.webhook_url empty"
            )
        return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()

    def _target(self, url: "httpx.URL") -> "tuple[httpx.URL, httpx.URL]":
        """The URL with the address that its name stands for now, and the URL as it is written."""
        if url.scheme not in ("https", "http") or not url.host:
            raise ConfigError(f"tickets.webhook_url: {self.url!r} is no address; write https://host/path")
        if url.scheme == "http" and not self.internal:
            raise ConfigError(
                "tickets.webhook_url: letters leave the plant by https only; see webhook_internal"
            )
        try:
            port = url.port or (443 if url.scheme == "https" else 80)
            entries = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise TicketError(f"{url.host} has no address ({error})") from error
        found = {str(entry[4][0]) for entry in entries}
        # A name may stand for the plant's own machines; each of its addresses must be allowed.
        inside = sorted(entry for entry in found if not ipaddress.ip_address(entry).is_global)
        if inside and not self.internal:
            raise ConfigError(
                f"tickets.webhook_url: {url.host} is the internal address {inside[0]}; "
                "set tickets.webhook_internal = true if that is meant"
            )
        return url.copy_with(host=sorted(found)[0]), url


def webhook_of(settings: TicketSettings) -> Webhook | None:
    """Where the settings send approved replies; None for nowhere."""
    if not settings.webhook_url:
        return None
    return Webhook(settings.webhook_url, settings.webhook_key_variable, settings.webhook_internal)
