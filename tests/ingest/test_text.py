import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.limits import Limits
from ingest.parse.stated import with_statements
from ingest.parse.text import parse, visible_spaced
from ingest.records import Document


def read(text: str | bytes) -> Document:
    return parse(text.encode() if isinstance(text, str) else text, "notes/p101.txt", Limits())


def lines(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks]


def test_paragraphs_headings_and_lists() -> None:
    text = (
        "P-101 SERVICE NOTE\n\n1.2 Lubrication\n\nUse grease\nLGMT-2.\n\n"
        "1. Stop the pump\n\n2. Lock it\n   out\n\n- rag\n- oil\n\n第三章 检查\n\nLimits\n------\nNone.\n"
    )
    document = read(text)
    assert document.title == "P-101 SERVICE NOTE"
    assert lines(document) == [
        ("heading", "P-101 SERVICE NOTE"),
        ("heading", "1.2 Lubrication"),
        ("paragraph", "Use grease LGMT-2."),
        ("list_item", "1. Stop the pump"),
        ("list_item", "2. Lock it out"),
        ("list_item", "- rag"),
        ("list_item", "- oil"),
        ("heading", "第三章 检查"),
        ("heading", "Limits"),
        ("paragraph", "None."),
    ]


def test_columns_are_records_and_fields_stay_on_their_lines() -> None:
    document = read(
        "Code    Meaning        Fix\nE01     Overload       Reset\nE02     Low suction    Open\n\n"
        "Shift: A\nMachine: P-101\n"
    )
    assert [text for _, text in lines(document)] == [
        "Code: E01 | Meaning: Overload | Fix: Reset",
        "Code: E02 | Meaning: Low suction | Fix: Open",
        "Shift: A\nMachine: P-101",
    ]


def test_warnings_alone_or_with_their_text() -> None:
    assert lines(read("WARNING\n\nHot surface.\n\n小心：烫伤\n\nCAUTION: sharp\nedges\n")) == [
        ("warning", "WARNING: Hot surface."),
        ("warning", "小心：烫伤"),
        ("warning", "CAUTION: sharp edges"),
    ]


def test_log_lines_stay_lines_and_say_where_they_stand() -> None:
    log = "# fw 3.8\n\n" + "".join(f"2026-02-17 05:{n:02}:00 INFO  P-101  flow={n}\n" for n in range(30))
    document = read(log)
    assert [(block.kind, block.label) for block in document.blocks] == [
        ("code", "line 1"),
        ("code", "line 14"),
        ("code", "line 26"),
    ]
    assert "2026-02-17 05:29:00 INFO  P-101  flow=29" in document.blocks[-1].text.splitlines()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_encodings_are_found_and_said(encoding: str) -> None:
    text = "Bearing limit 95 C at P-101.\n" + (
        "主轴承温度超过 95 摄氏度时立即停机\n" if encoding == "gb18030" else ""
    )
    document = read(text.encode(encoding))
    assert document.blocks[0].text.startswith("Bearing limit 95 C at P-101.")
    assert bool(document.warnings) == (not encoding.startswith("utf-8"))


def test_bytes_that_fit_no_encoding_are_said() -> None:
    document = read(b"pump \xff\xfe\xc3\x28 vibrates\n" + "密封泄漏\n".encode() * 5)
    assert "密封泄漏" in document.blocks[0].text
    assert document.warnings == ("some bytes fit no encoding and are shown as \ufffd",)


@pytest.mark.parametrize(
    ("text", "revision", "date", "language"),
    [
        ("Manual\n\nRev. C, 2025-04\n\nThe pump is to be stopped.", "C", "2025-04", "en"),
        ("手册\n\n版本 V1.2\n\n2024年3月1日\n\n停机后打开排放阀并等待两分钟", "V1.2", "2024-03-01", "zh"),
        ("Issue a permit before the work is begun.", "", "", "en"),
        ("Die Pumpe wird vor der Wartung abgestellt.", "", "", ""),
    ],
)
def test_what_a_document_plainly_says_of_itself(text: str, revision: str, date: str, language: str) -> None:
    stated = with_statements(read(text))
    assert (stated.revision, stated.date, stated.language) == (revision, date, language)


words = st.lists(
    st.sampled_from(["pump", "P-101", "1.", "-", "温度", "95 °C", "WARNING:", "=====", "a)", "Rev"]),
    max_size=6,
)


@given(st.lists(words, max_size=12))
def test_no_word_of_a_text_is_lost(rows: list[list[str]]) -> None:
    text = "\n".join(" ".join(row) for row in rows)
    kept = "".join("".join(block.text.split()) for block in read(text).blocks)
    for row in rows:
        for word in row:
            assert word.rstrip(":").replace(" ", "") in kept or set(word) == {"="}


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=80))
def test_plain_text_keeps_its_spacing(line: str) -> None:
    assert visible_spaced(line) == line
