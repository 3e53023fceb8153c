"""`millwright serve`: its options, and what is served."""

import argparse
import sys
from typing import TYPE_CHECKING

from assistant.errors import MillwrightError

if TYPE_CHECKING:
    from assistant.app import Millwright


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port (default 7860)")


def run(parsed: argparse.Namespace, application: "Millwright") -> int:
    """Serve until it is stopped."""
    from assistant.access.door import Door
    from assistant.access.watch import log_as_json
    from assistant.api import ServeOptions, serve

    chosen = application.settings.serve
    options = ServeOptions(
        host=parsed.host or chosen.host,
        port=chosen.port if parsed.port is None else parsed.port,
        max_upload_bytes=chosen.max_upload_mb << 20,
        library_upload_bytes=application.settings.library.max_upload_mb << 20,
        queue=chosen.queue,
        examples=tuple(chosen.examples),
        hosts=tuple(chosen.hosts),
        trusted_proxies=tuple(chosen.trusted_proxies),
        certificate=chosen.certificate,
        private_key=chosen.private_key,
        access=application.settings.access,
    )
    door = Door(parsed.data, options.access)
    if chosen.log == "json":
        log_as_json()
    application.health()  # an absent or damaged index is told before the page is served
    _settle(application)
    note = "; no users: open to whoever uses this machine, as its admin" if door.open else ""
    serve(application, options, lambda at: print(f"Millwright is at {at}{note}", flush=True), door)
    return 0


def _settle(application: "Millwright") -> None:
    """Undo a change of the library that the last server did not finish, and say so."""
    from assistant.ui.library_view import undone_text

    try:
        undone = application.library.settle()
    except MillwrightError as error:
        print(
            f"millwright: a change of the library was cut off and is not undone yet: {error}", file=sys.stderr
        )
        return
    if undone:
        print(f"millwright: {undone_text(undone, 'en')}", file=sys.stderr)
