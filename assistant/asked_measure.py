"""What kind of value a question asks for (newton metres, litres, euros), and where a text gives one.

A question for a torque is not answered by a passage without a torque, however well its words fit.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.quantities import measures, tidy
from assistant.sentences import sentences
from assistant.units import kind_of, unit_at

MONEY = "money"
_COUNTED = re.compile(
    r"\bhow (?:many|much) (?=[a-z])|\bin (?=[a-z]{3})|"
    r"(?:多少|多大|(?<![那这好前后隔十每上近])几)(?:个)?(?=[\u4e00-\u9fff])",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\b(?:how much|what)\b[^.?!]{0,60}\bcosts?\b|\bprice of\b|\b(?:euros?|dollars?)\b|"
    r"多少钱|多少元|价格是|售价",
    re.IGNORECASE,
)
_FILLING = (
    r"\b(?:oil|coolant|fluid|lubricant)(?: \w+)? (?:quantity|volume|capacity)\b|"
    r"\b(?:quantity|volume|amount) of (?:the )?(?:oil|coolant|fluid|lubricant)\b|"
    r"(?:加油|注油|换油|用油)量|油量[^。？]{0,4}(?:多少|多大)"
)
_NAMED = {
    "newton*meter|torque": r"\b(?:what|which)(?: is| are)?(?: the)?(?: \w+)? torque\b|"
    r"(?:多少|多大)[^。？]{0,4}[扭力]矩|[扭力]矩[^。？]{0,6}(?:多少|多大|几)",
    "kilogram|": r"\bhow heavy\b|\bhow much (?:does|do|may|can) [^.?!]{0,60}\bweighs?\b|多重|有多沉",
    "count|decibel": r"\bhow (?:loud|noisy)\b",
    "degC|temperature": r"\b(?:at )?what temperature\b|\bhow (?:hot|warm|cold)\b|多少度",
    "pascal|pressure": r"\b(?:at )?what(?: \w+)? pressure\b",
    "volt|": r"\b(?:at )?what(?: \w+)? voltage\b",
    "ohm|": r"\bwhat(?: \w+){0,3} resistance\b|电阻[^。？]{0,6}(?:多少|多大|几)",
    "liter|": _FILLING,
}
_PAID = re.compile(
    r"[€$£¥￥]\s?\d|\d\s?[€$£¥￥]|\d\s?(?:EUR|USD|CNY|RMB|euros?|dollars?)\b|\d\s?(?:元|块钱|人民币)", re.I
)
# Of two letters or fewer, a word is more often no unit: "how many m", "in A".
_LEAST_LETTERS = 3


@lru_cache(maxsize=256)
def asked_kinds(question: str) -> frozenset[str]:
    """The kinds of value that a question asks for by name, as `units.kind_of` says; usually none."""
    plain = tidy(question)
    kinds = {kind_of(unit) for unit, pattern in _NAMED.items() if re.search(pattern, plain, re.IGNORECASE)}
    for match in _COUNTED.finditer(plain):
        unit = unit_at(plain, match.end())
        word = plain[match.end() : unit[1]] if unit else ""
        long_enough = len(word) >= _LEAST_LETTERS or not word.isascii()
        if unit and long_enough and "" not in unit[0]:
            kinds.update(kind_of(name) for name in unit[0])
    if _PRICE.search(plain):
        kinds.add(MONEY)
    return frozenset(kinds)


def giving(text: str, kinds: Iterable[str]) -> list[str]:
    """The sentences of a text that give a value of one of these kinds; a column's unit is its cells'."""
    wanted = frozenset(kinds)
    headed = any(kind_of(unit) in wanted for unit in measures(text).headings)
    return [span.text for span in sentences(text) if _gives(span.text, wanted, headed)]


def _gives(sentence: str, wanted: frozenset[str], headed: bool) -> bool:
    if MONEY in wanted and _PAID.search(sentence):
        return True
    found = measures(sentence).quantities
    return any(
        (headed and entry.bare) or any(unit and kind_of(unit) in wanted for unit in entry.units)
        for entry in found
        if not entry.exact
    )
