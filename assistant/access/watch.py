"""Each request under an id: counted for Prometheus, and a line in the log; ids and sizes, never contents."""

import json
import logging
import secrets
import time
from contextvars import ContextVar
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access.gate import WHO
from assistant.access.paths import need_of
from assistant.access.records import Principal

log = logging.getLogger(__name__)

REQUEST: ContextVar[str] = ContextVar("request", default="")
_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 120.0)


class Meters:
    """The counters of one application; labels are few and known, so that no address makes a new one."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["need", "status"]
        self.requests = Counter(
            "millwright_requests",
            "Requests, by what they need and how they ended",
            labels,
            registry=self.registry,
        )
        self.seconds = Histogram(
            "millwright_request_seconds",
            "Seconds until the answer began",
            ["need"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.under_way = Gauge("millwright_requests_under_way", "Requests now", registry=self.registry)

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self.registry)


class Watch:
    """Outermost: also what is refused is counted and logged."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app, self._meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, started, status, began = secrets.token_hex(8), time.monotonic(), 500, 0.0
        need, token = need_of(str(scope["method"]), str(scope["path"])), REQUEST.set(number)

        async def sending(message: Message) -> None:
            nonlocal status, began
            if message["type"] == "http.response.start":
                status, began = int(message["status"]), time.monotonic() - started
                MutableHeaders(scope=message)["X-Request-Id"] = number
            await send(message)

        self._meters.under_way.inc()
        try:
            await self._app(scope, receive, sending)
        finally:
            REQUEST.reset(token)
            self._meters.under_way.dec()
            self._meters.requests.labels(need, f"{status // 100}xx").inc()
            self._meters.seconds.labels(need).observe(began or time.monotonic() - started)
            who = scope.get(WHO)
            facts = {
                "request": number,
                "method": scope["method"],
                "need": need,
                "status": status,
                "ms": round(1000 * (time.monotonic() - started)),
                "user": who.id if isinstance(who, Principal) else "",
            }
            log.info("request %s", number, extra={"facts": facts})


class JsonLines(logging.Formatter):
    """A log record as one JSON line, with the id of the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entry = {"at": at, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if REQUEST.get():
            entry["request"] = REQUEST.get()
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps({**entry, **getattr(record, "facts", {})}, ensure_ascii=False)


def log_as_json() -> None:
    """From now on every record goes to stderr as a line of JSON; of other libraries only warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("assistant", "ingest"):
        logging.getLogger(name).setLevel(logging.INFO)
