"""`Idempotency-Key`: a request that creates something is done once, however often it is sent; plain ASGI."""

import hashlib
import logging
import re
import tempfile
from collections.abc import Callable
from functools import partial
from typing import IO

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response as Sent
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access.gate import WHO
from assistant.access.records import Principal
from assistant.api_problem import problem, told
from assistant.errors import MillwrightError
from assistant.kept_requests import KeptRequests, Response, State

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_CREATING = re.compile(r"/api/v1/(?!(?:ask|evaluate)$).+")
"""Every POST there but what only answers."""
_IN_MEMORY, _PIECE = 1 << 20, 1 << 18
_AT_ONCE = 8
_NOT_KEPT = frozenset({401, 403, 413, 429})
_KEPT_HEADERS = frozenset({"content-type", "location", "cache-control"})
_WHY: dict[State, tuple[int, str]] = {
    "other": (422, f"this {HEADER} came with another request before; take a new one"),
    "under way": (409, f"the request with this {HEADER} is under way; come again in a moment"),
    "cut off": (
        409,
        f"the request with this {HEADER} was begun and cut off: see whether it was done, and take a new one",
    ),
    "too long": (409, f"the request with this {HEADER} was done; its answer was too long to be kept"),
}


class Repeats:
    """Stands behind the gate, which knows who asks: a key is known to its user only.

    Args:
        requests: Called with the first request that has a key.
    """

    def __init__(self, app: ASGIApp, requests: Callable[[], KeptRequests]) -> None:
        self._app, self._requests = app, requests
        self._threads: anyio.CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on the first time, and answer it the same way afterwards."""
        key, who = _key(scope), scope.get(WHO)
        if key is None or not isinstance(who, Principal):
            await self._app(scope, receive, send)
            return
        if not _KEY.fullmatch(key):
            await told(400, f"{HEADER}: 1 to 255 visible characters")(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            mark = await _read(scope, receive, body)
            if mark is None:  # the reader has gone
                return
            try:
                found = await self._begin(who.id, key, mark)
            except MillwrightError as error:
                await problem(error)(scope, receive, send)
                return
            if found == "new":
                await self._once(scope, _again(body, receive), send, (who.id, key))
            else:
                await _known(found)(scope, receive, send)

    async def _begin(self, owner: str, key: str, mark: str) -> State | Response:
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(_AT_ONCE)
        begin = partial(self._requests().begin, owner, key, mark)
        return await anyio.to_thread.run_sync(begin, limiter=self._threads)

    async def _once(self, scope: Scope, receive: Receive, send: Send, owned: tuple[str, str]) -> None:
        """Do it; the answer is on the disk before it is given."""
        messages: list[Message] = []

        async def sending(message: Message) -> None:
            messages.append(message)

        requests = self._requests()
        try:
            await self._app(scope, receive, sending)
        except Exception:  # it may be tried again; what it was is told where it always is
            await self._keep(partial(requests.forget, *owned))
            raise
        answer = _answer(messages)
        if answer is None or answer.status >= 500 or answer.status in _NOT_KEPT:
            work = partial(requests.forget, *owned)
        else:
            work = partial(requests.finish, *owned, answer)
        await self._keep(work)
        for message in messages:
            await send(message)

    async def _keep(self, work: Callable[[], None]) -> None:
        """What was done is answered all the same; the key stays taken, so that it is not done again."""
        try:
            await anyio.to_thread.run_sync(work, limiter=self._threads)
        except MillwrightError as error:
            log.warning("the answer of a request with a key could not be kept: %s", error)


def is_done_once(method: str, path: str) -> bool:
    """Whether a key counts for a request."""
    return method == "POST" and _CREATING.fullmatch(path) is not None


def _key(scope: Scope) -> str | None:
    if scope["type"] != "http" or not is_done_once(scope["method"], scope["path"]):
        return None
    return Headers(scope=scope).get(HEADER)


async def _read(scope: Scope, receive: Receive, body: IO[bytes]) -> str | None:
    """Read a body, whose bytes the guard counts; what is the same for equal requests only."""
    address = (scope["method"], scope["path"], scope["query_string"].decode("latin-1"))
    mark = hashlib.sha256("\n".join(address).encode() + b"\n")
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        piece = message.get("body", b"")
        mark.update(piece)
        body.write(piece)
        if not message.get("more_body", False):
            body.seek(0)
            return mark.hexdigest()


def _again(body: IO[bytes], receive: Receive) -> Receive:
    """The body once more; after it whatever comes."""
    ended = False

    async def receiving() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        piece = body.read(_PIECE)
        ended = len(piece) < _PIECE
        return {"type": "http.request", "body": piece, "more_body": not ended}

    return receiving


def _answer(messages: list[Message]) -> Response | None:
    start = next((message for message in messages if message["type"] == "http.response.start"), None)
    if start is None:
        return None
    headers = MutableHeaders(raw=list(start["headers"]))
    kept = tuple((name, value) for name, value in headers.items() if name in _KEPT_HEADERS)
    body = b"".join(message.get("body", b"") for message in messages if message is not start)
    return Response(start["status"], kept, body)


def _known(found: State | Response) -> Sent:
    if isinstance(found, Response):
        return Sent(found.body, found.status, {**dict(found.headers), REPEATED: "true"})
    status, detail = _WHY[found]
    return told(status, detail, {"Retry-After": "1"} if found == "under way" else None)
