"""A mail as a ticket: its text, whoever wrote it, and the names of what is attached; nothing of it is run."""

import re
from datetime import date
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import PurePosixPath, PureWindowsPath

from assistant.errors import MillwrightError, TicketError
from assistant.tickets.columns import content_id
from assistant.tickets.records import Given
from assistant.tickets.reply import TEXT_CHARACTERS
from ingest.clean import one_line, visible
from ingest.limits import Limits
from ingest.parse.html import fragment_blocks
from ingest.text_encoding import decode

_NAME, _ATTACHMENTS, _PARTS = 200, 20, 200
_HTML_BYTES = 2 << 20
_ADDRESS = re.compile(r"[^\s<>@,;:\"]{1,120}@[^\s<>@,;:\"]{1,120}")
_QUOTED_BELOW = re.compile(
    r"^\s*(?:-{2,}\s*(?:Original Message|Forwarded message|原始邮件|转发邮件).*|"
    r"On .{4,80} wrote:|在.{4,60}写道[:：])\s*$"
)
# The standard parser lets any of these out on headers that someone broke on purpose.
_BROKEN = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError, MessageError)


def read_mail(content: bytes) -> Given:
    """Read one mail.

    Of its headers only who, when, what about and its id are taken, each as one line; whatever else they
    or the text ask for is not looked at.

    Raises:
        TicketError: It is no mail, or holds no text that can be read.
    """
    try:
        message = message_from_bytes(content, policy=policy.default)
        text, attachments = _contents(message)
    except _BROKEN as error:
        raise TicketError(f"not readable as a mail ({type(error).__name__})") from error
    if not message.keys():
        raise TicketError("not a mail: it has no headers")
    subject = _header(message, "Subject")
    text = _without_quoted(text) or subject
    if not text.strip():
        raise TicketError("the mail holds no text")
    name, address = parseaddr(_header(message, "From"))
    return Given(
        external_id=_header(message, "Message-ID") or content_id(content.decode("latin-1")),
        subject=subject,
        text=text[:TEXT_CHARACTERS],
        customer=one_line(name)[:_NAME],
        email=address if _ADDRESS.fullmatch(address) else "",
        opened=_sent(_header(message, "Date")),
        attachments=tuple(attachments),
    )


def _header(message: "Message[str, str]", name: str) -> str:
    """A header as one visible line; empty where it is absent or cannot be read."""
    try:
        return one_line(str(message.get(name, "")))[:_NAME]
    except _BROKEN:
        return ""


def _sent(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date() if text else None
    except _BROKEN:
        return None


def _contents(message: "EmailMessage | Message[str, str]") -> tuple[str, list[str]]:
    """The text that a reader sees, plain before HTML, and the names of the attachments."""
    plain, marked = "", ""
    attachments: list[str] = []
    for number, part in enumerate(message.walk()):
        if number >= _PARTS:
            break
        if part.is_multipart():
            continue
        kind, name = part.get_content_type(), part.get_filename()
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            attachments.append(_attachment(part, name or kind))
        elif kind == "text/html":
            marked = marked or _shown(_decoded(part))
        else:
            plain = plain or visible(_decoded(part)).strip()
    return plain or marked, attachments[:_ATTACHMENTS]


def _decoded(part: "Message[str, str]") -> str:
    """The text of a part; a charset that is unknown or wrong is found from the bytes."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else str(payload).encode()
    try:
        return content.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeError):
        found = decode(content)
        return found.text if found else ""


def _shown(markup: str) -> str:
    """What a reader sees of HTML: no scripts, nothing hidden, and no address is fetched."""
    try:
        blocks = fragment_blocks(markup[:_HTML_BYTES], Limits())
    except MillwrightError:
        return ""
    return "\n".join(block.text for block in blocks).strip()


def _attachment(part: "Message[str, str]", name: str) -> str:
    payload = part.get_payload(decode=False)
    size = len(payload) if isinstance(payload, str) else 0
    plain = PurePosixPath(PureWindowsPath(one_line(name)).name).name[:100] or "attachment"
    return f"{plain} ({max(1, size * 3 // 4 // 1024)} KB)"


def _without_quoted(text: str) -> str:
    """The text above what it replies to."""
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTED_BELOW.match(line) and kept:
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()
