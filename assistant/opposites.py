"""Words of which one excludes the other: open and closed, clockwise and not, a least and a most."""

import re

from ingest.terms import query_words

# A member a line, going on where the next opens with "|"; groups are apart by an empty line. A text that has
# one member and a text that has only another of its group say opposite things.
_GROUPS = r"""
\bopen(?:s|ed|ing)?\b|打开|开启|常开|张开
\bclos(?:es?|ed|ing)\b|\bshut(?:s|ting)?\b(?!.?down)|关闭|合上|关上|常闭|闭合

\b(?:turn|switch|power)(?:s|ed|ing)?(?:\s+[\w-]+){0,4}?\s+on\b
|\b(?:is|are|be|stays?)\s+on\b(?!\s+\w)|接通|通电|上电
\b(?:turn|switch|power)(?:s|ed|ing)?(?:\s+[\w-]+){0,4}?\s+off\b|\b(?:is|are|be|stays?)\s+off\b|切断|断电
|关断

\bstart(?:s|ed|ing)?\b|启动|起动|开机
\bstop(?:s|ped|ping)?\b|\bshut(?:ting)?.?down\b|停止|停机|停车|关机

\benabl(?:es?|ed|ing)\b|启用
\bdisabl(?:es?|ed|ing)\b|禁用|停用

\bincreas(?:es?|ed|ing)\b|\brais(?:es?|ed|ing)\b|\brises?\b|增加|增大|升高|提高|调高|上升|升起
\bdecreas(?:es?|ed|ing)\b|\breduc(?:es?|ed|ing)\b|\blower(?:s|ed|ing)?\b(?=\s+(?:the|it))|\bfalls?\b
|\bdrops?\b|减少|减小|降低|调低|下降|降下

(?<![a-z-])clockwise|顺时针
\b(?:counter|anti)[- ]?clockwise|逆时针

\bleft(?:-hand)?\b|左
\bright(?:-hand)?\b|右

\bupstream\b|上游
\bdownstream\b|下游

\bupwards?\b|向上|朝上
\bdownwards?\b|向下|朝下

\bupper\b|上部|上端
\blower\b(?!\s+(?:the|it|than))|下部|下端

\btop\b|顶部
\bbottom\b|底部

\bfront\b|前端|前部
\brear\b|\bback\s+(?:of|side|panel|cover)\b|后端|后部

\binlet\b|\bsuction\b|进口|入口|吸入
\boutlet\b|\bdischarge\b|出口|排出

\binput\b|输入
\boutput\b|输出

\binside\b|\binner\b|内侧|内圈|内部
\boutside\b|\bouter\b|外侧|外圈|外部

(?<!non[- ])\bdrive[- ]end\b|(?<!非)驱动端|(?<!非)传动端
\bnon[- ]drive[- ]end\b|非驱动端|非传动端

\babove\b|\b(?:higher|greater|more|longer|larger)\s+than\b
|(?<!not )(?<!not to )\bexceed(?:s|ed|ing)?\b
|高于|大于|超出|以上|(?<!不)(?<!不得)(?<!不应)(?<!不能)(?<!不可)超过
\bbelow\b|\b(?:lower|less|shorter|smaller|fewer)\s+than\b|(?<!不)低于|(?<!不)小于|以下
|\bnot\s+(?:to\s+)?exceed\b|不(?:得|应|能|可)?(?:超过|大于|高于|多于)

\bmin(?:imum|\.)(?!\w)|\bat\s+least\b|\b(?:no|not)\s+(?:less|fewer|lower|shorter|earlier)\s+than\b
|至少|最小|最低|不少于|不低于|不小于
\bmax(?:imum|\.)(?!\w)|\bat\s+most\b|\b(?:no|not)\s+(?:more|greater|higher|longer|later)\s+than\b
|\bnot\s+(?:to\s+)?exceed\b|\bup\s+to\b|至多|最多|最大|最高|不(?:得|应|能|可)?(?:超过|大于|高于|多于)

\btighten(?:s|ed|ing)?\b|拧紧|紧固|上紧
\bloosen(?:s|ed|ing)?\b|\bslacken(?:s|ed|ing)?\b|松开|拧松|旋松

\bconnect(?:s|ed|ing)?\b|连接|接上
\bdisconnect(?:s|ed|ing)?\b|断开|脱开

\block(?:s|ed|ing)?\b|锁定|上锁
\bunlock(?:s|ed|ing)?\b|解锁|开锁

\bengag(?:es?|ed|ing)\b|啮合
\bdisengag(?:es?|ed|ing)\b|脱离

\b(?:install|insert|mount|attach|fit)(?:s|ed|t?ing)?\b|安装|装入|装上|插入
\bremov(?:es?|ed|ing|al)\b|\bdetach(?:es|ed|ing)?\b|拆卸|拆下|拆除|取出|取下|拔出

\bfill(?:s|ed|ing)?\b|加注|注入|充入
\bdrain(?:s|ed|ing)?\b|\bempt(?:y|ied|ying)\b|排空|排放|放空

\bpush(?:es|ed|ing)?\b|推
\bpull(?:s|ed|ing)?\b|拉

\bforwards?\b|正转|正向|前进
\breverse[ds]?\b|\bbackwards?\b|反转|反向|后退

\bpositive\b|正极|正压
\bnegative\b|负极|负压

\bhorizontal(?:ly)?\b|水平
\bvertical(?:ly)?\b|垂直|竖直

\bin\s+series\b|串联
\bin\s+parallel\b|并联

\bhigh(?:er|est)?\b|高压|高速|高温|高位
\blow(?:er|est)?\b(?!\s+(?:the|it)\b)|低压|低速|低温|低位

\bfast(?:er|est)?\b|\bquick(?:ly)?\b|快速
\bslow(?:er|est|ly)?\b|慢速|缓慢

\bwarm(?:er|ed)?\b|\bhot\b|热态
\bcold\b|\bcool(?:er|ed)?\b|冷态

\bde-?energi[sz]ed?\b|失电
(?<!de)(?<!de-)\benergi[sz]ed?\b|得电|带电

\bautomatic(?:ally)?\b|自动
\bmanual(?:ly)?\b|手动

\bred\b|红色|红灯
\bgreen\b|绿色|绿灯
\byellow\b|\bamber\b|黄色|黄灯
\bblue\b|蓝色|蓝灯
\bblack\b|黑色
\bwhite\b|白色

\b(?:is|are)\s+(?:forbidden|prohibited)\b|禁止
\b(?:is|are)\s+(?:allowed|permitted)\b|允许

\bfirst\b|首先
\blast\b|\bfinally\b|最后

\brequired\b|\bmandatory\b|必须
\boptional(?:ly)?\b|可选|可不
"""
_BEFORE = re.compile(r"\b(before|prior to|after)\s+(?:the\s+|an?\s+|you\s+|it\s+)?([\w-]{3,})", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:before|prior to|after)\b", re.IGNORECASE)
_BEFORE_CHINESE = re.compile(r"([㐀-鿿]{2})(?:之|以)?(前|后)(?![端部轮盖桥面级者续])")
_COMPILED = tuple(
    tuple(re.compile(member, re.IGNORECASE) for member in group.replace("\n|", "|").splitlines())
    for group in _GROUPS.strip().split("\n\n")
)


def opposed(said: str, source: str) -> tuple[str, str] | None:
    """A word of a sentence and the opposite that a passage has in its place; None where there is none."""
    for group in _COMPILED:
        ours = [pattern.search(said) for pattern in group]
        if not any(ours):
            continue
        theirs = [pattern.search(source) for pattern in group]
        for mine, same in zip(ours, theirs, strict=True):
            other = next((found for found in theirs if found and found is not same), None)
            if mine and not same and other:
                return mine.group(), other.group()
    return _wrong_order(said, source)


def _wrong_order(said: str, source: str) -> tuple[str, str] | None:
    """Before and after turned round: "open it before starting" and "start it after opening" agree."""
    theirs = _orders(source)
    for what, (side, shown) in _orders(said).items():
        if what in theirs and theirs[what][0] != side:
            return shown, theirs[what][1]
    ours, others = _sequence(said), _sequence(source)
    if ours and others:
        straight = min(len(ours[0] & others[0]), len(ours[1] & others[1]))
        crossed = min(len(ours[0] & others[1]), len(ours[1] & others[0]))
        if crossed > straight:
            return ours[2], others[2]
    return None


def _sequence(text: str) -> tuple[set[str], set[str], str] | None:
    """The words of what comes first and of what comes later, and the word between them."""
    match = _BETWEEN.search(text)
    if match is None:
        return None
    left, right = set(query_words(text[: match.start()])), set(query_words(text[match.end() :]))
    return (right, left, match.group()) if match.group().lower() == "after" else (left, right, match.group())


def _orders(text: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for match in _BEFORE.finditer(text):
        word = match.group(1).lower()
        found[match.group(2).lower()[:5]] = ("after" if word == "after" else "before", word)
    for match in _BEFORE_CHINESE.finditer(text):
        found[match.group(1)] = ("after" if match.group(2) == "后" else "before", match.group())
    return found
