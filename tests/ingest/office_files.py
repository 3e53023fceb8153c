"""Small Word and Excel files with exactly the XML that a test names."""

import io
import zipfile
from pathlib import Path

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def word(body: str, **parts: str) -> bytes:
    """A DOCX with a body, and other parts of `word/` by their names (`styles`, `numbering`, `footnotes`)."""
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Override PartName="/word/document.xml" '
        f'ContentType="{_DOCUMENT_TYPE}"/></Types>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
    }
    for name, content in parts.items():
        files[f"word/{name}.xml"] = f'<w:{name} xmlns:w="{_WORD}">{content}</w:{name}>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def paragraph(text: str, properties: str = "", run_properties: str = "") -> str:
    """A Word paragraph of one run."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run_properties}</w:rPr>"
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def table(rows: list[list[str]], header: bool = False) -> str:
    """A Word table; its first row may be marked as the header."""
    made = ""
    for number, row in enumerate(rows):
        mark = "<w:trPr><w:tblHeader/></w:trPr>" if header and number == 0 else ""
        made += f"<w:tr>{mark}" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
    return f"<w:tbl>{made}</w:tbl>"


def write(folder: Path, files: dict[str, bytes | str]) -> Path:
    """Put files into a folder, making the folders they are in."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
