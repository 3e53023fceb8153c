"""Every route of an application."""

import re
from collections.abc import Iterator, Mapping

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

HERE = "http://127.0.0.1:7860"
ORIGIN = {"origin": HERE}
PASSWORD = "correct horse battery"
NAMES = {"reed": "technician", "amy": "service", "boss": "admin", "sam": "service"}


def patterns(found: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and address, those of the mounted Gradio among them."""
    for route in found:
        if isinstance(route, Mount):
            yield from patterns(route.routes, prefix + route.path)
        elif hasattr(route, "original_router"):  # FastAPI keeps what was included as it was
            yield from patterns(route.original_router.routes, prefix)
        elif isinstance(route, APIRoute) or hasattr(route, "methods"):
            path = str(getattr(route, "path", ""))
            for method in sorted(getattr(route, "methods", None) or {"GET"}):
                yield method, prefix + path


def routes(found: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """The same with something for each parameter."""
    return ((method, filled(path)) for method, path in patterns(found))


def filled(path: str, values: Mapping[str, str] = {}) -> str:
    """An address with a value for each parameter, 1 where none is given."""
    return re.sub(r"{(\w+)[^}]*}", lambda found: values.get(found[1], "1"), path)
