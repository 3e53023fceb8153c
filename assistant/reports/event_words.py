"""The words by which a sentence of an event tells what it is about, in English and Chinese."""

import re
from typing import Any


def _any(*words: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(words), flags)


HEADINGS: dict[str, re.Pattern[str]] = {
    "event": _any(
        r"(?:driving )?event|what happened|description(?: of (?:the )?(?:driving )?event)?|abstract",
        "symptoms?|problem(?: description)?|observation|request",
        "故障现象|现象|经过|事件经过|故障描述|问题描述|问题|事件",
    ),
    "checks": _any("findings?|checks?|diagnosis|investigation|inspection|检查|诊断|检查结果|排查"),
    "cause": _any("(?:root |probable )?causes?|reason|原因|根本原因|故障原因"),
    "done": _any(
        "remedy|repairs?|action taken|actions taken|resolution|work done|corrective action taken|措施|处理",
        "处理措施|维修|修复|解决",
    ),
    "todo": _any(
        r"recommendations?|recommendation\(s\)|follow-?up|prevention|corrective actions?|preventive actions?",
        r"lessons? learned|lesson\(s\) learned|预防|预防措施|建议|改进|后续|后续措施",
    ),
}
"""What a heading (or a label that is one) says of the sentences below it."""

LABELS: dict[str, re.Pattern[str]] = {
    "equipment.asset_id": _any(
        "asset|asset (?:id|no\\.?|number)|machine|equipment|equipment (?:no\\.?|number)|unit",
        "设备|设备编号|设备号|机器|资产|资产编号",
    ),
    "equipment.asset_name": _any("asset name|equipment name|machine name|设备名称"),
    "equipment.site": _any("site|plant|厂区|工厂|现场"),
    "equipment.area": _any("area|department|区域|车间"),
    "equipment.line": _any("line|production line|产线|生产线"),
    "equipment.manufacturer": _any("manufacturer|make|制造商|厂家"),
    "equipment.model": _any("model|type|型号"),
    "equipment.serial_no": _any("serial(?: no\\.?| number)?|s/n|序列号|出厂编号"),
    "equipment.component": _any("component|部件|零部件"),
    "equipment.criticality": _any("criticality|关键度"),
    "header.work_order_no": _any("work order(?: no\\.?| number)?|wo|工单|工单号"),
    "header.ticket_id": _any("ticket(?: no\\.?| id| number)?|服务单|服务单号"),
    "event.reported_by": _any("reported by|reporter|raised by|requester|报告人|上报人|报修人"),
    "event.detection_method": _any("detected by|detection(?: method)?|noticed by|发现方式"),
    "event.detected_at": _any(
        "date and time|date|time|detected(?: at)?|noticed(?: at)?|opened|时间|日期|发现时间|报修时间"
    ),
    "event.failed_at": _any("failed(?: at)?|failure time|stopped(?: at)?|故障时间|停机时间"),
    "event.work_start": _any(
        "work (?:start(?:ed)?|began)(?: at)?|repair start(?:ed)?|开工|开工时间|开始维修"
    ),
    "event.returned_to_service": _any(
        "back in service(?: at)?|returned to service(?: at)?|restored(?: at)?|running again|恢复时间|恢复运行"
    ),
    "coding.failure_mode": _any("failure mode|故障模式|失效模式"),
    "repair.part": _any("parts?(?: used)?|spare parts?|备件|更换备件|备件号"),
    "impact.environment": _any("environment(?:al impact)?|环境影响"),
}
"""The field that a label at the beginning of a line stands for."""

CAUSE = _any(
    r"\bbecause\b|\bcaused by\b|\bdue to\b|\bas a (?:direct )?result of\b|\bresult(?:ed|ing|s)? from\b",
    r"\battribut(?:ed|able) to\b|\broot cause\b|\bowing to\b|\bled to\b|\btraced to\b|\bwas the result of\b",
    r"\bcontribut(?:ed|ing)\b|\bthe (?:probable |likely )?cause\b|\bresponsible for\b",
    "原因是|原因为|由于|因为|导致|引起|所致|造成",
)
NOTICED_BY = _any(r"\b(?:noticed|detected|discovered|saw|found out)\b[^.;]*\bbecause\b")
"""What follows tells how it was seen, not why it failed."""
TODO = _any(
    r"\bshould\b|\bmust\b|\bshall\b|\bneeds? to\b|\brecommend(?:s|ed|ations?)?\b|\bought to\b|\bensure\b",
    r"\bit is (?:important|essential|necessary|critical)\b|\bconsider\b|\bto prevent\b|\bnow asks?\b",
    "建议|应当|应该|(?<![相供反响适效对])应(?![急用力变器该当])|必须|需要|不得|务必|改为",
)
_VERB = (
    "replaced|repaired|cleaned|tightened|adjusted|removed|installed|reset|re-?fitted|fitted|aligned|"
    "topped up|refilled|lubricated|greased|sealed|welded|rewired|re-?terminated|modified|overhauled|"
    "calibrated|flushed|reworked|exchanged|swapped|renewed|drained|bled|vented|rerouted|dried|set to"
)
DONE = _any(
    rf"\b(?:was|were|been|have|has|had|we|i|they|then|and|technicians?|mechanics?|crew|shift)\s+(?:\w+\s+)?(?:{_VERB})\b",
    rf"^\W*(?:{_VERB})\b|^(?:new|both|all)\b[^.]*\b(?:{_VERB})\b",
    "更换了?|换上|清洗|紧固|调整了|修复|拆下|吹干|重新(?:安装|布管|接线|调整)|加注|润滑|校准|擦净",
)
CHECKED = _any(
    r"\b(?:checked|inspected|measured|tested|examined|verified|inspection|examination|test)\b.*\b(?:show|found|"
    r"reveal|was|were|is|read|confirm|indicat)",
    r"^\W*(?:checked|inspected|measured|tested|examined|verified)\b|\bmeasured\b|检查|测量|测得|经查|化验",
)
AT_ONCE = _any(
    r"\b(?:isolated|evacuated|locked out|lockout was|barricaded|secured|shut(?:ting)? down by|"
    r"was shut down|were shut down|power was (?:removed|switched off)|switched off|depressuri[sz]ed)\b",
    "隔离|断电|挂牌|上锁|疏散|切断|紧急停",
)

ACTIVITIES: dict[str, re.Pattern[str]] = {
    "replace": _any(r"\breplaced\b|\bexchanged\b|\brenewed\b|\bnew [^.]* fitted\b|更换|换上"),
    "adjust": _any(r"\badjusted\b|\baligned\b|\btightened\b|\bset to\b|\bcalibrated\b|调整|紧固|校准"),
    "service": _any(r"\bcleaned\b|\blubricated\b|\bgreased\b|\bflushed\b|\brefilled\b|清洗|润滑|加注|擦净"),
    "repair": _any(r"\brepaired\b|\bwelded\b|\brewired\b|\breworked\b|修复|修补|焊"),
    "overhaul": _any(r"\boverhauled\b|大修"),
    "modify": _any(r"\bmodified\b|\brerouted\b|改造|改装"),
}
STATES: dict[str, re.Pattern[str]] = {
    "start-up": _any(r"\b(?:during|at|on) (?:\w+ )?start-?up\b|\bwhen (?:it )?starting\b|启动时|开机时"),
    "running": _any(
        r"\b(?:while|whilst|when) (?:it was )?running\b|\bin (?:normal )?operation\b|运行中|运转中|生产中"
    ),
    "shutdown": _any(r"\bduring (?:a |the )?(?:planned )?shut-?down\b|停车过程中|停机过程中"),
    "testing": _any(
        r"\bduring (?:\w+ ){0,3}(?:tests?|testing|trials?|test run)\b|试车时|试运行时|测试中|测试时"
    ),
    "idle": _any(r"\bwhile idle\b|\bon standby\b|待机时|备用状态"),
}
PRODUCTION: dict[str, re.Pattern[str]] = {
    "stopped": _any(
        r"\b(?:production|line|press|conveyor|plant)\b[^.]{0,20}\b(?:stopped|stood still|was down|halted)\b",
        "停产|停线|生产中断|生产停",
    ),
    "degraded": _any(
        r"\b(?:production|line|rate|output)\b[^.]{0,20}\b(?:slowed|reduced|at half|degraded)\b|减产|降速生产"
    ),
    "none": _any(r"\bno (?:loss of production|production (?:loss|impact))\b|未影响生产|不影响生产"),
}
SAFETY: dict[str, re.Pattern[str]] = {
    "none": _any(
        r"\bno(?:body| one| personnel)\b[^.]{0,25}\b(?:hurt|injur\w*)\b",
        r"\bno injur(?:y|ies)\b|\bwithout injur(?:y|ies)\b|无人受伤|没有人员受伤|无人员伤亡|未造成人员",
    ),
    "near_miss": _any(r"\bnear[- ]miss\b|\bclose call\b|险些|险肇|未遂"),
    "injury": _any(
        r"\b(?:was|were|been) (?:\w+ )?(?:injured|hurt|burned|killed)\b|\binjur(?:y|ies) to\b|受伤|烫伤|夹伤"
    ),
}
QUANTITY_NAMES = (
    "temperature|pressure|flow|level|speed|current|voltage|vibration|torque|force|load|clearance|tension|"
    "head|humidity|resistance|frequency|power|温度|压力|流量|液位|转速|速度|电流|电压|振动|扭矩|力矩|温差|间隙|张力|湿度|电阻"
)
CLOCKS: dict[str, re.Pattern[str]] = {
    "event.returned_to_service": _any(
        r"\b(?:back in|returned to|in) service\b|\bre-?started\b|\brunning again\b|\bran again\b|\bresumed\b",
        r"\brestored\b|\bback (?:up|on line|online)\b|恢复|重新(?:启动|开机|投用)|复产",
    ),
    "event.work_start": _any(
        r"\b(?:work|repairs?) (?:began|started)\b|\b(?:began|started) (?:the )?(?:work|repairs?)\b",
        "开始(?:检修|维修|处理|抢修)",
    ),
    "event.detected_at": _any(
        r"\bnotic\w*|\bdetect\w*|\bdiscover\w*|\bsaw\b|\bheard\b|\bobserved\b|\breported\b|\bshow(?:s|ed)\b|\bappeared\b",
        "发现|出现|报警|听到|看到|显示",
    ),
    "event.failed_at": _any(
        r"\bfail(?:ed|ure)\b|\bstopped\b|\btripped\b|\bbroke\b|\btore\b|\bseized\b|\bshut down\b|\bburst\b",
        "停机|跳闸|故障|断裂|卡死|急停|烧毁",
    ),
}
"""What a clock time in the same clause belongs to; of several the first."""


def which(text: str, known: dict[str, re.Pattern[str]]) -> str:
    """The one of several that a text speaks of; empty when of none, or of more than one."""
    found = [name for name, pattern in known.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else ""


def matches(text: str, known: dict[str, Any]) -> list[str]:
    """All that a text speaks of, in their order."""
    return [name for name, pattern in known.items() if pattern.search(text)]
