"""What every request must pass, and the headers every answer carries; plain ASGI, so streams stay streams."""

from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's frontend starts from an inline script and compiles its templates; everything else is ours alone.
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'self'; object-src 'none'"
)
_VIEW_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'; "
    "form-action 'none'; base-uri 'none'"
)
_LOGIN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: a form would then name no origin, by which we know that it is ours.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_CLOSED = ("/monitoring", "/gradio_api/runs", "/gradio_api/deep_link")


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    reason: str


UPLOAD = "/gradio_api/upload"
_DOCUMENTS = "/api/v1/documents"


class _TooLarge(Exception):
    """A body went on after the last byte that is allowed."""


class Guard:
    """Refuses what another site or a crafted address sends; counts bodies while they are read.

    Args:
        max_upload_bytes: Of an upload to the library; who may send so much is another's matter.
    """

    def __init__(self, app: ASGIApp, max_body_bytes: int, max_upload_bytes: int = 0) -> None:
        self._app, self._max_body_bytes = app, max_body_bytes
        self._max_upload_bytes = max(max_body_bytes, max_upload_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it in one line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        most_bytes = self._max_upload_bytes if path in (UPLOAD, _DOCUMENTS) else self._max_body_bytes

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, path)
            await send(message)

        refusal = _refusal(path, Headers(scope=scope), str(scope["scheme"]), most_bytes)
        if refusal is not None:
            await _told(refusal.status, refusal.reason)(scope, receive, sending)
            return
        await pass_counted(self._app, scope, receive, sending, most_bytes)


async def pass_counted(app: ASGIApp, scope: Scope, receive: Receive, send: Send, most_bytes: int) -> None:
    """Pass a request on while its body has no more bytes than it may; else it is answered with 413."""
    body, started = _Body(receive, most_bytes), False

    async def sending(message: Message) -> None:
        nonlocal started
        if body.too_large and not started:
            return
        started = started or message["type"] == "http.response.start"
        await send(message)

    # What the application makes of a body that breaks off is its own matter; ours is to say why it did.
    with suppress(_TooLarge):
        await app(scope, body.receive, sending)
    if body.too_large and not started:
        await _told(413, _too_large(most_bytes))(scope, receive, send)


class _Body:
    """A request's body, counted while it is read."""

    def __init__(self, receive: Receive, most_bytes: int) -> None:
        self._receive, self._left = receive, most_bytes
        self.too_large = False

    async def receive(self) -> Message:
        """The next piece; _TooLarge after the last byte that is allowed."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.too_large = True
            raise _TooLarge
        return message


def _refusal(path: str, headers: Headers, scheme: str, max_body_bytes: int) -> _Refusal | None:
    """Why a request is not passed on; None when it is."""
    lowered = path.lower()
    _, names_file, file = lowered.partition("/file=")
    if "/proxy=" in lowered or (names_file and file.lstrip("/").startswith(("http:", "https:"))):
        return _Refusal(403, "fetching from other addresses is switched off")
    if any(closed in lowered for closed in _CLOSED):
        return _Refusal(404, "not here")
    origin = headers.get("origin")
    if origin is not None and origin != f"{scheme}://{headers.get('host')}":
        return _Refusal(403, "the request comes from another site")
    cross = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if cross and headers.get("sec-fetch-mode") != "navigate":
        return _Refusal(403, "the request comes from another site")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > max_body_bytes:
        return _Refusal(413, _too_large(max_body_bytes))
    return None


def _told(status: int, reason: str) -> Response:
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": reason}
    return JSONResponse(content, status, media_type="application/problem+json")


def _too_large(max_body_bytes: int) -> str:
    return f"the request is larger than {max_body_bytes:,} bytes"


def _add_headers(message: Message, path: str) -> None:
    headers = MutableHeaders(scope=message)
    viewing = path.startswith(("/view/", "/page/"))
    policy = _LOGIN_POLICY if path == "/login" else _VIEW_POLICY if viewing else _PAGE_POLICY
    headers["Content-Security-Policy"] = policy
    headers["X-Frame-Options"] = "SAMEORIGIN" if viewing else "DENY"
    for name, value in _HEADERS.items():
        headers[name] = value
