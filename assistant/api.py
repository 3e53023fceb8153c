"""The application that serves the page: our own routes first, Gradio behind them, a guard before all."""

import ipaddress
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount

from assistant.access.door import Door
from assistant.access.gate import WHO, Gate
from assistant.access.records import ForbiddenError, Principal
from assistant.access.watch import Meters, Watch
from assistant.api_ask import add_ask
from assistant.api_documents import add_documents
from assistant.api_evaluate import add_evaluate
from assistant.api_lessons import add_lessons
from assistant.api_login import add_login
from assistant.api_logs import add_logs
from assistant.api_openai import add_openai
from assistant.api_openapi import add_openapi
from assistant.api_problem import add_problems
from assistant.api_repeats import Repeats
from assistant.api_reports import add_reports
from assistant.api_search import add_search
from assistant.api_talks import add_talks
from assistant.api_tickets import add_tickets
from assistant.api_views import add_views
from assistant.config import AccessSettings
from assistant.desk import Desk
from assistant.errors import ConfigError, MillwrightError
from assistant.guarded import Guarded
from assistant.ui.guard import Guard
from assistant.ui.service import Assistant
from assistant.ui.upload_limit import UploadLimit
from assistant.ui.visitor import Visitor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How the page is served.

    Args:
        host: Anything but a loopback address is refused while there are no users.
        hosts: Other names by which the page is opened; refused while there are no users, as are proxies.
        trusted_proxies: Addresses whose word counts on who asks and whether by HTTPS.
        certificate: A PEM file, with its key in `private_key`; empty for HTTP.
        max_upload_bytes: Largest request body.
        library_upload_bytes: The same for documents that whoever may change the library uploads.
        queue: Questions under way at the same time; one more is told that the assistant is busy.
        examples: Questions on buttons, before the first one is asked.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    max_upload_bytes: int = 20 << 20
    library_upload_bytes: int = 200 << 20
    queue: int = 32
    examples: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    certificate: str = ""
    private_key: str = ""
    access: AccessSettings = field(default_factory=AccessSettings)


def create_app(millwright: Assistant, options: ServeOptions, door: Door | None = None) -> FastAPI:
    """Put the web application together.

    Args:
        door: Knows the users; None where there are none, and whoever comes is the local admin.

    Raises:
        ConfigError: There are no users, and others than this machine could reach it.
    """
    door = door or Door(Path(os.devnull), options.access)
    _check_reach(options, door)

    def seen(request: Request) -> Assistant:
        return Guarded(millwright, lambda: _who(request), door.questions)

    app = FastAPI(title="Millwright", docs_url=None, redoc_url=None, openapi_url=None)
    meters = Meters()
    _add_probes(app, millwright, meters)
    add_problems(app)
    add_views(app, seen)
    add_logs(app, seen)
    add_login(app, door, options.access.session_hours)
    desk = Desk(options.queue)
    add_ask(app, seen, desk)
    add_openai(app, seen, desk)
    add_search(app, seen)
    add_documents(app, seen)
    add_evaluate(app, seen)
    add_talks(app, millwright)
    add_reports(app, seen)
    add_tickets(app, seen)
    add_lessons(app, seen)
    add_openapi(app)
    _mount_page(app, millwright, options, desk, door)
    hosts = ["127.0.0.1", "localhost", "[::1]", "::1", options.host, *options.hosts]
    app.add_middleware(Repeats, requests=lambda: millwright.requests)
    app.add_middleware(UploadLimit, max_body_bytes=options.max_upload_bytes)
    app.add_middleware(Visitor)
    app.add_middleware(Gate, door=door)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(
        Guard, max_body_bytes=options.max_upload_bytes, max_upload_bytes=options.library_upload_bytes
    )
    app.add_middleware(Watch, meters=meters)
    return app


def serve(
    millwright: Assistant,
    options: ServeOptions,
    listening: Callable[[str], None] = lambda _: None,
    door: Door | None = None,
) -> None:
    """Serve until interrupted.

    Args:
        listening: Called once with the address to open, when the port is ours.

    Raises:
        ConfigError: As `create_app`, or the port is taken.
    """
    app = create_app(millwright, options, door)
    listener = _listener(options.host, options.port)
    host = f"[{options.host}]" if ":" in options.host else options.host
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(options.trusted_proxies),
        forwarded_allow_ips=list(options.trusted_proxies),
        ssl_certfile=options.certificate or None,
        ssl_keyfile=options.private_key or None,
        ws="none",
    )
    # The models take seconds to load: they do it while the first question is being typed.
    threading.Thread(target=millwright.warm, name="warm-up", daemon=True).start()
    stop = threading.Event()
    if millwright.tickets.courier is not None:
        threading.Thread(
            target=millwright.tickets.courier.go_on, args=(stop,), name="courier", daemon=True
        ).start()
    scheme = "https" if options.certificate else "http"
    listening(f"{scheme}://{host}:{listener.getsockname()[1]}/")
    with listener:
        uvicorn.Server(config).run(sockets=[listener])
    stop.set()


def _check_reach(options: ServeOptions, door: Door) -> None:
    """Refuse to be reached by others while no one needs to log in."""
    if not door.open or (_is_loopback(options.host) and not options.hosts and not options.trusted_proxies):
        return
    reached = ", ".join([options.host, *options.hosts, *options.trusted_proxies])
    raise ConfigError(
        f"host {reached!r}: not started, because everyone on the network could read the documents: no users "
        "are configured. Add one with `millwright users add NAME --role admin`, or use --host 127.0.0.1."
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _who(request: Request) -> Principal:
    found = request.scope.get(WHO)
    if not isinstance(found, Principal):
        raise ForbiddenError("log in first")
    return found


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigError(
            f"{host}:{port}: cannot listen there ({error.strerror}). Choose another port with --port."
        ) from error


def _mount_page(app: FastAPI, millwright: Assistant, options: ServeOptions, desk: Desk, door: Door) -> None:
    # Read when Gradio is imported; it would ask an address outside for its version otherwise.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # It would put the last 10,000 events in a table after each one, for a report that is not served: 5 ms of
    # a question at first, 20 ms in the end.
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)
    import gradio
    from gradio.routes import App

    from assistant.ui.page import HEAD, STYLES, build_page, theme
    from assistant.ui.sessions import keep_pages_lean
    from assistant.ui.who import principal_now

    guarded = Guarded(millwright, principal_now, door.questions)
    gradio.mount_gradio_app(
        app,
        build_page(guarded, options.examples, desk),
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        server_name=options.host,
        server_port=options.port,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        blocked_paths=["/"],
        favicon_path=None,
        show_error=False,
        max_file_size=max(options.max_upload_bytes, options.library_upload_bytes),
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css_paths=STYLES,
        head=HEAD,
    )
    [mounted] = [route.app for route in app.routes if isinstance(route, Mount)]
    keep_pages_lean(cast(App, mounted))


def _add_probes(app: FastAPI, millwright: Assistant, meters: Meters) -> None:
    @app.get("/metrics", response_class=PlainTextResponse)
    def metrics() -> Response:
        """Counters for Prometheus."""
        return Response(meters.text(), media_type="text/plain; version=0.0.4")

    @app.get("/health")
    def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/ready")
    def ready(request: Request) -> Response:
        """The index is open and questions can be answered; what it holds is told to admins only."""
        principal = request.scope.get(WHO)
        told = isinstance(principal, Principal) and principal.collections is None
        try:
            return JSONResponse({"status": "ready", **(millwright.health() if told else {})})
        except MillwrightError as error:
            return JSONResponse({"status": "not ready", **({"detail": str(error)} if told else {})}, 503)
