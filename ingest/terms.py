"""Words and identifiers of a text, in English and Chinese, as they are indexed and searched."""

import logging
import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_STEMMING = threading.Lock()
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−－"), "-")
_TOKEN = re.compile(r"[㐀-䶿一-鿿]+|[A-Za-z0-9À-ɏ]+(?:[-_./:+#][A-Za-z0-9À-ɏ]+)*")
_CONFUSED = str.maketrans("OQIL", "0011")
_CJK = re.compile(r"[㐀-䶿一-鿿]")
_PART = re.compile(r"[A-Z]{2,}s\b|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[À-ɏ]+")
_NUMBER = re.compile(r"\d+(?:[.:/]\d+)*")
# A number glued to its unit (24V, 85Nm) is a quantity, not the name of a thing.
_QUANTITY = re.compile(
    r"\d+(?:\.\d+)?(?:[numkMG]?(?:V|A|W|Hz|F|H|N|Pa|g|m|s|bar|VA|Ah|Wh)|Nm|VAC|VDC|V[ap]c|mm2?|cm|km|kg|"
    r"min|hrs?|ms|us|ns|rpm|psi|dB|[KMG]i?B|°?C|x|st|nd|rd|th|d|h|l|ml|%)",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"(?:[a-z]\.){1,3}[a-z]?", re.IGNORECASE)

# Words that carry no content; left out of a query only, so that an index never depends on this list.
_STOP_ENGLISH = frozenset(
    "a about an and any are as at be been but by can could did do does for from get got had has have "
    "how i if in into is it its just me my no not of on or our out should so than that the their them "
    "then there these they this those to up us was we were what when where which who why will with "
    "would you your please tell show happens happen mean means need want".split()
)
_STOP_CHINESE = frozenset(
    "的 了 是 在 我 有 和 就 不 都 一 一个 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这 "
    "那 什么 怎么 如何 怎样 吗 呢 吧 为什么 哪 哪些 哪个 哪里 可以 能 能否 是否 请 请问 应该 "
    "需要 时 时候 之 与 及 或 并 把 被 让 给 对 从 向 多少 意思 怎么办 何时 何 该 其 以 为 "
    "于 而 则 中 上 下 里 个 种 次 才 还 再 又 如果 但 但是 因为 所以 我们 你们 他们 它".split()
)


def normalise(text: str) -> str:
    """Full-width forms become half-width and every dash a hyphen; case is kept."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


def han_characters(text: str) -> int:
    """How many characters of a text are Han."""
    return len(_CJK.findall(text))


def is_chinese(text: str) -> bool:
    """Whether a reader would call the text Chinese: Han characters outnumber a quarter of its letters."""
    han = han_characters(text)
    latin_words = len(re.findall(r"[A-Za-z]{2,}", text))
    return han > 0 and han >= latin_words


def identifiers(text: str) -> list[str]:
    """Alarm codes, part numbers, parameters and designations, upper-cased, each once, in order.

    `0x0F0063`, `AL-16`, `M6x20`, `6SL3210-5BE24-0UV0`, `P-101`, `G28`, `minimum_sensitivity` and bare
    codes of three digits or more are identifiers; quantities (`24V`), decimals and plain words are not.
    """
    found = (token.upper() for token in _latin_tokens(normalise(text)) if _is_identifier(token))
    return list(dict.fromkeys(found))


def identifier_spans(text: str) -> list[tuple[int, int]]:
    """Where the identifiers of a text stand, each time they do; the text as `normalise` gives it."""
    tokens = (match for match in _TOKEN.finditer(text) if not _CJK.match(match.group()))
    return [match.span() for match in tokens if _is_identifier(match.group())]


def look_alike(identifier: str) -> str:
    """An identifier as it may be misread from a display or typed: no joints, O as 0, I and L as 1."""
    return "".join(character for character in identifier.upper() if character.isalnum()).translate(_CONFUSED)


def words(text: str) -> list[str]:
    """The index terms of a text, in reading order; the same function serves documents and questions.

    English words are lower-cased and stemmed. Identifiers stand whole and in parts. Chinese runs are
    segmented by jieba and also cut into pairs of characters, since a term that the segmenter does not
    know would otherwise be found only by luck.
    """
    terms: list[str] = []
    for match in _TOKEN.finditer(normalise(text)):
        token = match.group()
        terms.extend(_chinese_terms(token) if _CJK.match(token) else _latin_terms(token))
    return terms


def query_words(question: str) -> list[str]:
    """The terms of a question that carry content, each once; all of them when none does."""
    return content_words(question) or list(dict.fromkeys(words(question)))


def content_words(question: str) -> list[str]:
    """The terms of a question that carry content, each once; none when none does."""
    terms: list[str] = []
    for match in _TOKEN.finditer(normalise(question)):
        token = match.group()
        if _CJK.match(token):
            kept = [part for part in _jieba().cut(token) if part not in _STOP_CHINESE]
            # Pairs across a word that carries nothing would only match by chance.
            terms.extend(term for part in _runs(token, kept) for term in _chinese_terms(part))
        elif token.lower() not in _STOP_ENGLISH:
            terms.extend(_latin_terms(token))
    return list(dict.fromkeys(terms))


def _runs(run: str, kept: list[str]) -> list[str]:
    """Join the kept words of a run that stand side by side in it."""
    joined: list[str] = []
    end_of_last, start = -1, 0
    for part in kept:
        at = run.index(part, start)
        if joined and at == end_of_last:
            joined[-1] += part
        else:
            joined.append(part)
        start = end_of_last = at + len(part)
    return joined


def _latin_tokens(text: str) -> Iterator[str]:
    return (match.group() for match in _TOKEN.finditer(text) if not _CJK.match(match.group()))


def _is_identifier(token: str) -> bool:
    if _NUMBER.fullmatch(token):
        return token.isdigit() and len(token) >= 3
    if _QUANTITY.fullmatch(token) or _ABBREVIATION.fullmatch(token):
        return False
    has_digit = any(character.isdigit() for character in token)
    has_letter = any(character.isalpha() for character in token)
    # A slash or colon joins alternatives ("and/or", "M3/M4") more often than it is part of a name.
    joined = "_" in token or ("." in token and has_digit)
    return (has_digit and has_letter) or (joined and has_letter and "/" not in token)


def _latin_terms(token: str) -> list[str]:
    whole = token.lower()
    parts = [part.lower() for part in _PART.findall(token)]
    if len(parts) <= 1:
        return [_stem(whole)]
    if _is_identifier(token):
        return [whole, *(_stem(part) for part in parts)]
    # CamelCase and hyphenated words: the whole and its parts, so that either spelling finds it.
    return [_stem(whole), *(_stem(part) for part in parts if len(part) > 1)]


def _chinese_terms(run: str) -> list[str]:
    segments = [segment for segment in _jieba().cut_for_search(run) if segment.strip()]
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    known = set(segments)
    return segments + [pair for pair in pairs if pair not in known]


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    if not (word.isascii() and word.isalpha()):
        return word
    # It writes into itself while it stems: of two threads at once, each got pieces of the other's word.
    with _STEMMING:
        return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=1)
def _jieba() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    # jieba caches its dictionary with `marshal` in the shared temporary folder, where anyone could plant
    # one; parsing the dictionary anew costs half a second and trusts only the installed package.
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
