from ingest.limits import Limits
from ingest.parse import html, markdown
from ingest.records import Document


def page(body: str) -> Document:
    return html.parse(body.encode(), "manual.html", Limits())


def note(text: str) -> Document:
    return markdown.parse(text.encode(), "sops/sop.md", Limits())


def lines(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks]


def test_a_page_keeps_headings_lists_code_and_link_texts() -> None:
    document = page(
        "<title>Pump manual</title><h2>Start-up</h2><p>Open the <a href='x'>suction valve</a>.</p>"
        "<ol start=3><li>Prime</li><li><p>Start</p><ul><li>local</li></ul></li></ol>"
        "<pre>set  p = 1\n  run</pre>"
    )
    assert document.title == "Pump manual"
    assert lines(document) == [
        ("heading", "Start-up"),
        ("paragraph", "Open the suction valve."),
        ("list_item", "3. Prime"),
        ("list_item", "4. Start"),
        ("list_item", "- local"),
        ("code", "set  p = 1\n  run"),
    ]


def test_what_a_browser_does_not_show_is_not_read() -> None:
    document = page(
        "<nav>Home</nav><p>Seen</p><script>x()</script><p hidden>a</p><div style='display: none'>b</div>"
        "<!-- c --><footer>d</footer><div class='contents topic'>1 Start</div><p style='opacity:0.9'>Pale</p>"
    )
    assert [text for _, text in lines(document)] == ["Seen", "Pale"]


def test_table_rows_carry_their_header_through_spans() -> None:
    document = page(
        "<table><caption>Alarms</caption><tr><th rowspan=2>Code<th colspan=2>Limit</tr>"
        "<tr><th>min<th>max</tr>"
        "<tr><td rowspan=2>F22<td>1<td>2</tr><tr><td>3<td>4</tr></table>"
    )
    assert lines(document) == [
        ("table_row", "Code: F22 | Limit min: 1 | Limit max: 2"),
        ("table_row", "Code: F22 | Limit min: 3 | Limit max: 4"),
    ]
    assert document.blocks[0].header == "Alarms"


def test_a_table_that_only_lays_out_the_page_is_read_through() -> None:
    document = page("<table><tr><td><h1>Manual</h1><ul><li>One</ul><td><p>Side</table>")
    assert lines(document) == [("heading", "Manual"), ("list_item", "- One"), ("paragraph", "Side")]


def test_terms_stand_with_their_explanations() -> None:
    document = page("<dl><dt>Problem</dt><dd>No flow.</dd><dt>Alone</dt></dl>")
    assert [text for _, text in lines(document)] == ["Problem: No flow.", "Alone"]


def test_bytes_that_are_utf8_are_read_as_such_whatever_the_page_says() -> None:
    label = b"<meta charset=iso-8859-1><p>"
    assert (
        html.parse(label + "Play Store™ 5 µm".encode(), "a.html", Limits()).blocks[0].text
        == "Play Store™ 5 µm"
    )
    chinese = html.parse(b"<meta charset=gb2312><p>" + "主轴承温度".encode("gb18030"), "a.html", Limits())
    assert (chinese.blocks[0].text, chinese.warnings) == ("主轴承温度", ("read as gb18030",))
    twice = "app’s".encode().decode("latin-1")
    assert page(f"<p>{twice}").blocks[0].text == "app’s"


def test_warnings_in_boxes_and_paragraphs() -> None:
    document = page(
        "<div class='admonition warning'><p>Hot</p><p>oil</p></div><p><b>Caution</b></p><p>Sharp.</p>"
    )
    assert lines(document) == [("warning", "Hot oil"), ("warning", "Caution: Sharp.")]


def test_front_matter_states_what_the_document_is() -> None:
    document = note("---\ntitle: 'Oil change'\nrev: C\ndate: 2025-04-01\nlang: en\ntags:\n - x\n---\nText\n")
    assert (document.title, document.revision, document.date, document.language) == (
        "Oil change",
        "C",
        "2025-04-01",
        "en",
    )
    assert lines(document) == [("paragraph", "Text")]


def test_markdown_keeps_its_structure() -> None:
    document = note(
        "# Drain {#drain}\n\n1. Stop [pump](p.md)\n1. Open<br>valve\n   - slowly\n\n"
        "| A | B |\n|---|---|\n| 1 | `x` |\n\n"
        "```\n  keep   spaces\n```\n\n第一行\n第二行\n"
    )
    assert document.title == "Drain"
    assert lines(document) == [
        ("heading", "Drain"),
        ("list_item", "1. Stop pump"),
        ("list_item", "2. Open valve"),
        ("list_item", "- slowly"),
        ("table_row", "A: 1 | B: x"),
        ("code", "  keep   spaces"),
        ("paragraph", "第一行第二行"),
    ]


def test_warnings_of_every_dialect_are_warnings() -> None:
    document = note(
        '!!! danger "Stored energy"\n    Open BV-3.\n\n    Wait.\n\n'
        "> **Warning**\n> Hot.\n\n> [!CAUTION]\n> Acid.\n\n"
        ":::warning\nSharp.\n:::\n\n**NOTICE:** Oil.\n\n> a quotation\n"
    )
    assert lines(document) == [
        ("warning", "DANGER: Stored energy Open BV-3. Wait."),
        ("warning", "Warning Hot."),
        ("warning", "CAUTION: Acid."),
        ("warning", "WARNING Sharp."),
        ("warning", "NOTICE: Oil."),
        ("paragraph", "a quotation"),
    ]


def test_html_in_markdown_is_read_as_a_page() -> None:
    document = note(
        "Line<br/>two\n\n<table><tr><th>Code<th>Fix</tr><tr><td>E1<td>Reset</tr></table>\n\n<!-- no -->\n"
    )
    assert lines(document) == [("paragraph", "Line two"), ("table_row", "Code: E1 | Fix: Reset")]


def test_a_signal_in_a_code_block_is_code() -> None:
    assert lines(note("```\n!!! warning\n    x\n```\n")) == [("code", "!!! warning\n    x")]
