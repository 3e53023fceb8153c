"""The login page: plain HTML without a script, English and Chinese."""

import json
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

STYLE = Path(__file__).with_name("login.css")
LANGUAGES = ("en", "zh")
_REFUSALS = {403: "role", 404: "none", 429: "many", 503: "users"}


def login_page(
    language: str, back: str = "/", *, name: str = "", error: str = "", wait_s: float = 0.0
) -> str:
    """The page.

    Args:
        back: Where to go after it.
        name: What was typed as the user's name.
        error: `wrong`, `wait` or `fault`; empty for none.
        wait_s: How long to wait before the next try.
    """
    words = _words()[language]
    say = {key: escape(text) for key, text in words.items()}
    told = say[error].format(wait=_span(words, wait_s)) if error else ""
    shown = f'<p class="error" role="alert" id="error">{told}</p>' if told else ""
    described = ' aria-describedby="error" aria-invalid="true"' if error == "wrong" else ""
    other = "/login?" + urlencode({"lang": words["other_language"], "next": back})
    body = f"""<main>
<header><svg viewBox="0 0 32 32" aria-hidden="true">
<path d="M4 26V8l6 7 6-7 6 7 6-7v18h-5V17l-7 8-7-8v9z"/></svg>
<div><b>{say["title"]}</b><span>{say["claim"]}</span></div></header>
<h1>{say["heading"]}</h1>
{shown}
<form method="post" action="/login">
<input type="hidden" name="next" value="{escape(back)}"><input type="hidden" name="lang" value="{language}">
<label for="name">{say["name"]}</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none"
 spellcheck="false" maxlength="64" required{"" if name else " autofocus"}{described}>
<label for="password">{say["password"]}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="200"
 required{" autofocus" if name else ""}{described}>
<button type="submit">{say["enter"]}</button>
</form>
<p class="help">{say["help"]}</p>
</main>
<nav><a href="{escape(other)}" lang="{words["other_language"]}">{say["other"]}</a></nav>"""
    return _document(language, f"{say['heading']} · {say['title']}", body)


def refusal_page(language: str, status: int) -> str:
    """Why a person who opened an address is shown nothing, in one line."""
    say = {key: escape(text) for key, text in _words()[language].items()}
    body = f"""<main><h1>{say["refused"]}</h1>
<p class="error" role="alert">{say[_REFUSALS[status]]}</p></main>"""
    return _document(language, f"{say['refused']} · {say['title']}", body)


def _document(language: str, title: str, body: str) -> str:
    """A page of ours; title and body are escaped already."""
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}">
<head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/login.css"></head>
<body>{body}
</body></html>"""


def tells(status: int) -> bool:
    """Whether there is a line for a status."""
    return status in _REFUSALS


def language_of(asked: str, accepted: str) -> str:
    """The language that was asked for, or else the browser's."""
    if asked in LANGUAGES:
        return asked
    return "zh" if accepted.strip().lower().startswith("zh") else "en"


def back_to(address: str) -> str:
    """Where a login may lead: a page or a view of ours, never another site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    ours = not parts.scheme and not parts.netloc and not any(c in address for c in "\\\r\n\t")
    return address if ours and (address == "/" or address.startswith("/view/")) else "/"


def _span(words: dict[str, str], seconds: float) -> str:
    if seconds < 100:
        return words["seconds"].format(n=max(1, round(seconds)))
    return words["minutes"].format(n=max(2, round(seconds / 60)))


@cache
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        Path(__file__).with_name("login.json").read_text(encoding="utf-8")
    )
    return found
