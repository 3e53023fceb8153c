"""No tag, address or attribute of the input survives as markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from assistant.records import Answer, Citation, Evidence, Turn
from assistant.ui import render, sources
from assistant.ui.labels import LANGUAGES, speaker
from assistant.ui.markup import plain, prose, quotation
from ingest.records import Place
from tests.ui.plant import manual_hit

_HOSTILE = st.sampled_from(
    [
        "<img src=x onerror=alert(1)>",
        "![](http://a.example/x.png)",
        "[a](javascript:alert(1))",
        "</p></article><script>alert(1)</script>",
        '" onmouseover="alert(1)',
        "' autofocus onfocus='alert(1)",
        "[1]",
        "[2] [99]",
        "**bold** `code`",
        "`**<b>**`",
        "<!-- ",
        "&lt;script&gt;",
        "${alert(1)} {{constructor}}",
        "\x00\u202e\u200b",
        "P-101",
        "Code: <b>E1 | Class: 3 | Text: [1]",
    ]
)
TEXTS = st.lists(_HOSTILE | st.text(max_size=12), max_size=6).map("".join)
ALLOWED = set("a article b blockquote code del div h2 h3 li p section span strong ul".split())
ATTRIBUTES = set("class href role aria-hidden tabindex target data-title data-close data-tab".split())


class Seen(HTMLParser):
    """What a browser would make of some HTML."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.comments: list[str] = []
        self.feed(content)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def assert_harmless(content: str) -> None:
    seen = Seen(content)
    assert seen.tags <= ALLOWED
    assert seen.attributes <= ATTRIBUTES
    assert seen.comments == []
    assert all(link.startswith("/view/") for link in seen.links)


@given(TEXTS)
def test_plain_text_is_shown_as_it_is_and_is_nothing_else(text: str) -> None:
    seen = Seen(plain(text))
    assert seen.tags == set()
    assert "\u202e" not in seen.text
    assert [sign for sign in seen.text if sign.isprintable()] == [sign for sign in text if sign.isprintable()]


@given(TEXTS)
def test_prose_holds_only_our_tags_and_links(text: str) -> None:
    assert_harmless(prose(text, {1: "/view/a?b=c", 2: "/view/d"}))


def test_prose_keeps_what_is_allowed() -> None:
    shown = prose("# Title\n**Tighten** to `12 Nm` [1] [7]\n\n<b>x</b>", {1: "/view/a?x=1&y=2"})
    assert "<strong>Tighten</strong> to <code>12 Nm</code>" in shown
    assert 'href="/view/a?x=1&amp;y=2"' in shown
    assert "[7]" in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown


def test_a_hard_space_stays_a_space() -> None:
    assert plain("10\u00a0bar") == "10\u00a0bar"


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_a_whole_answer_of_hostile_text_is_harmless(doc: str, title: str, quote: str, text: str) -> None:
    place = Place(doc, title, quote, 3, 3, text)
    citation = Citation(1, "c", place, quote)
    answer = Answer(
        text,
        text,
        "partly",
        (citation,),
        (citation,),
        (citation,),
        (text,),
        (manual_hit(),),
        note=quote,
        engine=doc,
    )
    for _, language in LANGUAGES:
        shown = render.answered(Turn(text, answer), language, {})
        assert_harmless(shown + render.cited(answer, language) + render.error_line(text))
        assert_harmless(
            render.writing(
                text, Evidence((), (citation,), (manual_hit(),), language, 0.0), quote, 0, language
            )
        )


def test_both_languages_have_every_label_with_the_same_values() -> None:
    from assistant.ui.labels import _labels

    english, chinese = _labels()["en"], _labels()["zh"]
    assert english.keys() == chinese.keys()
    for name, text in english.items():
        wanted = {part.split("}")[0] for part in text.split("{")[1:]}
        assert {part.split("}")[0] for part in chinese[name].split("{")[1:]} == wanted, name
    assert speaker("zh")("page", page=3) == "第 3 页"


def test_without_citations_the_nearest_passages_are_said_to_be_no_answer() -> None:
    shown = Seen(sources.evidence((), (manual_hit(),), "en")).text
    assert "They do not answer the question." in shown
    assert "P-101 Centrifugal Pump Manual" in shown


def test_a_table_row_is_shown_cell_by_cell_and_nothing_of_it_is_lost() -> None:
    row = "Code: E021 | Class: 3 | Remedy: Let the surplus out, e.g. P-101: wait"
    seen = Seen(quotation(f"Alarms of the pump\n{row}"))
    assert seen.tags == {"ul", "li", "b", "span"}
    assert seen.text == "Alarms of the pump\n" + row.replace(" | ", "")
    assert Seen(prose(f"{row} [1]", {1: "view?x"})).links == ["view?x"]


def test_what_only_looks_like_a_row_stays_a_line() -> None:
    for line in ("a | b | c", "Code: E021 | Class: 3", "Note: see P-101 | then | go"):
        assert Seen(quotation(line)).tags <= {"span"}
        assert Seen(quotation(line)).text == line


@given(TEXTS)
def test_a_quotation_holds_no_markup_of_the_document(text: str) -> None:
    assert Seen(quotation(text)).tags <= ALLOWED
