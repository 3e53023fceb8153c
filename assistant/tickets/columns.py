"""Rows of a table of tickets: which column is what, in English and Chinese, and what makes a row a ticket."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from assistant.errors import TicketError
from assistant.tickets.records import Given
from assistant.tickets.reply import TEXT_CHARACTERS
from ingest.clean import one_line, visible
from ingest.terms import normalise

_NAMES: dict[str, str] = {
    "external_id": "external id|ticket|ticket id|ticket no|ticket number|id|number|case|case id|key|"
    "编号|工单号|工单编号|单号",
    "subject": "subject|title|summary|主题|标题",
    "text": "text|body|message|description|request|content|question|symptom|what happened|"
    "内容|描述|问题|问题描述|请求|正文",
    "customer": "customer|customer name|name|from|reporter|requester|contact|reported by|"
    "客户|姓名|联系人|报修人",
    "email": "email|e mail|mail|邮箱|电子邮件",
    "machine": "machine|asset|equipment|unit|设备|机器|设备编号",
    "model": "model|product|type|型号|产品",
    "priority": "priority|优先级",
    "opened": "opened|created|created at|opened at|date|时间|日期|创建时间|报修时间",
    "resolved": "resolved|closed|resolved at|closed at|解决时间|关闭时间",
    "cause": "cause|diagnosis|root cause|原因|诊断",
    "resolution": "resolution|solution|remedy|解决|解决方案|处理|处理措施",
}
_FIELD = {name: field for field, names in _NAMES.items() for name in names.split("|")}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_NAME, _TEXT = 200, 4000


def field_of(column: str) -> str:
    """The field that a column is; empty for one that tickets do not have."""
    return _FIELD.get(re.sub(r"[\W_]+", " ", normalise(column).casefold()).strip(), "")


def given_of(row: Mapping[str, Any]) -> Given:
    """A ticket from a row by column, or from the fields of an object.

    What has no id is known by its content, so that the same row again is the same ticket.

    Raises:
        TicketError: There is no text in it, or a value that cannot be.
    """
    said: dict[str, str] = {}
    for column, value in row.items():
        field = field_of(str(column))
        if field and isinstance(value, str | int | float) and not isinstance(value, bool):
            said.setdefault(field, str(value))
    text = visible(said.get("text", "")).strip()
    subject = one_line(said.get("subject", ""))[:_NAME]
    if not text and not subject:
        raise TicketError("it holds no text: a column such as text, request or 描述 is needed")
    days = {name: _day(said[name]) for name in ("opened", "resolved") if said.get(name, "").strip()}
    short = {name: one_line(said.get(name, ""))[:_NAME] for name in _SHORT}
    longer = {name: visible(said.get(name, "")).strip()[:_TEXT] for name in ("cause", "resolution")}
    named = one_line(said.get("external_id", ""))[:_NAME] or content_id(f"{subject}\n{text}")
    try:
        return Given.model_validate(
            {"external_id": named, "subject": subject, "text": (text or subject)[:TEXT_CHARACTERS]}
            | short
            | longer
            | days
        )
    except ValidationError as error:
        raise TicketError(str(error.errors()[0]["msg"])) from error


_SHORT = ("customer", "email", "machine", "model", "priority")


def content_id(content: str) -> str:
    """An id for what has none."""
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()[:24]}"


def _day(text: str) -> date:
    """The day of a date, with or without a time of day."""
    match = _DAY.search(normalise(text))
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat(text.strip())
    except ValueError as error:
        raise TicketError(f"{text[:40]!r} is no date; write 2026-02-17") from error
