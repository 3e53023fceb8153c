"""The words of logs: names of columns, levels, states of an alarm; English and Chinese."""

import re
from functools import lru_cache
from typing import Literal, get_args

from ingest.terms import normalise

Role = Literal["time", "code", "machine", "state", "level", "text"]
ROLES: tuple[Role, ...] = get_args(Role)

_NAMES: dict[Role, str] = {
    "time": "timestamp time datetime eventtime alarmtime occurred occurredat raised raisedat raisetime "
    "ontime activetime starttime start begin date ts created "
    "发生时间 报警时间 开始时间 发生时刻 时间 时刻 日期",
    "code": "alarmcode alarmid alarmno alarmnumber errorcode errorno errorid faultcode faultid faultno "
    "eventcode code ruleid alarm error fault eventid msgid 报警代码 报警编号 报警号 报警id "
    "故障代码 故障码 故障编号 错误代码 错误码 代码 编码 代号 报警 故障",
    "machine": "machine machineid machinename machineno asset assetid assetname assetno equipment "
    "equipmentid equipmentname device deviceid devicename station unit unitid robot plc node source "
    "host hostname line tag "
    "设备 设备编号 设备号 设备名称 设备id 机器 机台 机床 机组 工位 站点 单元 产线",
    "state": "state status alarmstate transition eventtype action event condition activity 状态 "
    "报警状态 动作 事件",
    "level": "level severity loglevel priority class lvl category 级别 等级 报警级别 严重程度 优先级 类别",
    "text": "alarmtext message msg text alarmmessage description desc alarmdescription meaning "
    "content detail rulename 报警文本 报警内容 报警信息 描述 内容 说明 含义 信息",
}
_RANKS = {role: {name: rank for rank, name in enumerate(names.split())} for role, names in _NAMES.items()}
_LATER = re.compile(r"end|clear|off|ack|reset|close|return|resolve|恢复|结束|确认|解除|消除|复位")

_NO_ALARM = frozenset(
    "info information informational inf i debug dbg trace verbose notice diag event log message msg "
    "ok normal operator op 信息 调试 提示 事件 消息 正常 操作".split()
)
_ALARM = frozenset(
    "alarm alm alert warn warning error err fault fatal critical crit emerg emergency severe trip "
    "报警 警报 告警 警告 错误 故障 严重 紧急".split()
)
_RAISED = frozenset(
    "raised raise active activated on set came come coming incoming in new start started occurred occur "
    "trigger triggered trip tripped unack unacked open opened appeared true 1 alarm alm "
    "触发 发生 产生 出现 激活 报警 置位 未确认".split()
)
_CLEARED = frozenset(
    "cleared clear inactive deactivated off reset rtn return returned returntonormal returnedtonormal normal "
    "ok gone went going outgoing out end ended resolved recovered close closed disappeared false 0 "
    "恢复 已恢复 解除 已解除 消除 已消除 清除 已清除 复位 已复位 结束 正常 消失".split()
)
_ACKNOWLEDGED = frozenset("ack acked ackd acknowledge acknowledged 确认 已确认 应答".split())
_SAID_OVER = re.compile(
    r"\b(?:cleared|acknowledged|acked|returned to normal)\b|已(?:恢复|解除|消除|确认)", re.IGNORECASE
)
_QUOTED = re.compile(r'"[^"]*"')


def plain(word: str) -> str:
    """A word or name for comparison: lower case, letters, figures and Chinese only."""
    return "".join(character for character in normalise(word).casefold() if character.isalnum())


def rank(role: Role, name: str) -> int | None:
    """How well a column's name fits a role, 0 best; None when it says something else."""
    whole, short = plain(name), plain(name.rsplit(".", 1)[-1])
    if role == "time" and _LATER.search(short):
        return None
    for spelled in (whole, short):
        if spelled in _RANKS[role]:
            return _RANKS[role][spelled]
    inside = [place for known, place in _RANKS[role].items() if len(known) > 3 and known in short]
    chinese = [
        place
        for known, place in _RANKS[role].items()
        if not known.isascii() and len(known) > 1 and known in short
    ]
    return 100 + min([*inside, *chinese]) if inside or chinese else None


@lru_cache(maxsize=4096)
def is_level(word: str) -> bool:
    """Whether a word says how serious a line is."""
    return plain(word) in _ALARM or plain(word) in _NO_ALARM


@lru_cache(maxsize=4096)
def is_alarm_level(word: str) -> bool:
    """Whether a line of this level can be an alarm; an unknown or empty level can."""
    return plain(word) not in _NO_ALARM


@lru_cache(maxsize=4096)
def is_state(word: str) -> bool:
    """Whether a word says what becomes of an alarm."""
    short = plain(word)
    return short in _RAISED or short in _CLEARED or short in _ACKNOWLEDGED


@lru_cache(maxsize=4096)
def is_over(word: str) -> bool:
    """Whether a state means that the alarm is gone or acknowledged; an unknown or empty one does not."""
    short, first = plain(word), plain(word.split(maxsplit=1)[0]) if word.strip() else ""
    over = short in _CLEARED or short in _ACKNOWLEDGED
    return over or (short not in _RAISED and (first in _CLEARED or first in _ACKNOWLEDGED))


def says_over(line: str) -> bool:
    """Whether a line without a state of its own says that an alarm is gone or acknowledged."""
    return _SAID_OVER.search(line) is not None and _SAID_OVER.search(_QUOTED.sub("", line)) is not None
