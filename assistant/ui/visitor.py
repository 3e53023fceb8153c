"""Whose conversations those of a browser are: a cookie that no script reads; plain ASGI, for streams."""

import hashlib
import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access.gate import cookies_of
from assistant.access.records import Principal

COOKIE = "millwright_visitor"
_KEPT_S = 365 * 24 * 3600
_KNOWN = re.compile(r"[A-Za-z0-9_-]{32,64}")


class Visitor:
    """Gives a browser that has none its cookie, with the page or with the first thing it asks of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what comes after it already sees the new cookie."""
        if scope["type"] != "http" or not _wants_one(scope):
            await self._app(scope, receive, send)
            return
        fresh = secrets.token_urlsafe(32)
        sent = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        given = [value for name, value in scope["headers"] if name == b"cookie"]
        joined = b"; ".join([*given, f"{COOKIE}={fresh}".encode()])

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = f"{COOKIE}={fresh}; Path=/; Max-Age={_KEPT_S}; HttpOnly; SameSite=Strict"
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app({**scope, "headers": [*sent, (b"cookie", joined)]}, receive, sending)


def owner_of(cookies: Mapping[str, str]) -> str:
    """The owner of a browser's conversations; empty where it keeps no cookie, and nothing is kept for it.

    The file holds what the cookie hashes to: whoever reads the file cannot come as that browser.
    """
    value = cookies.get(COOKIE, "")
    return f"page:{hashlib.sha256(value.encode()).hexdigest()[:32]}" if _KNOWN.fullmatch(value) else ""


def owner_for(principal: Principal, cookies: Mapping[str, str]) -> str:
    """The owner of the conversations of whoever asks: the user; without users, the browser."""
    return owner_of(cookies) if principal.local else f"user:{principal.id}"


def _wants_one(scope: Scope) -> bool:
    """Whether a request is of our page and brings no cookie.

    A page that was opened by a link elsewhere brings none although there is one: what it asks for does.
    """
    headers, path = Headers(scope=scope), str(scope["path"])
    if owner_of(cookies_of(headers)):
        return False
    if scope["method"] == "GET":
        return path == "/" and headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    return scope["method"] == "POST" and path.startswith("/gradio_api/")
