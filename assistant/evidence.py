"""The best passages of what was found, verbatim and short: an answer complete in itself."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.asked_first import giver
from assistant.excerpt import excerpt
from assistant.records import Citation, Hit
from assistant.sections import unquoted
from assistant.sentences import Span, held, sentences
from assistant.steps import asks_how, heading_above, step_number
from assistant.tables.frames import row_line
from ingest.records import Chunk
from ingest.terms import identifiers, query_words, words

# What follows was chosen with benchmarks/answers.py on tuning halves.
_RANK_SHARE = 1.2
"""How much the passage's own score counts beside the sentence's words."""
_HEADING_SHARE = 0.8
"""How much a term counts that only the heading above a sentence, or the document's title, holds."""
_LONGEST_HEADING = 200
_LATER = 0.02
"""A section usually says first what its heading asks."""
_FIRST_WIDTH, _NEXT_WIDTH = 700, 300
"""What is quoted around the best sentence, and around the others, in letters."""
_LEAST_SHARE = 0.8
"""A quote that scores less, as a share of the best, is left out."""
_VALUE = 0.4
"""What a sentence gains that gives the kind of value asked for: the torque, the interval."""
_WAY = 0.2
"""What a step gains where a way to do something is asked for."""
_ROW_OF_A_WAY = 0.6
"""What a row of a table is worth where a way is asked for, unless it holds a code that is asked for."""
_LOG_SHARE = 0.5
"""What a line of a log is worth to a question that asks for nothing that happened."""
_HAPPENED = re.compile(
    r"\b(?:when|how often|logs?|logged|last|today|yesterday|happen\w*|events?|raised)\b|"
    r"日志|记录|何时|什么时候|几点|上次|昨天|今天|发生",
    re.I,
)
_OF_ITSELF = 0.5
"""What the words of a document's own line of issue, date and owner are worth to another question."""
_ITSELF = re.compile(
    r"(?:(?:replaces|supersedes) )?(?:issue|revision|rev\.|version|edition) ?[\w.]{1,4}\b|(?:page )?owner:|"
    r"refers to (?:the )?manual|第 ?\d+ ?版|版本|责任部门|代替",
    re.I,
)
_ITSELF_ASKED = re.compile(
    r"\b(?:issue|revision|version|edition|owner|who|when|dated?|valid)\b|版|谁|责任|日期|何时|有效", re.I
)
_ROWS = 8
"""So many rows of tables are quoted while nothing else is: a row is short, and often one of several."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim piece of a hit's text, where it begins, and how well it fits, 0 to about 2.2."""

    hit: Hit
    text: str
    score: float
    start: int = 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence of a hit among all of its sentences; of a table, a row."""

    hit: Hit
    spans: Sequence[Span]
    at: int
    score: float

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return "table_row" in self.hit.chunk.kinds


def quotes(hits: Sequence[Hit], terms: Mapping[str, float], limit: int, question: str = "") -> list[Quote]:
    """The sentences that hold most of the question's rare terms, each with what belongs to it, best first.

    Args:
        terms: The question's terms and their rarity.
        limit: Most quotes, but for rows of tables.
        question: As it was asked; what it quotes of a passage is known, and is not what it asks for.
    """
    asked = _asked(question, hits, terms)
    best: list[Quote] = []
    shown: dict[str, list[tuple[int, int]]] = {}
    rows = 0
    for piece in _meant(sorted(_pieces(hits, asked, question), key=lambda piece: -piece.score), question):
        most = _ROWS if piece.is_row and rows == len(best) else limit
        if len(best) >= most or (best and piece.score < _LEAST_SHARE * best[0].score):
            break
        before = shown.setdefault(piece.hit.chunk.chunk_id, [])
        bounds = _bounds(piece, _NEXT_WIDTH if best else _FIRST_WIDTH, before)
        text = piece.hit.chunk.text[slice(*bounds)] if bounds else ""
        if bounds and piece.is_row and best:
            text = without_caption(text, best)
        if bounds and text and not any(text in kept.text or kept.text in text for kept in best):
            before.append(bounds)
            best.append(Quote(piece.hit, text, piece.score, bounds[1] - len(text)))
            rows += piece.is_row
    return best


def _asked(question: str, hits: Sequence[Hit], terms: Mapping[str, float]) -> Mapping[str, float]:
    """The terms of what is asked, without those of what is only quoted."""
    if not question:
        return terms
    left = frozenset(query_words(unquoted(question, [hit.chunk.text for hit in hits])))
    asked = {term: rarity for term, rarity in terms.items() if term in left}
    return asked or terms


def _pieces(hits: Sequence[Hit], terms: Mapping[str, float], question: str) -> Iterable[_Piece]:
    happened, gives, way = asks_what_happened(question), giver(question), asks_how(question)
    itself = not _ITSELF_ASKED.search(question)
    codes = frozenset(map(str.lower, identifiers(question))).intersection(terms)
    top = max((hit.score for hit in hits), default=0.0) or 1.0
    for hit in hits:
        spans = _spans(hit.chunk)
        above = _held(heading_above(hit.chunk), terms) | _held(hit.chunk.place.title, terms)
        for at, span in enumerate(spans):
            own = _held(span.text, terms)
            fit = share(own, terms) + _HEADING_SHARE * (share(own | above, terms) - share(own, terms))
            score = fit + _RANK_SHARE * hit.score / top - _LATER * min(at, 5)
            score += _VALUE if gives is not None and gives(span.text) else 0
            score += _WAY if way and step_number(span.text) is not None else 0
            # A log says when an alarm came, and never what it means.
            logged = hit.chunk.metadata.kind == "log" and not happened
            row = way and "table_row" in hit.chunk.kinds and not codes.intersection(own)
            share_kept = (_LOG_SHARE if logged else 1) * (_ROW_OF_A_WAY if row else 1)
            share_kept *= _OF_ITSELF if itself and _ITSELF.match(span.text) else 1
            yield _Piece(hit, spans, at, score * share_kept)


def _meant(pieces: Sequence[_Piece], question: str) -> Iterable[_Piece]:
    """The pieces without rows that are of something else than the row whose name the question says.

    The first cell says what a row is of. Where the question holds that of the best piece ("rotor windings
    fault", 84), a row of stator windings or of alarm 24583 is no answer to it, however alike.
    """
    known = frozenset(words(question))
    if not pieces or not pieces[0].is_row or not _names(pieces[0], known):
        return pieces
    return [piece for piece in pieces if not piece.is_row or _names(piece, known)]


def _names(row: _Piece, asked: frozenset[str]) -> bool:
    name = words(row_line(row.hit.chunk).split(" | ", 1)[0].partition(": ")[2])
    return bool(name) and asked.issuperset(name)


def _spans(chunk: Chunk) -> Sequence[Span]:
    """The sentences of a chunk below its headings; a row of a table is one."""
    body = _after_headings(chunk)
    if "table_row" in chunk.kinds:
        return [Span(chunk.text[body:] or chunk.text, body if chunk.text[body:] else 0)]
    spans = sentences(chunk.text)
    return [span for span in spans if span.start >= body] or spans


def _bounds(piece: _Piece, most: int, shown: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Where a quote begins and ends in its chunk, beside what is shown of it; None within that."""
    here = piece.spans[piece.at].start
    if any(start <= here < end for start, end in shown):
        return None
    first, last = excerpt(piece.hit.chunk.text, piece.spans, piece.at, most)
    last_end = piece.spans[last].start + len(piece.spans[last].text)
    start = max([piece.spans[first].start, *(end for _, end in shown if end <= here)])
    end = min([last_end, *(begin for begin, _ in shown if begin > here)])
    text = piece.hit.chunk.text[start:end]
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())


def without_caption(row: str, shown: Iterable[Quote]) -> str:
    """A row of a table, without its caption where that stands above another row already."""
    caption, line, cells = row.rpartition("\n")
    return cells if line and any(quote.text.startswith(caption + line) for quote in shown) else row


def asks_what_happened(question: str) -> bool:
    """Whether a question asks for what was, which a log says, and not for what a code means."""
    return bool(_HAPPENED.search(question))


def coverage(text: str, terms: Mapping[str, float]) -> float:
    """Share of the question's terms, weighed by rarity, that a text holds."""
    return share(_held(text, terms), terms)


def _held(text: str, terms: Mapping[str, float]) -> frozenset[str]:
    return held(text).intersection(terms) if text else frozenset()


def share(held: frozenset[str], terms: Mapping[str, float]) -> float:
    """Share of terms, weighed by rarity, that are among those held; 0 where there are none."""
    total = sum(terms.values())
    return sum(rarity for term, rarity in terms.items() if term in held) / total if total else 0.0


def citations(best: Iterable[Quote], first_marker: int = 1) -> tuple[Citation, ...]:
    """Number the quotes in order."""
    return tuple(
        Citation(marker, quote.hit.chunk.chunk_id, quote.hit.chunk.place, quote.text)
        for marker, quote in enumerate(best, start=first_marker)
    )


def _after_headings(chunk: Chunk) -> int:
    """Where a chunk's text begins below the headings that open it."""
    headings = tuple(part.rstrip("…") for part in chunk.place.section.split(" > ") if part)
    at = 0
    for line in chunk.text.splitlines(keepends=True):
        if not headings or not line.startswith(headings) or len(line) > _LONGEST_HEADING:
            break
        at += len(line)
    return at
