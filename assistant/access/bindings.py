"""What belongs to whom inside Gradio: its page sessions and uploaded files have no owner of their own."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

_KEPT = 20_000


class Bindings:
    """The first who uses a page session or uploads a file owns it; no one else may name it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owners: OrderedDict[tuple[str, str], str] = OrderedDict()

    def claim(self, kind: str, key: str, owner: str) -> bool:
        """Whether something is the owner's, or was no one's and is theirs from now on."""
        with self._lock:
            found = self._owners.setdefault((kind, key), owner)
            self._owners.move_to_end((kind, key))
            while len(self._owners) > _KEPT:
                self._owners.popitem(last=False)
            return found == owner

    def owns(self, kind: str, key: str, owner: str) -> bool:
        """Whether something is the owner's already."""
        with self._lock:
            return self._owners.get((kind, key)) == owner

    def address(self, path: str, query: str, owner: str) -> bool:
        """Whether a request's address names nothing of another user."""
        named = [("session", value) for value in parse_qs(query).get("session_hash", [])]
        named += [("upload", value) for value in parse_qs(query).get("upload_id", [])]
        _, beat, session = path.partition("/heartbeat/")
        if beat:
            named.append(("session", session))
        return all(self.claim(kind, key, owner) for kind, key in named)

    def body(self, content: bytes, owner: str) -> bool:
        """Whether a JSON body names no page session of another user, and only files and calls of the user."""
        try:
            read = json.loads(content)
        except (ValueError, RecursionError):
            return False
        for key, value in _texts(read):
            if key == "session_hash" and not self.claim("session", value, owner):
                return False
            if key == "event_id" and not self.owns("event", value, owner):
                return False
            if key == "path" and value and not self.owns("file", f"{owner} {value}", owner):
                return False
        return True

    def answered(self, content: bytes, owner: str) -> None:
        """Remember whose the files of an upload, or a call in the queue, are: the answer names them."""
        try:
            named = json.loads(content)
        except ValueError:
            return
        if isinstance(named, dict) and isinstance(named.get("event_id"), str):
            self.claim("event", named["event_id"], owner)
        for name in named if isinstance(named, list) else []:
            # Gradio names a file by its content: whoever uploads the same has it, too, and is not refused.
            self.claim("file", f"{owner} {name}", owner)


def _texts(read: Any) -> Iterator[tuple[str, str]]:
    """Every key with a text as its value, however deep."""
    waiting = [read]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            yield from ((key, value) for key, value in entry.items() if isinstance(value, str))
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
