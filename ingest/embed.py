"""The embedder: sentence-transformers behind a small seam; unit float32 rows."""

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ingest.cores import let_waiting_threads_sleep, physical_cores
from ingest.errors import MillwrightError
from ingest.together import Together
from ingest.vectors import Vectors

_BATCH_TOKENS = {"cpu": 1024, "cuda": 32768}
"""Tokens of a batch, padding included: enough to keep the cores busy, few enough for their caches."""
_PASSAGE_PROMPTS = ("passage", "document", "corpus")
"""What the prompt of a passage is called, which differs between models."""
_LONGEST_QUESTION = 128
"""Tokens of a question that are embedded; whoever pastes a whole report need not wait for all of it."""
_SAMPLES, _SAMPLE_BYTES = 64, 1 << 14


class Embedder(Protocol):
    """What ingest and retrieval need of a model."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def fingerprint(self) -> str:
        """Differs between models whose vectors are not comparable."""

    @property
    def dimension(self) -> int:
        """Columns of a row."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Unit rows of passages, shape (n, dimension), in the order given."""

    def query(self, text: str) -> Vectors:
        """The unit row of a question, shape (dimension,)."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Length of each text in tokens, without the special ones."""


class SentenceEmbedder:
    """A sentence-transformers model, loaded when it first embeds something.

    Args:
        model: A folder, or a hub name that is in the local hub cache.
        threads: Torch threads; 0 for one a physical core.
    """

    def __init__(self, model: str, threads: int = 0) -> None:
        self._path, self._threads = model, threads
        self._query = lru_cache(maxsize=1024)(Together(self._embed_queries))
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """The folder's name, or the hub name."""
        return Path(self._path).name if Path(self._path).is_dir() else self._path

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the configuration, the tokenizer and samples of the weights; takes milliseconds."""
        folder = self._folder
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*.json")):
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
        for path in sorted(folder.rglob("*.safetensors")):
            digest.update(_sample(path))
        return digest.hexdigest()[:24]

    @cached_property
    def dimension(self) -> int:
        """Read from the configuration, so that an unchanged run need not load the model."""
        dense = [self._config(f"{part}/config.json") for part in self._parts("Dense")]
        if dense:
            return int(dense[-1]["out_features"])
        return int(self._config("config.json")["hidden_size"])

    def warm(self) -> None:
        """Load the model now instead of with the first text."""
        self.query("warm")

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, dimension); texts of like length are batched, so that little is padding."""
        return self._rows(texts, self._prompt(*_PASSAGE_PROMPTS))

    def query(self, text: str) -> Vectors:
        """The unit row of a question, shape (dimension,); the last thousand are remembered."""
        row: Vectors = self._query(text)
        return row

    def _embed_queries(self, texts: Sequence[str]) -> list[Vectors]:
        rows = self._rows([self._shortened(text) for text in texts], self._prompt("query"))
        rows.flags.writeable = False  # remembered, and handed out again
        return list(rows)

    def _rows(self, texts: Sequence[str], prompt: str) -> Vectors:
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch in _by_length(self.count_tokens(texts), _BATCH_TOKENS[self._device]):
            rows[batch] = self._encode([texts[i] for i in batch], prompt)
        return rows

    def _shortened(self, question: str) -> str:
        """A long question's beginning, and its end, where what is asked mostly stands."""
        if len(question) <= _LONGEST_QUESTION:
            return question
        offsets = self._tokenizer.encode(question, add_special_tokens=False).offsets
        if len(offsets) <= _LONGEST_QUESTION:
            return question
        half = _LONGEST_QUESTION // 2
        return question[: offsets[half][0]].rstrip() + " " + question[offsets[-half][0] :]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Length of each text in tokens, without the special ones."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(entry) for entry in encoded]

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        # Its tokenizer refuses to be used from two threads at once ("Already borrowed").
        with self._turn:
            rows = self._model.encode(
                texts,
                prompt=prompt or None,
                batch_size=len(texts),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(rows, dtype=np.float32)

    @cached_property
    def _folder(self) -> Path:
        if Path(self._path).is_dir():
            return Path(self._path)
        from huggingface_hub import snapshot_download

        try:
            return Path(snapshot_download(self._path, local_files_only=True))
        except Exception as error:  # the hub's client has many ways to say that it is not there
            raise MillwrightError(
                f"{self._path}: no such folder, and not in the local hub cache. Give the path of a "
                "sentence-transformers folder in embed.model, or download the model first."
            ) from error

    def _config(self, name: str) -> dict[str, Any]:
        path = self._folder / name
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}

    def _parts(self, kind: str) -> list[str]:
        """Folders of the model's modules of one kind."""
        path = self._folder / "modules.json"
        modules = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        return [module["path"] for module in modules if module["type"].endswith(f".{kind}")]

    def _prompt(self, *names: str) -> str:
        """The first prompt of these names that the model has; empty for models without."""
        prompts = self._config("config_sentence_transformers.json").get("prompts") or {}
        return next((str(prompts[name]) for name in names if prompts.get(name)), "")

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        path = self._folder / "tokenizer.json"
        if not path.is_file():
            raise MillwrightError(
                f"{self._path}: it has no tokenizer.json; choose a model with a fast tokenizer"
            )
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _model(self) -> Any:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        let_waiting_threads_sleep()
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        # Its bars and its report of an absent pooler (mean pooling needs none) are no news to a user.
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(self._threads or physical_cores())
        try:
            model = SentenceTransformer(
                str(self._folder),
                device=self._device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": torch.float32, "use_safetensors": True},
            )
        except (OSError, ValueError, KeyError) as error:
            first_line = (str(error).splitlines() or [type(error).__name__])[0]
            raise MillwrightError(
                f"{self._path}: sentence-transformers cannot load it ({first_line}). embed.model must name a "
                "sentence-transformers model with weights in safetensors."
            ) from error
        if self._device == "cuda" or _cpu_is_faster_in_bfloat16():
            from ingest.products import in_bfloat16

            in_bfloat16(model)
        return model

    @cached_property
    def _device(self) -> str:
        let_waiting_threads_sleep()
        import torch

        return "cuda" if torch.cuda.is_available() else "cpu"


def _cpu_is_faster_in_bfloat16() -> bool:
    """With AMX it is; with AVX-512's own instructions for it alone, half as slow again as float32."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "amx_bf16" in flags


def _by_length(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Positions in batches of like length, the longest first, each within a budget of padded tokens."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        size = max(1, budget // max(1, lengths[order[start]] + 4))
        yield order[start : start + size]
        start += size


def _sample(path: Path) -> bytes:
    """Size of a weights file and a hash of blocks spread over it, so that every layer has a say."""
    size = path.stat().st_size
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for number in range(_SAMPLES):
            file.seek(size * number // _SAMPLES)
            digest.update(file.read(_SAMPLE_BYTES))
    return str(size).encode() + digest.digest()
