"""Whether a written sentence is carried by a passage: its words, its numbers with units, its codes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.sentences import sentences
from ingest.terms import identifiers, normalise, query_words, words

MIN_WORDS_CARRIED = 0.6
"""Least share of a sentence's content words that one passage must hold."""

MIN_WORDS_FOCUSED = 0.5
"""Least share of them that one sentence of it must hold."""
MIN_SHARE_TURNED = 0.2
"""Share of a sentence's content words that must come from denying clauses alone for it to be withheld."""

_CLAUSE = re.compile(r"[.;,:!?。；，：！？\n()（）]|\bbut\b|\binstead\b|而|但")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.-])[-+−]?\d+(?:[.,]\d+)*(?![A-Za-z0-9_]*\d)")
_UNIT = re.compile(r"\s*([A-Za-zµμΩ°%℃·/]+(?:\s*[·*/]\s*[A-Za-z]+)?|[㐀-鿿]{1,3})")
_NEGATION = re.compile(
    r"\b(?:not|never|no|don't|doesn't|cannot|can't|mustn't|shouldn't|without|neither)\b|不|勿|禁止|严禁|切勿|无需|没有",
    re.IGNORECASE,
)
_AFFIRMS = re.compile(r"^\s*(?:yes\b|是的|可以|能[，,。]|对[，,。])", re.IGNORECASE)
_DENIES = re.compile(r"^\s*(?:no\b|不[，,。能可应是]|否)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Check:
    """How well a passage carries a sentence.

    Args:
        carried: Share of the sentence's content words that the passage holds.
        missing: Its numbers and codes that the passage lacks.
        contradicts: It says yes where the passage says no.
        focused: The same share for the one sentence of the passage that holds most: words gathered from
            several ("wet the rings" and "mineral oil") may say what none of them says.
    """

    carried: float
    missing: tuple[str, ...]
    contradicts: bool = False
    focused: float = 1.0

    @property
    def supported(self) -> bool:
        """Whether the sentence may be shown as the passage's."""
        wrong = bool(self.missing) or self.contradicts
        return not wrong and self.carried >= MIN_WORDS_CARRIED and self.focused >= MIN_WORDS_FOCUSED


def check(sentence: str, passage: str) -> Check:
    """Compare a sentence with one passage."""
    content = query_words(sentence)
    held = set(words(passage))
    carried = sum(term in held for term in content) / len(content) if content else 0.0
    known = set(identifiers(passage))
    missing = [name for name in identifiers(sentence) if name not in known]
    quantities = numbers(passage)
    missing += [shown for shown, unit in numbers(sentence).items() if not _holds(quantities, shown, unit)]
    turned = contradicts(sentence, passage) or affirms_what_is_denied(sentence, passage)
    return Check(carried, tuple(dict.fromkeys(missing)), turned, _focused(content, passage))


def _focused(content: Sequence[str], passage: str) -> float:
    shares = (
        sum(term in held for term in content) / len(content)
        for held in (set(words(span.text)) for span in sentences(passage))
        if content
    )
    return max(shares, default=0.0)


def numbers(text: str) -> dict[str, set[str]]:
    """Each number of a text with the words that follow it (its units), normalised."""
    found: dict[str, set[str]] = {}
    plain = normalise(text)
    for match in _NUMBER.finditer(plain):
        value = match.group().replace(",", "").lstrip("+").replace("−", "-")
        unit = _UNIT.match(plain, match.end())
        found.setdefault(value, set()).add(_unit(unit.group(1)) if unit else "")
    return found


def _holds(quantities: dict[str, set[str]], value: str, units: set[str]) -> bool:
    """A number must stand in the passage; where both name a known unit, the units must agree."""
    if value not in quantities:
        return False
    theirs = {unit for unit in quantities[value] if unit in _KNOWN_UNITS}
    ours = {unit for unit in units if unit in _KNOWN_UNITS}
    return not theirs or not ours or ours <= theirs


def _unit(text: str) -> str:
    return re.sub(r"[\s·*.]", "", text).replace("μ", "µ").casefold().rstrip("s")


_KNOWN_UNITS = frozenset(
    _unit(unit)
    for unit in (
        "V kV mV VDC VAC A mA kA W kW MW VA kVA Hz kHz MHz N kN Nm N·m Pa kPa MPa bar mbar psi mm cm m km "
        "µm inch in ft g kg mg t l ml L min h hour minute second s ms µs us ns microsecond millisecond "
        "nanosecond day week month year °C ℃ °F C F K % rpm dB Ah mAh Wh kWh Ω kΩ ohm byte kB MB GB bit "
        "毫米 厘米 米 秒 分钟 小时 天 周 月 年 伏 安 瓦 度"
    ).split()
)


def contradicts(sentence: str, passage: str) -> bool:
    """A plain yes against a passage's "never", or a plain no where it denies nothing."""
    denied = bool(_NEGATION.search(passage))
    if _AFFIRMS.match(sentence):
        return denied
    return bool(_DENIES.match(sentence)) and not denied


def affirms_what_is_denied(sentence: str, passage: str) -> bool:
    """Whether a sentence without a negation says what the passage only mentions to forbid it.

    "Soapy water; no mineral oil or grease" carries every word of "Use mineral oil": the words that stand
    in denying clauses alone tell the two apart.
    """
    if _NEGATION.search(sentence):
        return False
    denied: set[str] = set()
    stated: set[str] = set()
    for clause in _CLAUSE.split(passage):
        (denied if _NEGATION.search(clause) else stated).update(query_words(clause))
    content = query_words(sentence)
    turned = [term for term in content if term in denied - stated]
    return len(turned) >= max(1, MIN_SHARE_TURNED * len(content))
