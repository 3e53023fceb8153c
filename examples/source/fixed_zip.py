"""Office files without the time of writing, so that the same text gives the same bytes."""

import re
import zipfile
from pathlib import Path

_PROPERTIES = "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def fix_times(path: Path, written: str) -> None:
    """Rewrite a DOCX or XLSX in place with one time everywhere.

    Args:
        path: The file.
        written: ISO 8601 with `Z`, for the properties that an office program shows.
    """
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    stamp = rb"\g<1>" + written.encode() + rb"\g<3>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, _STAMP.sub(stamp, content) if name == _PROPERTIES else content)
