"""The text of a plain file, with the encoding that was found."""

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes([*range(1, 8), *range(14, 27), *range(28, 32)])
_SAMPLE_BYTES = 65536
_MAX_CONTROL_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding it was in; `lossy` when some bytes fitted none."""

    text: str
    encoding: str
    lossy: bool = False


def decode(content: bytes) -> Decoded | None:
    """The text of a file; None when it is not text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return Decoded(content.decode(encoding, "replace"), encoding.removesuffix("-sig"))
    sample = content[:_SAMPLE_BYTES]
    unmarked = _unmarked_utf16(sample)
    if unmarked:
        return Decoded(content.decode(unmarked, "replace"), unmarked)
    control = len(sample) - len(sample.translate(None, _CONTROL))
    if control > _MAX_CONTROL_SHARE * len(sample) + 8:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return Decoded(content.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    text = content.decode("utf-8", "replace")
    if text.count("\ufffd") > max(16, _MAX_CONTROL_SHARE * len(text)):
        latin = content.decode("cp1252", "replace")
        return Decoded(latin, "cp1252", lossy="\ufffd" in latin) if _looks_western(latin) else None
    return Decoded(text, "utf-8", lossy=True)


def _unmarked_utf16(sample: bytes) -> str:
    """UTF-16 without a mark: every other byte of mostly Latin text is zero."""
    if len(sample) < 16:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.05 * half else ""


def _looks_western(text: str) -> bool:
    letters = sum(character.isalpha() or character.isspace() for character in text[:_SAMPLE_BYTES])
    return letters > 0.7 * min(len(text), _SAMPLE_BYTES)
