"""A kept conversation as parts to be written to a file: what was asked, answered, quoted, and left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.history import Conversation, Rating
from assistant.records import SUPPORT_SIGNS, Answer, Citation, Language, Turn
from ingest.records import Chunk

PartKind = Literal[
    "title", "question", "support", "warning", "text", "left_out", "heading", "source", "small"
]

_WORDS: dict[str, dict[Language, str]] = {
    "supported": {"en": "Supported by the documents", "zh": "有文档依据"},
    "partly": {"en": "Partly supported", "zh": "部分有依据"},
    "unsupported": {"en": "Not supported", "zh": "没有依据"},
    "declined": {"en": "Not in the documents", "zh": "文档中没有"},
    "warning": {"en": "Warning in the source", "zh": "来源中的警告"},
    "understood": {"en": "Understood as: {text}", "zh": "理解为：{text}"},
    "left_out": {"en": "Left out, because no passage carries it", "zh": "已删去，没有段落支持"},
    "sources": {"en": "Sources", "zh": "来源"},
    "page": {"en": "page {page}", "zh": "第 {page} 页"},
    "printed": {"en": "printed as {label}", "zh": "印刷页码 {label}"},
    "revision": {"en": "rev. {revision}", "zh": "版本 {revision}"},
    "helped": {"en": "The reader: this helps", "zh": "读者评价：有帮助"},
    "helped_not": {"en": "The reader: this does not help", "zh": "读者评价：没有帮助"},
    "head": {"en": "Millwright · {count} questions · saved {day}",
             "zh": "Millwright · {count} 个问题 · 保存于 {day}"},
    "damaged": {"en": "{count} answers were damaged and are left out.",
                "zh": "{count} 个回答已损坏，未予写出。"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the file.

    Args:
        text: Of a source, its quote.
        marker: Of a source and a warning, its number in the answer; 0 for none.
        place: Where a quote stands, or why a sentence was left out.
    """

    kind: PartKind
    text: str
    marker: int = 0
    place: str = ""


def parts(
    conversation: Conversation, ratings: Mapping[int, Rating], language: Language, saved: datetime
) -> Iterator[Part]:
    """The whole conversation, oldest question first.

    Args:
        language: Of the words between; questions, answers and quotes stay as they are.
        saved: Now.
    """
    yield Part("title", conversation.title)
    count = len(conversation.turns)
    yield Part("small", _say("head", language, count=count, day=f"{saved:%Y-%m-%d %H:%M}"))
    if conversation.damaged:
        yield Part("small", _say("damaged", language, count=conversation.damaged))
    for turn in conversation.turns:
        yield from _turn(turn, ratings.get(turn.number), language)


def _turn(turn: Turn, rating: Rating | None, language: Language) -> Iterator[Part]:
    answer = turn.answer
    found = {hit.chunk.chunk_id: hit.chunk for hit in answer.hits}
    yield Part("question", turn.question)
    if answer.resolved:
        yield Part("small", _say("understood", language, text=answer.resolved))
    for warning in answer.warnings:
        yield Part("warning", warning.quote, warning.marker, _say("warning", language))
    yield Part("support", f"{SUPPORT_SIGNS[answer.support]} {_say(answer.support, language)}")
    yield from (Part("text", line) for line in answer.text.splitlines() if line.strip())
    yield from _left_out(answer, language)
    if answer.note:
        yield Part("small", answer.note)
    if numbered := answer.numbered:
        yield Part("heading", _say("sources", language))
        for _, entry in sorted(numbered.items()):
            where = _place(entry, found.get(entry.chunk_id), language)
            yield Part("source", entry.quote, entry.marker, where)
    if rating is not None:
        told = _say("helped" if rating.liked else "helped_not", language)
        yield Part("small", f"{told} – {rating.reason}" if rating.reason else told)
    made = " · ".join(filter(None, (answer.engine, answer.prompt)))
    if made:
        yield Part("small", made)


def _left_out(answer: Answer, language: Language) -> Iterator[Part]:
    left_out = answer.left_out
    if left_out:
        yield Part("heading", _say("left_out", language))
    for sentence, entry in left_out.items():
        yield Part("left_out", sentence, place=entry.reason if entry else "")


def _place(citation: Citation, chunk: Chunk | None, language: Language) -> str:
    place = citation.place
    page = place.first_page
    label = place.label if place.label != str(page or "") else ""
    facts = [
        place.title or place.doc,
        _say("revision", language, revision=chunk.metadata.revision)
        if chunk and chunk.metadata.revision
        else "",
        place.section.replace(" > ", " › "),
        _say("page", language, page=page) if page else "",
        (_say("printed", language, label=label) if page else label) if label else "",
        place.doc if place.title else "",
    ]
    return ", ".join(filter(None, facts))


def _say(name: str, language: Language, **values: object) -> str:
    return _WORDS[name][language].format(**values)
