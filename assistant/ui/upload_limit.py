"""How much someone may upload to the page: documents of the library are larger than logs; plain ASGI."""

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access.gate import WHO
from assistant.access.records import Principal, may
from assistant.ui.guard import UPLOAD, pass_counted


class UploadLimit:
    """Stands behind the gate, which knows who asks.

    Args:
        max_body_bytes: What anyone may send; the guard has the limit of those who may change the library.
    """

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app, self._max_body_bytes = app, max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; an upload is counted."""
        if scope["type"] != "http" or scope["path"] != UPLOAD or _may_send_more(scope):
            await self._app(scope, receive, send)
        else:
            await pass_counted(self._app, scope, receive, send, self._max_body_bytes)


def _may_send_more(scope: Scope) -> bool:
    who = scope.get(WHO)
    return isinstance(who, Principal) and may(who, "library")
