"""Fetching models: the real pip and the real cache, on made-up packages of a few kilobytes."""

import hashlib
import os
import random
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from assistant import models
from assistant.errors import ModelError
from assistant.model_table import DEFAULT_MODELS, MODELS, ModelSpec

PART_BYTES = 40_000
CONTENT = random.Random(7).randbytes(2 * PART_BYTES - 1234)  # noqa: S311 - not a secret


def spec_for(content: bytes, packages: int = 2) -> ModelSpec:
    return ModelSpec(
        name="tiny",
        role="generator",
        file="tiny.gguf",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="MIT",
        hub_repository="",
        packages=tuple(f"millwright-tiny-part{number}==1.0" for number in range(1, packages + 1)),
        member=".bin",
    )


def write_wheel(folder: Path, number: int, part: bytes) -> Path:
    path = folder / f"millwright_tiny_part{number}-1.0-py3-none-any.whl"
    info = f"millwright_tiny_part{number}-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"tiny_part{number}/part.bin", part)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: millwright-tiny-part{number}\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\nGenerator: test\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only source, holding the two parts of the tiny model."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number in range(2):
        write_wheel(folder, number + 1, CONTENT[number * PART_BYTES : (number + 1) * PART_BYTES])
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("MILLWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(MODELS, "tiny", spec_for(CONTENT))
    return folder


@pytest.fixture
def cache(wheels: Path) -> Path:
    return models.cache_dir()


def left_over(cache: Path) -> list[str]:
    """What a user would find in the cache besides its models."""
    return sorted(path.name for path in cache.iterdir() if not path.name.endswith((".lock", ".checked")))


def in_a_process(body: str) -> subprocess.Popen[str]:
    """Run code that knows the tiny model as `tiny` in a process of its own."""
    head = f"""
        import os, signal, resource
        from assistant import models
        from assistant.model_table import MODELS, ModelSpec
        MODELS["tiny"] = {spec_for(CONTENT)!r}
    """
    code = textwrap.dedent(head) + textwrap.dedent(body)
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_parts_are_joined_and_progress_ends_at_the_whole(cache: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    path = models.fetch("tiny", lambda *step: seen.append(step))
    assert path.read_bytes() == CONTENT
    assert left_over(cache) == ["tiny.gguf"]
    fetched = [done for label, done, _ in seen if label == "tiny: fetching"]
    assert fetched == sorted(fetched)
    assert fetched[-1] == len(CONTENT)
    assert models.find("tiny") == path


def test_what_is_here_is_not_fetched_again(cache: Path, wheels: Path) -> None:
    cache.mkdir()
    (cache / "tiny.gguf").write_bytes(CONTENT)
    for wheel in wheels.iterdir():
        wheel.unlink()
    assert models.fetch("tiny").read_bytes() == CONTENT


def test_a_killed_fetch_goes_on_where_it_was(cache: Path, wheels: Path) -> None:
    killed = in_a_process(f"""
        def progress(label, done, total):
            if done > {PART_BYTES}:
                os.kill(os.getpid(), signal.SIGKILL)
        models.fetch("tiny", progress)
    """)
    killed.communicate()
    assert killed.returncode == -9
    assert models.find("tiny") is None
    # Part 1 is joined already: the fetch must not need it again.
    (wheels / "millwright_tiny_part1-1.0-py3-none-any.whl").unlink()
    seen: list[int] = []
    path = models.fetch("tiny", lambda _label, done, _total: seen.append(done))
    assert path.read_bytes() == CONTENT
    assert seen[0] > PART_BYTES
    assert left_over(cache) == ["tiny.gguf"]


def test_a_wrong_hash_is_refused_and_nothing_of_it_stays(cache: Path, wheels: Path) -> None:
    write_wheel(wheels, 2, bytes(len(CONTENT) - PART_BYTES))
    with pytest.raises(ModelError, match=r"tiny: .*wrong sha256 and was deleted.*models fetch tiny"):
        models.fetch("tiny")
    assert left_over(cache) == []
    assert models.find("tiny") is None


def test_a_part_that_unpacks_to_more_than_listed_is_cut_short(cache: Path, wheels: Path) -> None:
    for number in (1, 2):
        write_wheel(wheels, number, bytes(50_000_000))
    largest: list[int] = []

    def watch(_label: str, _done: int, _total: int) -> None:
        largest.append(max(path.stat().st_size for path in cache.iterdir() if path.is_file()))

    with pytest.raises(ModelError, match="wrong sha256"):
        models.fetch("tiny", watch)
    assert max(largest) <= len(CONTENT) + 1


def test_a_package_that_cannot_be_had_is_named_with_the_words_of_pip(cache: Path, wheels: Path) -> None:
    next(wheels.glob("*part2*")).unlink()
    with pytest.raises(ModelError, match=r"millwright-tiny-part2==1\.0 \(No matching distribution found"):
        models.fetch("tiny")
    assert models.find("tiny") is None


def test_a_damaged_wheel_is_refused(cache: Path, wheels: Path) -> None:
    wheel = next(wheels.glob("*part1*"))
    content = bytearray(wheel.read_bytes())
    content[PART_BYTES // 2] ^= 0xFF
    wheel.write_bytes(content)
    with pytest.raises(ModelError, match=r"millwright_tiny_part1.*came damaged"):
        models.fetch("tiny")


def test_a_full_disk_is_one_clear_line_and_nothing_half_made(cache: Path) -> None:
    full = in_a_process(f"""
        from assistant.errors import ModelError
        resource.setrlimit(resource.RLIMIT_FSIZE, ({PART_BYTES * 3 // 2},) * 2)
        try:
            models.fetch("tiny")
        except ModelError as error:
            print(error)
    """)
    said, trouble = full.communicate()
    assert trouble == ""
    assert said.startswith(f"tiny: cannot be written to {cache} (File too large)")
    assert said.count("\n") == 1
    assert models.find("tiny") is None
    # With room again, the same call succeeds.
    assert models.fetch("tiny").read_bytes() == CONTENT


def test_too_little_room_is_said_before_anything_is_downloaded(
    cache: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vast = ModelSpec("vast", "generator", "vast.gguf", 1 << 60, "0" * 64, "MIT", "", ("no-such==1",), ".bin")
    monkeypatch.setitem(MODELS, "vast", vast)
    with pytest.raises(ModelError, match=r"vast: .* MB are needed in .* MB are free"):
        models.fetch("vast")


def test_two_fetches_at_once_download_it_once(cache: Path) -> None:
    body = """
        labels = set()
        path = models.fetch("tiny", lambda label, done, total: labels.add(label))
        print("fetched" if "tiny: fetching" in labels else "found")
    """
    both = [in_a_process(body) for _ in range(2)]
    assert sorted(process.communicate()[0].strip() for process in both) == ["fetched", "found"]
    assert (cache / "tiny.gguf").read_bytes() == CONTENT


def test_a_damaged_file_is_never_used_and_is_fetched_anew(cache: Path) -> None:
    cache.mkdir()
    path = cache / "tiny.gguf"
    path.write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    with pytest.raises(ModelError, match=r"tiny\.gguf: damaged.*models fetch tiny"):
        models.find("tiny")
    assert models.fetch("tiny").read_bytes() == CONTENT


def test_verify_sees_what_size_and_time_do_not_show(cache: Path) -> None:
    cache.mkdir()
    path = cache / "tiny.gguf"
    path.write_bytes(CONTENT)
    assert models.find("tiny") == path
    before = path.stat()
    path.write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert models.verify("tiny").state == "damaged"
    with pytest.raises(ModelError, match="damaged"):
        models.find("tiny")


def test_status_tells_what_is_missing_cut_off_and_here(cache: Path) -> None:
    def state() -> str:
        return next(row.state for row in models.status() if row.spec.name == "tiny")

    assert state() == "missing"
    assert models.verify("tiny").state == "missing"
    cache.mkdir()
    (cache / "tiny.gguf").write_bytes(CONTENT[:100])
    assert state() == "damaged"
    (cache / "tiny.gguf").write_bytes(CONTENT)
    assert state() == "present"


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("MILLWRIGHT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(ModelError, match=r"file/cache: the cache cannot be written .*MILLWRIGHT_CACHE"):
        models.fetch("small")


def test_a_configured_file_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    with pytest.raises(ModelError, match=r"own\.gguf: no such model file"):
        models.find("small", own)
    own.write_bytes(b"GGUF")
    assert models.find("small", own) == own


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"gpt-9: no such model.*qwen2\.5-coder-1\.5b"):
        models.fetch("gpt-9")


def test_an_embedder_that_is_not_fetched_says_so(cache: Path) -> None:
    with pytest.raises(ModelError, match="models fetch multilingual-e5-small"):
        models.embedder_folder("multilingual-e5-small")
    assert models.embedder_folder("BAAI/bge-m3") == "BAAI/bge-m3"


def test_the_table_pins_every_package_and_hash() -> None:
    for spec in MODELS.values():
        assert len(spec.sha256) == 64
        assert all("==" in package for package in spec.packages)
        assert spec.licence in {"Apache-2.0", "MIT"}
    assert set(DEFAULT_MODELS) <= set(MODELS)
    assert models.spec_of("small").file == "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
