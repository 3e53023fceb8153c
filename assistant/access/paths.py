"""What each address needs: the one table; whatever does not stand in it is not served."""

import re
from typing import Literal

from assistant.access.records import Action

Need = Action | Literal["public", "closed"]

_GET, _POST = frozenset({"GET", "HEAD"}), frozenset({"POST"})
_TABLE: tuple[tuple[frozenset[str], str, Need], ...] = (
    (_GET, r"/health|/ready|/login|/login\.css|/api/v1/openapi\.json", "public"),
    (_POST, r"/login|/logout", "public"),
    (_GET, r"/metrics", "metrics"),
    (_GET, r"/view\.css|/page/.+|/view/.+", "read"),
    (_POST, r"/logs|/api/v1/logs", "logs"),
    (_POST, r"/api/v1/ask|/v1/chat/completions|/feedback", "ask"),
    (_GET, r"/v1/models", "ask"),
    (_GET, r"/api/v1/(search|documents|documents/.+)", "read"),
    (_POST, r"/api/v1/documents", "library"),
    (_POST, r"/api/v1/evaluate", "read"),
    (frozenset({"DELETE"}), r"/api/v1/documents/.+", "library"),
    (_GET, r"/conversations/[^/]+", "read"),
    (_GET, r"/reports/[^/]+|/api/v1/reports(/[^/]+)?", "reports"),
    (_POST, r"/api/v1/reports(/[^/]+/(confirm|status))?", "reports"),
    (frozenset({"PATCH"}), r"/api/v1/reports/[^/]+", "reports"),
    (_GET, r"/api/v1/lessons|/lessons\.html", "lessons"),
    (frozenset({"PATCH"}), r"/api/v1/lessons/[^/]+", "lessons"),
    (_GET, r"/api/v1/tickets(/[^/]+)?", "tickets"),
    (_POST, r"/api/v1/tickets(/import|/[^/]+/(reply|approve|reject|solve|publish))?", "tickets"),
    (frozenset({"PATCH"}), r"/api/v1/tickets/[^/]+/reply", "tickets"),
    # Gradio's, as far as our page needs them. Its callbacks see the assistant through `Guarded` only.
    (_GET, r"/|/config/?|/assets/.+|/static/.+|/svelte/.+|/theme\.css|/manifest\.json|/favicon\.ico", "ask"),
    (_GET, r"/robots\.txt|/pwa_icon.*", "ask"),
    (
        _GET,
        r"/gradio_api/(startup-events|theme\.css|info/?|queue/data|heartbeat/[^/]+|upload_progress)",
        "ask",
    ),
    (_POST, r"/gradio_api/(queue/join|cancel|reset/?|upload|run/[^/]+/?)", "ask"),
)
# Where an API token counts; the page and what is kept for a person need their session.
_WITH_TOKEN = re.compile(
    r"/api/v1/.+|/v1/.+|/logs|/metrics|/ready|/page/.+|/view/.+|/reports/.+|/lessons\.html"
)
_RULES = tuple((methods, re.compile(pattern), need) for methods, pattern, need in _TABLE)


def takes_tokens(path: str) -> bool:
    """Whether an API token may be used at an address."""
    return _WITH_TOKEN.fullmatch(path) is not None


def need_of(method: str, path: str) -> Need:
    """What a request needs; `closed` for every address that no one thought of."""
    if ".." in path.split("/"):
        return "closed"
    for methods, pattern, need in _RULES:
        if method in methods and pattern.fullmatch(path):
            return need
    return "closed"
