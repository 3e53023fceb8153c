"""Which columns of a table tell of incidents: what happened, when, to which machine, why, what was done."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["what", "machine", "number", "cause", "fix", "safety", "minutes", "planned", "category"]
ROLES: tuple[Role, ...] = get_args(Role)


def _names(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


# Best first; a column's name is compared in lower case with spaces for underscores.
_ROLES: dict[Role, tuple[re.Pattern[str], ...]] = {
    "what": _names(
        r"what happened|(?:event|incident|accident|事件)\s*(?:description|描述)?|(?:事件|事故|故障)?经过",
        r"(?:wo|work order|failure|fault|problem) (?:description|text)|symptoms?|problem|request|complaint",
        r"(?:故障|问题)?(?:现象|描述)|问题|诉求|工作内容",
        r"description|short text|abstract|summary|描述|内容",
    ),
    "machine": _names(
        r"machine(?: id| no)?|asset(?: id| no)?|equipment(?: id| no)?|设备(?:编号|号)?|机器|机台|资产编号",
        r"(?:machine|asset|equipment) name|unit|tag|functional location|line|设备名称|产线",
    ),
    "number": _names(
        r"(?:incident|accident|report|ticket|case|wo|work order|event)(?: id| no\.?| number)?",
        r"工单(?:号|编号)?|(?:报告|事件|事故|服务单|单据)(?:编号|号)|编号|单号|id|no\.?|number",
    ),
    "cause": _names(
        r"(?:root |probable )?causes?|diagnos\w+|reason|原因|根本原因|诊断", r"findings?|检查结果"
    ),
    "fix": _names(
        r"remed\w+|resolution|repair|corrective actions?|actions?(?: taken)?|措施|处理(?:措施)?|对策"
    ),
    "safety": _names(r"injur\w+|safety|harm|人员伤害|安全|伤害", r"severity|consequences?|后果"),
    "minutes": _names(r"(?:downtime|outage|stopped)(?: \(?(?:min|minutes|h|hours)\)?)?|停机(?:时间)?.*"),
    "planned": _names(r"preventive|planned|预防性|计划性"),
    "category": _names(
        r"(?:event|work|maintenance|order)? ?category|(?:work|order|maintenance) type|工单类型"
    ),
}
_FEWEST = 3
"""Columns; what has two lists the particulars of one thing."""
_FIRST_DATE = re.compile(
    r"occur|event|incident|fail|detect|report|open|start|raised|发生|报修|开始|日期|时间"
)
_LAST_DATE = re.compile(r"clos|finish|complet|end|done|关闭|完成|结束")
_ORDERS = re.compile(r"\bwo\b|work order|ticket|request|工单|服务单|诉求")
_HOURS = re.compile(r"\b(?:h|hours?)\b|小时")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table of incidents, by what they tell.

    Args:
        date: Empty where there is none.
    """

    of: Mapping[Role, str]
    date: str

    @property
    def are_orders(self) -> bool:
        """Whether they tell of work orders or tickets."""
        return any(_ORDERS.search(_plain(self.of.get(role, ""))) for role in ("what", "number"))

    @property
    def in_hours(self) -> bool:
        """Whether the downtime is told in hours."""
        return _HOURS.search(_plain(self.of.get("minutes", ""))) is not None

    @property
    def told(self) -> str:
        """The columns that matter, for whoever wants to correct."""
        named = [self.of.get("what", ""), self.date, self.of.get("machine", ""), self.of.get("number", "")]
        return ", ".join(name for name in named if name)


def columns_of(names: Iterable[str], dates: Iterable[str], stated: bool) -> Columns | None:
    """The columns of a table that tells of incidents; None where it tells of something else.

    Args:
        dates: Those of its columns that hold dates.
        stated: Its document is stated to hold incidents; else it must have dates, and name machine or number.
    """
    known = list(names)
    if len(known) < _FEWEST:
        return None
    of: dict[Role, str] = {}
    for role in ROLES:
        best = _best(role, [name for name in known if name not in of.values()])
        if best:
            of[role] = best
    date = _date(list(dates))
    if "what" not in of or not (stated or (date and ("machine" in of or "number" in of))):
        return None
    return Columns(of, date)


def _best(role: Role, names: Iterable[str]) -> str:
    ranked = [
        (rank, place, name)
        for place, name in enumerate(names)
        for rank, pattern in enumerate(_ROLES[role])
        if pattern.fullmatch(_plain(name))
    ]
    return min(ranked)[2] if ranked else ""


def _date(names: list[str]) -> str:
    """The column that says when it happened; the day it was closed where nothing else is told."""
    first = [
        name for name in names if _FIRST_DATE.search(_plain(name)) and not _LAST_DATE.search(_plain(name))
    ]
    other = [name for name in names if not _LAST_DATE.search(_plain(name))]
    return (first or other or names or [""])[0]


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())
