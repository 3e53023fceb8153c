"""Whatever ingest says of a file is said in Chinese on the Chinese page, but for what a library said."""

import ast
import re
from collections.abc import Iterator

import pytest

from assistant.ui.reading import told
from tests.conftest import ROOT

# Nothing but the words of a library, or of another row.
LIBRARY = re.compile(r"7|7: 7|7; 7|(?:7: ){0,2}7")
CHINESE = re.compile("[\u4e00-\u9fff]")


def sample(node: ast.expr) -> str | None:
    """A text of the source with a number in place of what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [sample(part) if isinstance(part, ast.Constant) else "7" for part in node.values]
        return "".join(part or "" for part in parts)
    return None


def details() -> Iterator[str]:
    """The second argument of every refusal."""
    for path in sorted((ROOT / "ingest").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SourceError":
                text = sample(node.args[1]) if len(node.args) > 1 else None
                if text and not LIBRARY.fullmatch(text):
                    yield text


def test_every_refusal_is_said_in_chinese() -> None:
    met = set(details())
    assert len(met) > 30
    shown = {text: told(text.replace("named 7", "named .pdf"), "zh") for text in met}
    assert [text for text, chinese in shown.items() if not CHINESE.search(chinese)] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("pages 2-5, 9: read from a picture (OCR)", "第 2-5, 9 页：由图片识别（OCR）"),
        ("page 1: could not be read", "第 1 页：无法读取"),
        ("page 3: a scan; reading it needs more memory than a file may use",
         "第 3 页：扫描页；识别所需内存超过每个文件的上限"),
        ("sheet 'Old': 3 hidden rows were left out", "工作表 'Old'：未读取 3 个隐藏行"),
        ("sheet 'Old' is hidden and was left out", "工作表 'Old' 已隐藏，未读取"),
        ("read as gb18030", "按 gb18030 编码读取"),
        ("row 7: a quote is never closed; quotes are taken as text",
         "第 7 行：引号没有闭合，引号按普通文字处理"),
        ("named .pdf, but it holds text", "扩展名为 .pdf，内容却是文本"),
        (".doc: save it as .docx", ".doc：请另存为 .docx"),
        ("page 1: could not be read; page 2: no text was found in the picture",
         "第 1 页：无法读取；第 2 页：图片中没有找到文字"),
        ("the question has 9,000 characters, at most 4,000 are read; ask for one thing at a time, and "
         "ingest long texts as documents",
         "问题有 9,000 个字符，最多读取 4,000 个；请一次只问一件事，长文本请作为文档导入"),
        ("File is not a zip file", "File is not a zip file"),
        ("gearbox.md", "gearbox.md"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_filled_in_stays(english: str, chinese: str) -> None:
    assert told(english, "zh") == chinese
    assert told(english, "en") == english
