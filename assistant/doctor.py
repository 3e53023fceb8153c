"""`millwright doctor`: what is present, what is missing, and how to mend it."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from assistant import models
from assistant.config import Settings
from assistant.model_table import MODELS
from ingest import store
from ingest.errors import MillwrightError

_PACKAGES = (
    "langchain",
    "sentence-transformers",
    "faiss-cpu",
    "transformers",
    "torch",
    "gradio",
    "xllamacpp",
    "pypdfium2",
)
_LEAST_FREE_GB = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `mend` says what to do, and is empty when all is well."""

    what: str
    found: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "ok": not self.mend}


def examine(settings: Settings, data: Path, index: str) -> list[Finding]:
    """Look at everything an answer needs."""
    return [
        _python(),
        *_packages(),
        _disk(models.cache_dir()),
        *_models(settings),
        _index(data / index),
        _ocr(),
    ]


def print_findings(findings: list[Finding]) -> None:
    """One line a finding, and below it what to do."""
    for finding in findings:
        print(f"{'ok     ' if not finding.mend else 'MISSING'}  {finding.what}: {finding.found}")
        if finding.mend:
            print(f"         -> {finding.mend}")


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores"
    old = sys.version_info < (3, 11)
    return Finding("Python", found, "install Python 3.11 or newer" if old else "")


def _packages() -> list[Finding]:
    findings: list[Finding] = []
    for name in _PACKAGES:
        try:
            findings.append(Finding(name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            mend = "run `pip install -c constraints.txt -e .` in the project's folder"
            findings.append(Finding(name, "not installed", mend))
    return findings


def _disk(cache: Path) -> Finding:
    there = next((path for path in (cache, *cache.parents) if path.exists()), Path("/"))
    free = shutil.disk_usage(there).free / 1e9
    mend = (
        f"free {_LEAST_FREE_GB} GB, or set MILLWRIGHT_CACHE to another disk" if free < _LEAST_FREE_GB else ""
    )
    return Finding("Free disk at the model cache", f"{free:.0f} GB in {cache}", mend)


def _models(settings: Settings) -> list[Finding]:
    findings: list[Finding] = []
    for role, name in (("Embedder", settings.embed.model), ("Generator", settings.generate.model)):
        if role == "Generator" and settings.generate.model_path:
            path = Path(settings.generate.model_path)
            mend = "" if path.is_file() else "set generate.model_path to a GGUF file that exists"
            findings.append(Finding(role, str(path), mend))
        elif name in MODELS or role == "Generator":
            findings.append(_listed(role, name))
        else:
            there = Path(name).is_dir()
            findings.append(Finding(role, f"{name} ({'a folder' if there else 'from the hub cache'})"))
    return findings


def _listed(role: str, name: str) -> Finding:
    mend = f"run `millwright models fetch {name}`"
    try:
        path = models.find(name)
    except MillwrightError as error:
        return Finding(role, str(error), mend)
    return Finding(role, str(path) if path else f"{name} is not here", "" if path else mend)


def _index(folder: Path) -> Finding:
    return _tried(
        f"Index {folder.name!r}",
        lambda: _counts(folder),
        f"run `millwright ingest PATH --index {folder.name}`",
    )


def _counts(folder: Path) -> str:
    opened = store.open_index(folder)
    manifest = opened.generation.manifest
    text = f"{manifest.documents} documents, {manifest.chunks} passages, generation {manifest.generation}"
    return f"{text}; {opened.notice}" if opened.notice else text


def _tried(what: str, look: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(what, look())
    except MillwrightError as error:
        return Finding(what, str(error), mend)


def _ocr() -> Finding:
    try:
        return Finding("OCR (scanned pages)", f"rapidocr {metadata.version('rapidocr')}")
    except metadata.PackageNotFoundError:
        return Finding("OCR (scanned pages)", "not installed", "run `pip install rapidocr onnxruntime`")
