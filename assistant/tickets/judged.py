"""Intent, severity and sentiment of a ticket by stated rules: the first that fits, with the words it saw."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from assistant.tickets.reply import Intent, Sentiment, Severity


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_FAULT = _any(
    r"\b(?:alarm|error|fault|trip\w*|leak\w*|fail\w*|broke\w*|stuck|jam\w*|noise|noisy|smell|smoke)\b",
    r"\b(?:stopp?ed|stops|does(?: not|n't) (?:start|run|work)|won't|overheat\w*|too hot|vibrat\w*)\b",
    "报警|故障|报错|漏|卡|异响|噪音|冒烟|跳闸|停机|不转|无法启动|过热|振动|坏|发白|泡沫",
)
# In this order; what none of them fits is the last of its kind.
INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (
        "complaint",
        _any(r"\bcomplain\w*|\brefund\b|\bunacceptable\b|\bcompensat\w+", "投诉|退款|赔偿|无法接受"),
    ),
    (
        "parts",
        _any(
            r"\b(?:to|please|we|an?) order\b|\b(?:quote|quotation|price|in stock)\b",
            r"\bspare parts? (?:list|number)",
            "订购|报价|价格|多少钱|交货|备件号|库存",
        ),
    ),
    ("fault", _FAULT),
    (
        "how_to",
        _any(
            r"\bhow (?:do|to|can|often|much|long|hard)\b|\bwhich steps\b|\bprocedure\b|\b(?:may|can) i\b",
            "怎么|如何|怎样|步骤|能不能|可以|多久|多少",
        ),
    ),
)
SEVERITIES: tuple[tuple[Severity, re.Pattern[str]], ...] = (
    (
        "critical",
        _any(
            r"\binjur\w*|\bhurt\b|\bburn(?:ed|t)\b|\bfire\b|\bsmok(?:e|ing)\b|\bexplo\w*|\belectric shock\b",
            "受伤|烫伤|起火|着火|冒烟|爆炸|触电|伤人",
        ),
    ),
    (
        "high",
        _any(
            r"\b(?:line|production|plant)\b[^.]{0,25}\b(?:stopp?ed|stands?|down|halted)\b|\burgent\w*|\basap\b",
            r"\bstandstill\b|\bcannot (?:run|produce)\b",
            "停产|停线|停机|紧急|急用|无法生产|尽快",
        ),
    ),
    ("medium", _FAULT),
)
SENTIMENTS: tuple[tuple[Sentiment, re.Pattern[str]], ...] = (
    (
        "angry",
        _any(
            r"\bunacceptable\b|\bangry\b|\bfed up\b|\bridiculous\b|\bthird time\b|\bstill (?:no|not)\b",
            "太差|气愤|无法接受|第三次|投诉|[!！]{2,}",
        ),
    ),
    ("worried", _any(r"\bworr\w*|\bafraid\b|\burgent\w*|\bdanger\w*|\bsafe\b", "担心|害怕|紧急|危险|安全吗")),
    ("pleased", _any(r"\bgreat (?:help|service)\b|\bvery (?:happy|pleased)\b", "非常满意|很满意")),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a ticket is; `because` are the words that decided intent, severity and sentiment."""

    intent: Intent
    severity: Severity
    sentiment: Sentiment
    because: tuple[str, str, str]


def judged(text: str, codes: Sequence[str] = ()) -> Judged:
    """Judge a text that has no orders in it any more.

    Args:
        codes: Alarm codes that it names; one alone makes it a fault.
    """
    intent, why = _first(text, INTENTS)
    severity, how_bad = _first(text, SEVERITIES)
    if codes:
        intent, why = (intent, why) if intent else ("fault", codes[0])
        severity, how_bad = (severity, how_bad) if severity else ("medium", codes[0])
    sentiment, mood = _first(text, SENTIMENTS)
    return Judged(
        next((known for known in get_args(Intent) if known == intent), "information"),
        next((known for known in get_args(Severity) if known == severity), "low"),
        next((known for known in get_args(Sentiment) if known == sentiment), "neutral"),
        (why, how_bad, mood),
    )


def _first(text: str, rules: "tuple[tuple[str, re.Pattern[str]], ...]") -> tuple[str, str]:
    for name, pattern in rules:
        if match := pattern.search(text):
            return name, match.group()[:60]
    return "", ""
