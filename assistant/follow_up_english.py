"""The words by which an English question leans on what came before it."""

import re
from collections.abc import Sequence

from assistant.leaning import Form, Opening, Pointer, Pointing
from assistant.names import CODE_NOUNS, MACHINE_NOUNS, Name, NameKind

_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
_AUXILIARY = (
    r"(?:is|are|was|were|am|be|do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had|need|"
    r"cannot|(?:is|are|was|do|does|did|ca|could|must|should|wo|would|has|have|had)n['’]t)"
)
_PLACING = (
    r"(?:at|for|on|in|with|without|of|during|under|above|below|over|from|to|between|by|per|near|inside)"
)
_WHEN = r"(?:if|when|while|after|before|once|until)"
_NOUN = rf"(?:{CODE_NOUNS}|{MACHINE_NOUNS})s?"

_LEAD = re.compile(
    r"(?:(?:ok(?:ay)?|well|right|thanks|thank you|so|then|now|also)\b[,.!\s]*)*"
    r"(?P<lead>(?:(?:and|but|or)\b[,\s]*)?(?:(?:what|how)\s+about\b|"
    r"same(?: question| thing)? (?:for|with)\b)?)\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:,?\s*\b(?:then|too|as well|instead|please)\b)?(?P<mark>[\s?.!？。！]*)$", re.IGNORECASE
)
_CLAUSE = re.compile(rf"\b(?:{_WH}|{_AUXILIARY})\b", re.IGNORECASE)
_EXTRA = rf"(?:\s+(?!{_AUXILIARY}\b)[a-z-]+)?"
_ASKING = re.compile(
    rf"(?:(?:for|since|until|by|at|to|from|in)\s+)?(?:how\s+to\s+\w+|how\s+(?:often|much|many|long|far|high|low|"
    rf"hot|cold|tight|big|fast|wide|deep|soon|strong|heavy){_EXTRA}|{_WH}{_EXTRA})",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    rf"(?:{_PLACING}\b(?!.*\b(?:{_WH}|{_AUXILIARY})\b)|{_WHEN}\b(?!.*(?:,|\b{_WH}\b)))", re.IGNORECASE
)
_SMALL = re.compile(
    rf"\b(?:the|an?|same|case|no|type|{_PLACING}|{_NOUN})\b|[\s,.:()/-]|\band\b|\bor\b", re.IGNORECASE
)

_NUMBERED = re.compile(
    rf"\bthe\s+(?P<which>other|second|first|latter|former)\b"
    rf"(?:\s+(?P<noun>one|{_NOUN})\b|(?=\s*(?:[?.!,]|$)))",
    re.IGNORECASE,
)
_ORDER: dict[str, Pointer] = {
    "first": "first", "former": "first", "second": "second", "latter": "second", "other": "other"
}  # fmt: skip
_EXPLETIVE = re.compile(
    r"\b(?:is|was|be)\s+it\s+(?:\w+\s+){1,3}(?:to|that|if|when|for)\b|"
    r"\bit(?:['’]s|\s+is|\s+was|\s+would\s+be)\s+(?:\w+\s+){1,3}(?:to|that|if|when|for)\b|"
    r"\bit\s+(?:usually\s+|normally\s+)?takes?\s+(?:to|for|until|before)\b|\bit\s+means?\s+(?:when|if|that)\b",
    re.IGNORECASE,
)
_THING = re.compile(rf"\b(?:this|that|these|those)\s+(?P<noun>{_NOUN})\b(?!\s*:)", re.IGNORECASE)
_THIS = re.compile(
    rf"(?:^|\b(?:{_AUXILIARY}|{_WH}|{_WHEN}|{_PLACING}|about|like|and|but|reset|clear|fix|use|open|replace|check)"
    rf"\s+)(?P<word>this|that|these|those)\b(?=\s*(?:[?.,!;]|$)|\s+(?:{_AUXILIARY}|{_PLACING}|{_WHEN}|means?|"
    rf"happens?|and|normal|safe|dangerous|ok(?:ay)?|right|true|correct|allowed|enough|important|serious)\b)",
    re.IGNORECASE,
)
_CASE = re.compile(
    rf"\b(?:this|these|those)\s+\w+\b(?!\s*:)|\b{_PLACING}\s+that\s+\w+|\bthe\s+same\s+\w+", re.IGNORECASE
)
_PRONOUN = re.compile(r"\b(?P<word>it|its|they|them|their)\b", re.IGNORECASE)
_DETERMINED = re.compile(r"\b(?:the|an?|my|our|any|each|every|no|your)\s+[\w-]+", re.IGNORECASE)
_CLAUSE_BEFORE = re.compile(
    rf"(?:\S+\s+){{2,}}\S*(?:[,;.:!?]\s|\s(?:and|but|so)\s+(?:I|we|you|they|the|there|{_WH}|{_AUXILIARY})\b)",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(rf"[,;.:!?]|\b(?:{_WHEN}|because|without|so that|and|but)\b", re.IGNORECASE)


def opening(text: str) -> Opening:
    """Take away how a question ties itself to the one before."""
    lead, tail = _LEAD.match(text), _TAIL.search(text)
    start, end = lead.end() if lead else 0, tail.start() if tail else len(text)
    marked = tail is not None and ("?" in tail["mark"] or "？" in tail["mark"])
    return Opening(bool(lead and lead["lead"].strip()), text[start : max(start, end)].strip(), marked)


def form_of(asked: Opening, named: Sequence[Name]) -> Form:
    """What a question consists of.

    Without a lead or a question mark, names and conditions are what is searched for.
    """
    rest, open_ended = asked.rest, asked.led or asked.questioned
    without = rest
    for name in named:
        without = without.replace(name.text, "")
    if named and open_ended and not _SMALL.sub("", without):
        return "names"
    if _ASKING.fullmatch(rest):
        return "asking"
    if open_ended and _CONDITION.match(rest):
        return "condition"
    if asked.questioned and not named and re.fullmatch(r"[a-z-]+", rest, re.IGNORECASE):
        return "asking"
    return "clause" if _CLAUSE.search(rest) else "phrase"


def pointing(text: str, named: Sequence[Name]) -> Pointing | None:
    """What of a question refers to something outside it; None when all it speaks of stands in it."""
    masked = _EXPLETIVE.sub(lambda match: " " * len(match.group()), text)
    return (
        _numbered(text, named)
        or _thing(masked, named)
        or _pronoun(_THIS, masked, named)
        or _pronoun(_PRONOUN, masked, named)
        or _case(masked, named)
    )


def _numbered(text: str, named: Sequence[Name]) -> Pointing | None:
    """The other one, the second alarm; not where the question itself says of which two it speaks."""
    match = _NUMBERED.search(text)
    if match is None or named:
        return None
    noun = (match["noun"] or "").lower().removeprefix("one")
    before = text[: match.start()]
    if re.search(rf"\b{_NOUN}\b", before, re.IGNORECASE):
        return None
    return Pointing(_ORDER[match["which"].lower()], *match.span(), noun, _of(noun))


def _thing(text: str, named: Sequence[Name]) -> Pointing | None:
    for match in _THING.finditer(text):
        noun, before = match["noun"], text[: match.start()]
        if not re.search(rf"\b{noun}\b", before, re.IGNORECASE) and not _after_a_name(named, match.start()):
            return Pointing("thing", *match.span(), noun, _of(noun))
    return None


def _pronoun(pattern: re.Pattern[str], text: str, named: Sequence[Name]) -> Pointing | None:
    for match in pattern.finditer(text):
        possessive = match["word"].lower() in ("its", "their")
        if not _inside(text, match.start("word"), named, possessive):
            return Pointing("pronoun", *match.span("word"), possessive=possessive)
    return None


def _case(text: str, named: Sequence[Name]) -> Pointing | None:
    match = _CASE.search(text)
    if match is None or _inside(text, match.start(), named, possessive=False):
        return None
    return Pointing("situation", *match.span())


def _inside(text: str, at: int, named: Sequence[Name], possessive: bool) -> bool:
    """Whether what refers to something may refer to what the question itself has named before it."""
    if _after_a_name(named, at):
        return True
    if _CLAUSE_BEFORE.search(text[:at]):
        return True
    determined = _DETERMINED.search(text[:at])
    if determined is None:
        return False
    between = text[determined.end() : at]
    if _BOUNDARY.search(between):
        return True
    # "Does the pump lose its prime" speaks of the pump, "the torque of its nuts" of something else.
    return possessive and not re.search(rf"\b{_PLACING}\s+$", between, re.IGNORECASE)


def _after_a_name(named: Sequence[Name], at: int) -> bool:
    return any(name.start < at for name in named)


def _of(noun: str) -> NameKind | None:
    if not noun:
        return None
    return "code" if re.fullmatch(CODE_NOUNS, noun, re.IGNORECASE) else "machine"
