"""A log in batches of lines, whatever its encoding and size; memory does not grow with the file."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import LogError
from ingest.clean import one_line
from ingest.text_encoding import decode

_BLOCK_BYTES = 4 << 20
_SAMPLE_BYTES = 256 << 10
_LONGEST_LINE_BYTES = 64 << 10
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that follow each other.

    Args:
        first: 1-based number of the first.
        lines: Without their ends; a line that is too long is empty.
        too_long: Their numbers with their beginnings.
    """

    first: int
    lines: list[str]
    too_long: tuple[tuple[int, str], ...] = ()


class LogFile:
    """A file of lines.

    Raises:
        LogError: It is not there, holds nothing, or is not text.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if not path.is_file():
                raise LogError(f"{path}: no such file")
            with path.open("rb") as file:
                sample = file.read(_SAMPLE_BYTES)
        except OSError as error:
            raise LogError(f"{path}: cannot be read ({error.strerror})") from error
        if not sample.strip(b"\0 \t\r\n"):
            raise LogError(f"{path}: it is empty, or its beginning is")
        self.encoding = _encoding(sample, path)

    def sample(self) -> list[str]:
        """The first lines, as many as stand in 256 KiB, empty ones too.

        Raises:
            LogError: They hold nothing, or the first one does not end.
        """
        batch = next(self.batches(_SAMPLE_BYTES), Batch(1, []))
        if not any(line.strip() for line in batch.lines):
            if not batch.too_long:
                raise LogError(f"{self.path}: it is empty, or its beginning is")
            raise LogError(
                f"{self.path}: no line ends within {_LONGEST_LINE_BYTES:,} bytes; this is not a log of lines"
            )
        return batch.lines

    def batches(self, block_bytes: int = _BLOCK_BYTES) -> Iterator[Batch]:
        """Every line once, in order."""
        first, skipping, carried = 1, False, b""
        decoder = _Decoder(self.encoding)
        for block in self._blocks(block_bytes):
            content = carried + block
            if skipping:
                _, ended, content = content.partition(b"\n")
                skipping = not ended
            whole, newline, carried = content.rpartition(b"\n")
            if newline:
                batch = _batch(decoder.text(whole), first)
                first += len(batch.lines)
                yield batch
            if len(carried) > _LONGEST_LINE_BYTES:
                yield Batch(first, [""], ((first, shown(decoder.text(carried[:_SHOWN]))),))
                first, skipping, carried = first + 1, True, b""
        if carried:
            yield _batch(decoder.text(carried), first)

    def _blocks(self, block_bytes: int) -> Iterator[bytes]:
        """Bytes whose lines end with a newline byte; UTF-16 is written anew as UTF-8."""
        wide = self.encoding.startswith("utf-16")
        decoder = codecs.getincrementaldecoder(self.encoding)("replace") if wide else None
        with self.path.open("rb") as file:
            while block := file.read(block_bytes):
                yield decoder.decode(block).encode("utf-8", "replace") if decoder else block


def shown(line: str) -> str:
    """The beginning of a line without what a terminal would obey."""
    plain = one_line(line[: 4 * _SHOWN])
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN] + " …"


def _encoding(sample: bytes, path: Path) -> str:
    # A character that the sample cuts in two would look like another encoding.
    whole = sample[: sample.rfind(b"\n") + 1] if len(sample) == _SAMPLE_BYTES else sample
    decoded = decode(whole or sample)
    if decoded is None:
        raise LogError(f"{path}: this is not text; a log of lines is wanted (CSV, JSON lines, syslog, text)")
    return decoded.encoding


def _batch(text: str, first: int) -> Batch:
    lines = (
        text.removeprefix("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    )
    if lines[-1] == "" and text.endswith("\r"):
        lines.pop()
    too_long: list[tuple[int, str]] = []
    if max(map(len, lines)) * 4 > _LONGEST_LINE_BYTES:
        for place, line in enumerate(lines):
            if len(line.encode("utf-8", "replace")) > _LONGEST_LINE_BYTES:
                too_long.append((first + place, shown(line)))
                lines[place] = ""
    return Batch(first, lines, tuple(too_long))


class _Decoder:
    """Decodes block after block; a log that was plain ASCII so far may show its encoding late."""

    def __init__(self, encoding: str) -> None:
        self._encoding = "utf-8" if encoding.startswith("utf-16") else encoding
        self._plain = True

    def text(self, content: bytes) -> str:
        """The text of a block that ends with a line; a byte that fits nothing becomes U+FFFD."""
        if self._plain and not content.isascii():
            self._plain = False
            found = decode(content)
            if self._encoding == "utf-8" and found is not None and not found.lossy:
                self._encoding = found.encoding
        return content.decode(self._encoding, "replace")
