"""A stand-in for a model: an OpenAI-compatible server that says the best fitting sentence of the prompt."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.sentences import sentences
from ingest.terms import words


@contextmanager
def stub_model(word_s: float) -> Iterator[str]:
    """Serve on a free port of this machine; gives the base address.

    Args:
        word_s: Seconds between two words.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for word in _said(str(request["messages"][-1]["content"])).split(" "):
                time.sleep(word_s)
                self._send({"choices": [{"delta": {"content": f"{word} "}}]})
            self._send({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1}})
            self.wfile.write(b"data: [DONE]\n\n")

        def _send(self, entry: dict[str, Any]) -> None:
            self.wfile.write(f"data: {json.dumps(entry)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _said(prompt: str) -> str:
    """The sentence of the passages that shares most words with the question."""
    passages, _, rest = prompt.partition("</passages")
    question = re.sub(r"^.*?>\s*(?:Question: |问题：)", "", rest, flags=re.DOTALL).split("\n", 1)[0]
    asked = set(words(question))
    spans = [span.text for span in sentences(passages)[1:]]
    return max(spans, key=lambda text: len(asked & set(words(text))), default="nothing")
