"""llama.cpp in a process of its own, called as if it were here."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from assistant.errors import GenerateError
from assistant.generate import GenerateOptions

_ROOT = str(Path(__file__).resolve().parents[1])
_ENTRY = "import sys; sys.path.insert(0, sys.argv[1]); from assistant.llama_child import main; main()"
_ENV = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
_ENV_PREFIXES = ("GOMP_", "OMP_", "GGML_", "LLAMA_")
_OWN_END_S = 1.0
_END_TIMEOUT_S = 10.0


class LlamaProcess:
    """One loaded model with those calls of `xllamacpp.Server` that are needed; ends with this object.

    Args:
        key: Without it no one is answered.

    Raises:
        GenerateError: llama.cpp cannot load the model.
    """

    def __init__(self, options: GenerateOptions, key: str) -> None:
        self._one = threading.Lock()
        self._writing = threading.Lock()
        self._number = 0
        self._process = subprocess.Popen(
            [sys.executable, "-E", "-P", "-B", "-c", _ENTRY, _ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Keys and passwords of the environment are not the model's concern.
            env={n: v for n, v in os.environ.items() if n in _ENV or n.startswith(_ENV_PREFIXES)},
            # Ctrl+C is for us, who then close its input.
            start_new_session=True,
        )
        self._orders = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._ending = weakref.finalize(self, _end, self._process)
        try:
            self._send({"options": {**asdict(options), "model_path": str(options.model_path)}, "key": key})
            started = self._receive()
        except RuntimeError as error:
            raise GenerateError(f"{options.model_path}: llama.cpp cannot load it ({error})") from error
        if "error" in started:
            self.close()
            raise GenerateError(started["error"])
        self.listening_address = str(started["address"])

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def handle_chat_completions(self, request: str, callback: Callable[[str], bool]) -> None:
        """Answer one request, piece by piece, until the callback returns True.

        Raises:
            RuntimeError: llama.cpp refused, or its process has ended.
        """
        with self._one:
            self._number += 1
            self._send({"ask": self._number, "request": request})
            while True:
                answer = self._receive()
                if "failed" in answer:
                    raise RuntimeError(answer["failed"])
                if "end" in answer:
                    return
                if callback(answer["piece"]):
                    self.stop()

    def stop(self) -> None:
        """End the request that is under way, if there is one, at its next batch or token."""
        if self._one.locked():
            with contextlib.suppress(RuntimeError):  # whoever reads its answers is told
                self._send({"stop": self._number})

    def busy(self) -> bool:
        """Whether a request is under way."""
        return self._one.locked()

    def close(self) -> None:
        """End the process."""
        self._ending()

    def _send(self, order: dict[str, Any]) -> None:
        try:
            with self._writing:
                self._orders.write(json.dumps(order).encode() + b"\n")
                self._orders.flush()
        except (OSError, ValueError) as error:
            raise RuntimeError(self._how_it_ended()) from error

    def _receive(self) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = json.loads(self._answers.readline())
        except ValueError as error:
            raise RuntimeError(self._how_it_ended()) from error
        return answer

    def _how_it_ended(self) -> str:
        self.close()
        code = self._process.wait(_END_TIMEOUT_S)
        how = f"signal {-code}" if code < 0 else f"status {code}"
        return f"its process ended with {how}"


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Let it end by itself, as it does without its input; one that hangs is killed."""
    pipes = [pipe for pipe in (process.stdin, process.stdout) if pipe is not None]
    with contextlib.suppress(OSError):
        pipes[0].close()
    try:
        process.wait(_OWN_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_END_TIMEOUT_S)
    # Last, for another thread may be reading from it.
    pipes[1].close()
