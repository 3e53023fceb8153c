"""Which engine writes: built from the settings when it is first asked for, and kept."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import models, units
from assistant.answer import Writer
from assistant.config import GenerateSettings
from assistant.errors import GenerateError, ModelError
from assistant.generate import GENERATORS, GenerateOptions
from assistant.model_table import ALIASES, MODELS

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRACTIVE = "extractive"
_AT_A_SERVER = 8


def names() -> list[str]:
    """The engines that can be named."""
    return [*GENERATORS, EXTRACTIVE]


class Engines:
    """The generators of one application; safe to use from several threads."""

    def __init__(self, settings: GenerateSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._writers: dict[str, Writer] = {}

    def writer(self, engine: str | None = None) -> Writer | None:
        """The generator of an engine, of the configured one if none is named; None for `extractive`.

        Raises:
            GenerateError: There is no such engine.
            ModelError: Its model has not been fetched.
        """
        name = engine or self._settings.engine
        if name == EXTRACTIVE:
            return None
        if name not in GENERATORS:
            raise GenerateError(f"unknown engine {name!r}; the known ones are {', '.join(names())}")
        with self._lock:
            if name not in self._writers:
                self._writers[name] = Writer(name, self._generator(name), self._settings.timeout_s)
            return self._writers[name]

    def _generator(self, name: str) -> "BaseChatModel":
        chosen = self._settings
        # The check of the first answer needs them, seconds from now.
        threading.Thread(target=units.load, name="units", daemon=True).start()
        return GENERATORS[name](
            GenerateOptions(
                model=chosen.model,
                model_path=self._weights(name),
                context_tokens=chosen.context_tokens,
                max_tokens=chosen.max_tokens,
                threads=chosen.threads,
                wait_s=chosen.timeout_s,
                at_once=chosen.at_once or (_AT_A_SERVER if name == "openai" else 1),
                waiting=chosen.waiting,
                base_url=chosen.base_url,
                key_variable=chosen.key_variable,
                timeout_s=chosen.timeout_s,
                retries=chosen.retries,
            )
        )

    def _weights(self, engine: str) -> Path:
        """The file or folder an engine reads; an empty path where it finds the model by its name."""
        chosen = self._settings
        configured = Path(chosen.model_path) if chosen.model_path else None
        if engine == "openai":
            return Path()
        if engine == "transformers" and (configured or chosen.model not in {*MODELS, *ALIASES}):
            return configured or Path()
        path = models.find(chosen.model, configured)
        if path is None:
            raise ModelError(
                f"{chosen.model}: the model is not here. Run `millwright models fetch {chosen.model}`, "
                "or use `--engine extractive`, which needs none."
            )
        return path
