"""`/login` and `/logout`: a session begins and ends."""

from functools import partial
from urllib.parse import parse_qs

import anyio
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from assistant.access import login
from assistant.access.door import Door
from assistant.access.gate import COOKIE, WHO, address_of, token_of
from assistant.access.records import AccessError

_MOST_BYTES = 8_192
_TRIES_AT_ONCE = 4


def add_login(app: FastAPI, door: Door, session_hours: float) -> None:
    """Add the routes."""
    threads = anyio.CapacityLimiter(_TRIES_AT_ONCE)

    @app.get("/login.css")
    def style() -> FileResponse:
        return FileResponse(login.STYLE, media_type="text/css")

    @app.get("/login", response_model=None)
    def page(request: Request, lang: str = "", next: str = "/") -> Response:
        """The form; whoever is in already goes on."""
        if request.scope.get(WHO) is not None:
            return RedirectResponse(login.back_to(next), 303)
        language = login.language_of(lang, request.headers.get("accept-language", ""))
        return _page(login.login_page(language, login.back_to(next)), 200)

    @app.post("/login", response_model=None)
    async def enter(request: Request) -> Response:
        """Log in."""
        form = await _form(request)
        back, language = login.back_to(form.get("next", "/")), login.language_of(form.get("lang", ""), "")
        name = form.get("name", "")[:64]
        shown = partial(login.login_page, language, back, name=name)
        try:
            entering = partial(door.enter, name, form.get("password", ""), address_of(request.scope))
            entry = await anyio.to_thread.run_sync(entering, limiter=threads)
        except AccessError:
            return _page(shown(error="fault"), 503)
        if entry.wait_s:
            waiting = {"Retry-After": str(round(entry.wait_s) + 1)}
            return _page(shown(error="wait", wait_s=entry.wait_s), 429, waiting)
        if not entry.token:
            return _page(shown(error="wrong"), 401)
        answer = RedirectResponse(back, 303, headers={"Cache-Control": "no-store"})
        _set_cookie(answer, request, entry.token, round(3600 * session_hours))
        return answer

    @app.post("/logout", response_model=None)
    async def leave(request: Request) -> Response:
        """Log out."""
        token = token_of(request.headers)
        await anyio.to_thread.run_sync(door.leave, token, limiter=threads)
        answer = RedirectResponse("/login", 303, headers={"Clear-Site-Data": '"cache"'})
        _set_cookie(answer, request, "", 0)
        return answer


def _set_cookie(answer: Response, request: Request, token: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, seconds, path="/", secure=secure, httponly=True, samesite="strict")


def _page(content: str, status: int, headers: dict[str, str] | None = None) -> HTMLResponse:
    return HTMLResponse(content, status, headers={"Cache-Control": "no-store", **(headers or {})})


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; none of a body that is too long to be ours."""
    content = bytearray()
    async for piece in request.stream():
        content.extend(piece)
        if len(content) > _MOST_BYTES:
            return {}
    fields = parse_qs(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    return {key: values[0] for key, values in fields.items()}
