"""The process that runs llama.cpp: loads one model and answers one request after another.

Runs in an interpreter of its own, so that a model that breaks down takes nothing with it. It reads lines of
JSON: first the options and a key, then {"ask": number, "request": text} and {"stop": number}. It writes such
lines: {"address": …} or {"error": …}; then for a request {"piece": text}, and "end" or "failed".
"""

import json
import os
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from assistant.generate import GenerateOptions
from ingest.cores import let_waiting_threads_sleep, physical_cores

_BATCH_TOKENS_PER_THREAD = 16
"""Half a second of reading: an answer can be stopped between two batches, and larger ones gain little."""
_PREFIX_CACHE_MB = 512
"""Conversations put aside while another is answered; llama.cpp's own default is 8 GB."""


@dataclass(slots=True)
class _Orders:
    """What the parent wants: requests in turn, and the last one that it wants no more of."""

    requests: SimpleQueue[tuple[int, str]] = field(default_factory=SimpleQueue)
    stopped: int = 0

    def take(self) -> None:
        """Read orders until the parent is gone, and then end at once, whatever is being computed."""
        for line in sys.stdin.buffer:
            order = json.loads(line)
            if "stop" in order:
                self.stopped = order["stop"]
            else:
                self.requests.put((order["ask"], order["request"]))
        os._exit(0)


def main() -> None:
    """Load the model, say where it listens, and serve."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write into the answers

    def put(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()

    start = json.loads(sys.stdin.buffer.readline())
    options = GenerateOptions(**{**start["options"], "model_path": Path(start["options"]["model_path"])})
    try:
        server = _server(options, start["key"])
    except (ImportError, RuntimeError) as error:
        put({"error": _why_not(options, error)})
        return
    put({"address": server.listening_address})
    orders = _Orders()
    threading.Thread(target=orders.take, name="orders", daemon=True).start()
    while True:
        number, request = orders.requests.get()

        def take(piece: str, number: int = number) -> bool:
            put({"piece": piece})
            return orders.stopped >= number

        try:
            if orders.stopped < number:
                server.handle_chat_completions(request, take)
            put({"end": True})
        except Exception as error:  # the binding raises what it likes
            put({"failed": str(error)})


def _server(options: GenerateOptions, key: str) -> Any:
    let_waiting_threads_sleep()
    import xllamacpp

    return xllamacpp.Server(parameters_of(options, key))


def _why_not(options: GenerateOptions, error: Exception) -> str:
    if isinstance(error, ImportError):
        return (
            f"llama.cpp cannot be started ({error}). It needs the OpenMP library of GCC (package libgomp1)."
        )
    return (
        f"{options.model_path}: llama.cpp cannot load it. Either it is not a whole GGUF file "
        f"(`millwright models verify`) or the memory does not suffice ({error})"
    )


def parameters_of(options: GenerateOptions, key: str) -> Any:
    """The `xllamacpp.CommonParams` of a server.

    Args:
        key: Without it no one is answered.
    """
    import xllamacpp

    threads = options.threads or physical_cores()
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(options.model_path)
    parameters.n_ctx = options.context_tokens
    parameters.n_parallel = 1
    parameters.n_batch = parameters.n_ubatch = max(32, threads * _BATCH_TOKENS_PER_THREAD)
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.cache_ram_mib = _PREFIX_CACHE_MB
    parameters.verbosity = -1
    parameters.warmup = False
    # The binding listens on a loopback port of its own; no one but us may use it.
    parameters.api_keys = [key]
    parameters.ui = parameters.endpoint_slots = False
    return parameters
