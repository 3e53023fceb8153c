"""The words by which a Chinese question leans on what came before it."""

import re
from collections.abc import Sequence

from assistant.leaning import Form, Opening, Pointer, Pointing
from assistant.names import (
    CODE_NOUNS,
    CODE_NOUNS_CHINESE,
    MACHINE_NOUNS,
    MACHINE_NOUNS_CHINESE,
    Name,
    NameKind,
)

_NOUN = rf"(?P<noun>{CODE_NOUNS_CHINESE}|{MACHINE_NOUNS_CHINESE})"
# 那 before a measure word points ("that pump"); elsewhere it means "then".
_LEAD = re.compile(
    r"(?:(?:好的?|嗯|明白了?|谢谢|请问|另外(?![那一的个台条种项]))[，,。\s]*)*"
    r"(?P<lead>(?:那么|那(?![个台种些条项里次样边儿是])|还有|以及|或者|换成|如果是)?)[，,\s]*"
)
_TAIL = re.compile(r"(?:的话)?(?P<particle>[呢呀啊]?)(?P<mark>[\s?？。！!]*)$")
_CLAUSE = re.compile(
    "什么|怎|多少|多久|多长|多大|多高|如何|为何|哪|吗|几|是否|[能可要]不[能可要]|可否|能否|是不是|有没有|可以|"
    "应该|需要|必须|何时|谁|请|说明|列出|介绍|是$"
)
_ASKING = re.compile(
    "为什么|为何|(?:要|应该|该)?(?:怎么|如何|怎样)(?:办|做|弄|处理|解决|操作|检查|复位|更换|清除|排除|修|换|"
    "清洗|调整)?|多久(?:[一换检]次|换一次|检查一次)?|[一-鿿]?多少(?:[次个升克]|牛米)?|(?:要|需要)?多长(?:时间)?|多大|"
    "在?哪[里儿]?|哪[个些]|什么时候|何时|谁|几次|(?:是)?什么原因|原因|依据"
)
_CONDITION = re.compile("(?:时候?|下|[之以]?后|[之以]?前|期间|的情况)$")
_SMALL = re.compile(
    rf"{CODE_NOUNS_CHINESE}|{MACHINE_NOUNS_CHINESE}|\b(?:{CODE_NOUNS}|{MACHINE_NOUNS})\b|"
    r"[的对上在用和与及或]|[\s,，.。:：、()（）/-]",
    re.IGNORECASE,
)
_SHORT_CLAUSE, _SHORT_PHRASE = 8, 4
_NUMBERED = re.compile(
    rf"(?P<which>另外?(?:那|的)?一?[个台条种项]|其他那[个台]|前者|后者|第[一二两12][个台条种项])"
    rf"(?:{_NOUN}|(?=[的呢是怎如有多要为能可该会又也呀啊？?。，,\s]|$))"
)
_PRONOUN = re.compile(
    "它们?的?|(?<![极尤与])其(?![他它中余实次一间])|[这那](?=表示|代表|意味)|^[这那](?=是|正常|危险)"
)
_THING = re.compile(rf"(?:[这那][个台种条项些]?|[该此]|上述的?){_NOUN}")
_SITUATION = re.compile(
    "[这那]种情况|(?<!同)这样|此时|这时|刚才|上面(?:说|提|那)|前面(?:说|提)|[这那][个种些项条]"
)
_SAID_BEFORE = re.compile("[一-鿿]{2,}[，。；,;？?]")


def opening(text: str) -> Opening:
    """Take away how a question ties itself to the one before."""
    lead, tail = _LEAD.match(text), _TAIL.search(text)
    start, end = lead.end() if lead else 0, tail.start() if tail else len(text)
    marked = tail is not None and bool(set("?？") & set(tail["mark"]))
    led = bool(lead and lead["lead"]) or (tail is not None and tail["particle"] == "呢")
    return Opening(led, text[start : max(start, end)].strip(), marked)


def form_of(asked: Opening, named: Sequence[Name]) -> Form:
    """What a question consists of.

    Without a lead, 呢 or a question mark, names and conditions are what is searched for.
    """
    rest, open_ended = asked.rest, asked.led or asked.questioned
    without = rest
    for name in named:
        without = without.replace(name.text, "")
    if named and open_ended and not _SMALL.sub("", without):
        return "names"
    if _ASKING.fullmatch(rest):
        return "asking"
    if _CLAUSE.search(rest):
        return "asking" if asked.led and not named and len(rest) <= _SHORT_CLAUSE else "clause"
    if open_ended and _CONDITION.search(rest):
        return "condition"
    return "asking" if asked.questioned and not named and len(rest) <= _SHORT_PHRASE else "phrase"


def pointing(text: str, named: Sequence[Name]) -> Pointing | None:
    """What of a question refers to something outside it; None when all it speaks of stands in it."""
    return _numbered(text, named) or _thing(text, named) or _pronoun(text, named)


def _numbered(text: str, named: Sequence[Name]) -> Pointing | None:
    """第二个, 另一台泵; not where the question itself says of which two it speaks."""
    match = _NUMBERED.search(text)
    if match is None or named or _SAID_BEFORE.search(text[: match.start()]):
        return None
    which, noun = match["which"], match["noun"] or ""
    kind: Pointer = "other"
    if which[0] in "第前后":
        kind = "first" if which == "前者" or which[1] in "一1" else "second"
    return Pointing(kind, *match.span(), noun, _of(noun))


def _thing(text: str, named: Sequence[Name]) -> Pointing | None:
    for match in _THING.finditer(text):
        noun, start = match["noun"], match.start()
        if noun not in text[:start] and not any(name.start < start for name in named):
            return Pointing("thing", *match.span(), noun, _of(noun))
    return None


def _pronoun(text: str, named: Sequence[Name]) -> Pointing | None:
    """它, 其, 这种情况; what a clause before it has spoken of is inside."""
    kinds: tuple[tuple[Pointer, re.Pattern[str]], ...] = (("pronoun", _PRONOUN), ("situation", _SITUATION))
    for kind, pattern in kinds:
        match = pattern.search(text)
        if match is None or any(name.start < match.start() for name in named):
            continue
        if not _SAID_BEFORE.search(text[: match.start()]):
            return Pointing(kind, *match.span(), possessive=match.group().endswith(("的", "其")))
    return None


def _of(noun: str) -> NameKind | None:
    if not noun:
        return None
    return "code" if re.fullmatch(CODE_NOUNS_CHINESE, noun) else "machine"
