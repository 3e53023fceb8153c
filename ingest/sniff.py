"""What a file is, by its content; the name must agree."""

import io
import re
import zipfile
from pathlib import PurePath

from ingest.errors import SourceError
from ingest.limits import Limits
from ingest.ooxml import read_part
from ingest.records import FileType
from ingest.text_encoding import decode

_TYPES: dict[str, FileType] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".log": "text",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
}
_TEXTUAL: tuple[FileType, ...] = ("csv", "html", "markdown", "text")
# What to do with a file that is often met and not read.
_ADVICE = {
    ".doc": "save it as .docx",
    ".rtf": "save it as .docx",
    ".odt": "save it as .docx",
    ".docm": "it may hold macros; save it as .docx",
    ".xlsm": "it may hold macros; save it as .xlsx",
    ".ods": "save it as .xlsx",
    ".ppt": "save it as .pdf",
    ".pptx": "save it as .pdf",
    ".zip": "unpack it first",
    ".7z": "unpack it first",
    ".rar": "unpack it first",
    ".svg": "save it as .png",
}
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_PROGRAMS = (
    b"\x7fELF",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x80\x02",
    b"\x80\x03",
    b"\x80\x04",
    b"\x80\x05",
)
_HTML_START = re.compile(r"<!doctype html|<html\b|<head\b|<body\b")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sniff(name: str, content: bytes, limits: Limits) -> FileType:
    """The type of a file.

    Raises:
        SourceError: `unsupported_type`, `type_mismatch`, `encrypted`, `corrupt` or `limit`.
    """
    suffix = PurePath(name).suffix.lower()
    wanted = _TYPES.get(suffix)
    met = _met(content, wanted, limits)
    if wanted is None or met == "svg":
        advice = _ADVICE.get(suffix, "files of this kind are not read")
        raise SourceError("unsupported_type", f"{suffix or 'no suffix'}: {advice}")
    if met == "text" and wanted in _TEXTUAL:
        return wanted
    if met == "html" and wanted in ("html", "markdown"):
        return wanted
    if met != wanted:
        raise SourceError("type_mismatch", f"named {suffix}, but it holds {met}")
    return wanted


def has_known_suffix(name: str) -> bool:
    """Whether a name ends as a file's does that is read."""
    return PurePath(name).suffix.lower() in _TYPES


def _met(content: bytes, wanted: FileType | None, limits: Limits) -> str:
    """What the content is, in one word."""
    head = content[:1024]
    # Mail gateways put lines before a PDF; in other files the mark is a word about PDF.
    if head.startswith(b"%PDF-") or (wanted == "pdf" and b"%PDF-" in head):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _office(content, limits)
    if head.startswith(_OLE2):
        return _ole2(content)
    if head.startswith(_PICTURES) or (head.startswith(b"BM") and head[6:10] == b"\0\0\0\0"):
        return "image"
    if head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\0" in head):
        return "a program or an archive"
    decoded = decode(content)
    if decoded is None:
        return "binary data"
    start = decoded.text[:8000].lstrip("\ufeff \r\n\t")[:4000].lower()
    if "<svg" in start[:200] and wanted not in _TEXTUAL:
        return "svg"
    # A page may open with a comment or an XML declaration.
    opening = re.sub(r"\A(?:<\?xml[^>]*\?>|<!--.*?-->|\s)+", "", start, flags=re.DOTALL)
    if _HTML_START.match(opening) or (start.startswith(("<?xml", "<!doctype")) and "<html" in start):
        return "html"
    return "text"


def _ole2(content: bytes) -> str:
    """What an Office file in the format before 2007 holds."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise SourceError("encrypted", "the document needs a password")
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise SourceError("unsupported_type", "it holds macros")
    is_workbook = any(name.encode("utf-16-le") in content for name in ("Workbook", "Book\0"))
    return "xls" if is_workbook else "an old Office file"


def _office(content: bytes, limits: Limits) -> str:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise SourceError("corrupt", f"cut off or broken ({error})") from error
    names = archive.namelist()
    if len(names) > limits.zip_entries:
        raise SourceError("limit", f"{len(names):,} parts; at most {limits.zip_entries:,}")
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise SourceError("encrypted", "the archive needs a password")
    if "[Content_Types].xml" not in names:
        return "an archive"
    types = read_part(archive, "[Content_Types].xml", limits)
    if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
        raise SourceError("unsupported_type", "it holds macros")
    if b"wordprocessingml.document.main" in types:
        return "docx"
    if b"spreadsheetml.sheet.main" in types:
        return "xlsx"
    return "an archive"
