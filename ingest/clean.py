"""Text as a reader sees it: nothing invisible, lines joined, running heads known."""

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Sequence

# Control, zero-width, bidirectional and tag characters, variation selectors and halves of surrogate
# pairs: a reader does not see them, a model would, and they are a way to smuggle text past a reader.
_INVISIBLE = dict.fromkeys(
    [
        *range(0x00, 0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x034F, 0x061C,
        *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
        *range(0xD800, 0xE000), *range(0xFE00, 0xFE10), 0xFEFF, *range(0xFFF9, 0xFFFD), 0xFFFE, 0xFFFF,
        *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0),
    ]
)  # fmt: skip
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_NEWLINES = re.compile(r"\r\n?|[\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_CJK_EDGE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
_CUT_WORD = re.compile(r"([^\W\d_]+)-$")
_NEXT_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED_END = re.compile(r"\w[-/]$")
_SIGNAL = re.compile(
    r"^\W{0,3}(?:(?:WARNING|CAUTION|DANGER|NOTICE|Warning|Caution|Danger|Notice)(?:\s*[:!.\u2014\u2013-]|\s*$|\s+[A-Z])"
    r"|[\u3010\u300a\u300c\[]?(?:\u8b66\u544a|\u6ce8\u610f|\u5371\u9669|\u5c0f\u5fc3|\u5f53\u5fc3)(?:[\uff1a:\uff01!\u3011\u300b\u300d\]]|\s|$))"
)


def visible(text: str) -> str:
    """Strip what cannot be seen, compose characters (NFC), make line ends and spaces plain."""
    shown = _NEWLINES.sub("\n", _ANSI.sub("", text)).translate(_INVISIBLE)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", shown))


def one_line(text: str) -> str:
    """Visible text with every run of white space as one space."""
    return " ".join(visible(text).split())


def join_lines(lines: Sequence[str], words: Container[str] = frozenset()) -> str:
    """Join the lines of a paragraph: hyphenated words mended, no space between Chinese lines.

    Args:
        words: Words that occur elsewhere in the document, in lower case; they tell a word cut at the
            end of a line ("pres-sure") from one that is spelled with a hyphen ("high-pressure").
    """
    joined = ""
    for line in (line.strip() for line in lines):
        if not line or not joined:
            joined += line
            continue
        cut, following = _CUT_WORD.search(joined), _NEXT_WORD.match(line)
        if cut and following and line[0].islower() and following[0] in ("and", "or"):
            joined += " " + line
        elif cut and following and line[0].islower() and _is_cut(cut[1].lower(), following[0], words):
            joined = joined[:-1] + line
        elif _needs_no_space(joined, line):
            joined += line
        else:
            joined += " " + line
    return joined


def _needs_no_space(before: str, line: str) -> bool:
    """Whether two lines join without a space: "E-" and "1047", a path, Chinese text."""
    if _UNSPACED_END.search(before):
        return line[0].isalnum()
    return bool(_CJK_EDGE.match(before[-1]) and _CJK_EDGE.match(line[0]))


def _is_cut(start: str, end: str, words: Container[str]) -> bool:
    """Whether the hyphen between two parts is only there because the line ended."""
    if start + end in words:
        return True
    if f"{start}-{end}" in words:
        return False
    return not (len(start) > 2 and len(end) > 2 and start in words and end in words)


def running_lines(pages: Sequence[Sequence[str]]) -> set[str]:
    """Patterns of lines that head or foot many pages; compare with `pattern(line)`.

    Args:
        pages: The first and last few lines of each page.
    """
    if len(pages) < 4:
        return set()
    counts = Counter(mark for page in pages for mark in {pattern(line) for line in page})
    return {mark for mark, count in counts.items() if count >= max(3, 0.4 * len(pages)) and mark}


def pattern(line: str) -> str:
    """A line with its numbers blanked, so that page numbers do not tell footers apart."""
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", one_line(line).casefold())


def warning_signal(text: str) -> bool:
    """Whether a paragraph opens with WARNING, CAUTION, DANGER, NOTICE or a Chinese counterpart."""
    return bool(_SIGNAL.match(text.lstrip()))


def is_signal_word(text: str) -> bool:
    """Whether a line is a signal word and nothing else; what it announces stands below or beside it."""
    return len(text) < 14 and warning_signal(text) and len(re.findall(r"\w+", text)) == 1
