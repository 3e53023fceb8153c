"""`millwright mcp`: the tools of the MCP server over stdin and stdout, or by HTTP on this machine."""

import argparse
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.errors import ConfigError

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from assistant.access.door import Door
    from assistant.access.records import Principal
    from assistant.app import Millwright
    from assistant.config import Settings
    from assistant.ui.service import Assistant

_HOST = "127.0.0.1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--engine", help="that answers (default: the settings'); extractive: quotes only")
    parser.add_argument(
        "--user", metavar="NAME", help="read only what this user may (default: all, as `ask` does)"
    )
    parser.add_argument(
        "--http", type=int, metavar="PORT", help="streamable HTTP on this machine instead of stdin and stdout"
    )


def run(parsed: argparse.Namespace, settings: "Settings", build: "Callable[[], Millwright]") -> int:
    """Serve until the client leaves; the index is opened by the first tool that is called."""
    server = server_for(parsed, settings, build)
    if parsed.http is None:
        server.run("stdio")
    else:
        server.run("streamable-http", host=_HOST, port=parsed.http)
    return 0


def server_for(
    parsed: argparse.Namespace, settings: "Settings", build: "Callable[[], Millwright]"
) -> "MCPServer[Any]":
    """The server that the options ask for.

    Raises:
        MillwrightError: There is no such user, or there are users and HTTP was asked for.
    """
    from assistant.access.door import Door

    door = Door(parsed.data, settings.access)
    if parsed.http is not None and not door.open:
        raise ConfigError(
            "there are users: by HTTP anyone at this machine could read; start it without --http"
        )
    who = partial(_named, door, parsed.user) if parsed.user else _anyone
    who()
    from assistant.mcp_server import mcp_server

    return mcp_server(_once(build, door, who), parsed.engine, settings.serve.queue)


def _anyone() -> "Principal":
    """Whoever may run our commands reads what these read."""
    from assistant.access.records import LOCAL_ADMIN

    return LOCAL_ADMIN


def _named(door: "Door", name: str) -> "Principal":
    """A user, with what they may read now."""
    from assistant.access.records import AccessError

    found = door.users.find(name)
    if found is None:
        raise AccessError(f"there is no user {name!r}; `millwright users list` names all")
    return door.users.principal(found[0])


def _once(
    build: "Callable[[], Millwright]", door: "Door", who: "Callable[[], Principal]"
) -> "Callable[[], Assistant]":
    """The assistant as someone may see it, built when it is first needed."""
    lock = threading.Lock()
    built: list[Assistant] = []

    def assistant() -> "Assistant":
        with lock:
            if not built:
                from assistant.guarded import Guarded

                built.append(Guarded(build(), who, door.questions))
        return built[0]

    return assistant
