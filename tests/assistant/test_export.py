"""A conversation as a file: all that was shown is in it, and nothing of it is markup."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.export import Part, parts
from assistant.export_markdown import as_markdown, literal
from assistant.export_word import as_word
from assistant.history import Conversation, Rating
from assistant.records import Answer, Card, Citation, Turn
from ingest.clean import one_line
from tests.assistant.test_history import ANSWER, PLACE

SAVED = datetime(2026, 2, 17, 9, 30, tzinfo=UTC)
DECLINED = Answer("Who?", "Not in your documents.", "declined", language="en")
ANSWERED = replace(ANSWER, text="Tighten to 55 N·m. [1]\nThen wait.", note="quoted", engine="llama.cpp")
TALK = Conversation("c1", "Cover nuts", (Turn("How tight?", ANSWERED, 1), Turn("Who?", DECLINED, 2)), Card())
RATINGS = {1: Rating(True), 2: Rating(False, "ask Ann")}


def word_text(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


def markdown_text(content: str) -> str:
    """What a reader sees of Markdown, by a renderer that knows GitHub's tables, struck text and links."""
    renderer = MarkdownIt("gfm-like", {"linkify": False})
    found = []
    for token in renderer.parse(content):
        found += [child.content for child in token.children or [] if child.type in ("text", "softbreak")]
    return "\n".join(found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_that_was_shown_is_in_both_files(language: Any) -> None:
    written = list(parts(TALK, RATINGS, language, SAVED))
    for text in (word_text(as_word(written)), re.sub(r"\\(.)", r"\1", as_markdown(written))):
        for shown in (
            "Cover nuts",
            "How tight?",
            "How tight are the cover nuts?",
            "Tighten to 55 N·m. [1]",
            "Then wait.",
            "警告：先断电。",
            "To 80 N·m.",
            "not cited",
            "Not in your documents.",
            "ask Ann",
            "llama.cpp · answer@1234",
            "2026-02-17 09:30",
        ):
            assert shown in text
    texts = [(part.kind, part.text, part.place) for part in written]
    words = {"en": ("◐ Partly supported", "– Not in the documents"), "zh": ("◐ 部分有依据", "– 文档中没有")}
    assert [text for kind, text, _ in texts if kind == "support"] == list(words[language])
    (place, *_) = [place for kind, _, place in texts if kind == "source"]
    told = {
        "en": "Pump, rev. C, 6 › 6.4, page 10, printed as 8, p101.pdf",
        "zh": "Pump, 版本 C, 6 › 6.4, 第 10 页, 印刷页码 8, p101.pdf",
    }
    assert place == told[language]
    # The warning stands above the answer that it guards.
    kinds = [kind for kind, _, _ in texts]
    assert kinds.index("warning") < kinds.index("text")


HOSTILE = [
    "![x](http://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "see http://evil.example or www.evil.example",
    "# no heading\n- no list\n1. no list\n> no quote\n***\n===",
    "| a | b |\n|---|---|",
    "`code` **bold** ~~struck~~ $x$",
    "[ref]: http://evil.example",
    "&lt;b&gt; &#33;",
    "=1+1 +1 -1 @x",
    "<!-- a comment",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_written_is_markup(text: str) -> None:
    evil = Citation(1, "c1", replace(PLACE, title=text, section=text, doc="a.pdf"), text)
    answer = replace(ANSWER, question=text, text=text, citations=(evil,), evidence=(evil,), note=text)
    written = list(parts(Conversation("c", text, (Turn(text, answer, 1),), Card()), {}, "en", SAVED))
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(as_markdown(written))
    tags = set(re.findall(r"<(/?\w+)", rendered))
    ours = {"h1", "h2", "p", "strong", "em", "blockquote", "ul", "li", "s", "br"}
    assert {tag.strip("/") for tag in tags} <= ours
    assert rendered.count("<li>") == 1  # the one sentence that was left out
    with zipfile.ZipFile(io.BytesIO(as_word(written))) as archive:
        assert b"w:hyperlink" not in archive.read("word/document.xml")
        assert b"evil.example" not in archive.read("word/_rels/document.xml.rels")
    assert one_line(text.splitlines()[0]) in word_text(as_word(written))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    shown = markdown_text(f"# {literal(text)}").replace("\n", "")
    assert shown.split() == one_line(text).split()
    assert as_word([Part("text", text)])


def test_where_a_link_is_seen_without_a_mark_there_is_none() -> None:
    assert literal("http://x.example and www.x.example") == "http\\://x.example and www\\.x.example"
