"""Every request passes here: who asks, what the address needs, and whose the page session is; plain ASGI."""

from functools import partial
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

import anyio
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access import login
from assistant.access.bindings import Bindings
from assistant.access.door import Door
from assistant.access.paths import need_of, takes_tokens
from assistant.access.records import AccessError, Principal, may

COOKIE = "millwright_session"
WHO = "millwright.principal"
"""The key of a request's scope under which whoever asks stands; set here and nowhere else."""
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_UPLOAD = "/gradio_api/upload"
_NAMING = frozenset({_UPLOAD, "/gradio_api/queue/join"})
"""What answers with names by which more can be asked for: they belong to who got them."""
_LOOKED_UP_AT_ONCE = 8


class Gate:
    """Lets through whoever may; everyone else is told in one line. Denies what it does not know."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door
        self._bindings = Bindings()
        self._threads: anyio.CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            principal, is_open = await self._who(scope)
        except AccessError as error:
            await _shown(_refused(503, str(error)), scope)(scope, receive, send)
            return
        refusal = self._refusal(scope, principal, is_open)
        if refusal is not None:
            if principal is not None and principal.token and refusal.status_code == HTTPStatus.FORBIDDEN:
                note = partial(self._door.refused, principal, need_of(scope["method"], scope["path"]))
                await anyio.to_thread.run_sync(note, limiter=self._threads)
            await _shown(refusal, scope)(scope, receive, send)
            return
        scope[WHO] = principal
        path = str(scope["path"])
        if principal is None or principal.local or not path.startswith("/gradio_api/"):
            await self._app(scope, receive, send)
        else:
            await self._bound(scope, receive, send, principal.id)

    async def _who(self, scope: Scope) -> tuple[Principal | None, bool]:
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(_LOOKED_UP_AT_ONCE)
        headers = Headers(scope=scope)
        token = bearer_of(headers) if takes_tokens(str(scope["path"])) else ""
        if token:
            look = partial(self._door.bearer, token, address_of(scope))
        else:
            look = partial(self._door.principal, token_of(headers))
        principal = await anyio.to_thread.run_sync(look, limiter=self._threads)
        return principal, principal is not None and principal.local

    def _refusal(self, scope: Scope, principal: Principal | None, is_open: bool) -> Response | None:
        method, path, headers = str(scope["method"]), str(scope["path"]), Headers(scope=scope)
        need = need_of(method, path)
        if principal is None and not self._door.strangers.take(address_of(scope)):
            return _refused(429, "too many requests; come again in a minute", {"Retry-After": "60"})
        # A browser names the origin of whatever changes something; the guard has checked that it is ours.
        # A token is sent by no browser of its own accord, as a cookie is.
        by_token = principal is not None and bool(principal.token)
        named = by_token or "origin" in headers or headers.get("sec-fetch-site") == "same-origin"
        if by_token and principal is not None and not self._door.token_requests.take(principal.token):
            return _refused(429, "too many requests with this token", {"Retry-After": "60"})
        known = principal is not None or need == "public"
        if method in _UNSAFE and known and not is_open and not named:
            return _refused(403, "the request does not say that it comes from this site")
        if need == "public":
            return None
        if principal is None:
            if method == "GET" and (path == "/" or path.startswith("/view/")):
                query = scope["query_string"].decode("latin-1")
                back = quote(f"{path}?{query}" if query else path, safe="")
                return RedirectResponse(f"/login?next={back}", 303)
            challenge = {"WWW-Authenticate": "Bearer"} if takes_tokens(path) else {}
            return _refused(401, "log in first, or send an API token that is valid", challenge)
        if need == "closed":
            return _refused(404, "not here")
        if by_token and not may(principal, need):
            return _refused(403, f"this token is not for this: it lacks a scope that allows {need!r}")
        if not may(principal, need):
            return _refused(403, "your role does not allow this")
        return None

    async def _bound(self, scope: Scope, receive: Receive, send: Send, owner: str) -> None:
        """A request to Gradio: it may name no page session, file or call of another user."""
        path, query = str(scope["path"]), scope["query_string"].decode("latin-1")
        allowed = self._bindings.address(path, query, owner)
        if allowed and scope["method"] == "POST" and path != _UPLOAD:
            content = await _whole(receive)
            allowed = not content or self._bindings.body(content, owner)
            receive = _again(content, receive)
        if not allowed:
            await _refused(403, "this belongs to another user")(scope, receive, send)
            return
        answer = bytearray()

        async def sending(message: Message) -> None:
            if path in _NAMING and message["type"] == "http.response.body":
                answer.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    self._bindings.answered(bytes(answer), owner)
            await send(message)

        await self._app(scope, receive, sending)


def token_of(headers: Headers) -> str:
    """The session's token in a request; empty when there is none."""
    return cookies_of(headers).get(COOKIE, "")


def bearer_of(headers: Headers) -> str:
    """The API token of a request; empty when there is none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def cookies_of(headers: Headers) -> dict[str, str]:
    """The cookies of a request by name; none where they cannot be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def address_of(scope: Scope) -> str:
    """Where a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def _shown(refusal: Response, scope: Scope) -> Response:
    """A refusal as a page for whoever opened the address in a browser; for programs it stays as it is."""
    headers = Headers(scope=scope)
    opened = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    if not opened or not login.tells(refusal.status_code):
        return refusal
    language = login.language_of("", headers.get("accept-language", ""))
    kept = {"Cache-Control": "no-store"}
    if "retry-after" in refusal.headers:
        kept["Retry-After"] = refusal.headers["retry-after"]
    return HTMLResponse(login.refusal_page(language, refusal.status_code), refusal.status_code, kept)


def _refused(status: int, reason: str, headers: dict[str, str] | None = None) -> Response:
    title = HTTPStatus(status).phrase
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": reason},
        status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type="application/problem+json",
    )


async def _whole(receive: Receive) -> bytes:
    """A body, whose bytes the guard counts; empty when the reader has gone."""
    content = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        content.extend(message.get("body", b""))
        if not message.get("more_body", False):
            return bytes(content)


def _again(content: bytes, receive: Receive) -> Receive:
    """The body once more, for the application; after it whatever comes."""
    given = False

    async def receiving() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": content, "more_body": False}

    return receiving
