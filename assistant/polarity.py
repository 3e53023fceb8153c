"""Whether a sentence says yes where its passage says no: clause by clause, in English and Chinese."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.opposites import opposed
from assistant.sentences import sentences
from ingest.terms import query_words

MIN_SHARE_ALIGNED = 0.5
"""Share of a clause's content words that a passage's clause must hold to be about the same thing."""
MIN_SHARE_ASKED = 0.25
"""The same for a yes or no: a question shares fewer words with what answers it."""
MIN_SHARE_TURNED = 0.2
"""Share of a sentence's content words that must come from denying clauses alone for it to be withheld."""

_BORDER = re.compile(
    r"[;,:!?|。；，：！？\n()（）]|\.(?!\d)|\b(?:but|instead|if|when|while|because|unless|until|otherwise|"
    r"so that|whereas|although|and not|rather than)\b|而(?!且)|但|如果|若|因为|否则|除非|以免|直到",
    re.IGNORECASE,
)
# What looks like a denial and is none: limits, alternatives, names.
_NEUTRAL = re.compile(
    r"\bnot only\b|"
    r"\b(?:no|not) (?:later|earlier|more|less|longer|shorter|fewer|greater|higher|lower)(?: \w+)? than\b|"
    r"\b(?:(?:must|may|shall|should|do|does|can|will) ?)?not (?:to )?exceed\w*|"
    r"\b(?:whether )?or not\b|\bif not\b|"
    r"\bno\. ?\d+|\bnon-\w+|\bno-load\b|\b(?:do not|don't|never) (?:forget|fail) to\b|\bnot until\b|"
    r"不锈钢|不断|不同|不仅|不但|不管|不论|不足|不平衡|不良|不明|"
    r"不(?:得|应|能|可|要|宜|允许)?(?:超过|大于|高于|多于|少于|低于|小于)|不得不|不能不|不可不|"
    r"是否|能否|可否|是不是|能不能|有没有|可不可以|要不要|会不会|该不该|需不需要|用不用|行不行|"
    r"(?:不要|切勿|勿|别)忘记?|无论|无线|无级|无铅|无刷|无缝|无菌|无极|无油|无纺|无误|未来|非常",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|never|neither|nor|cannot)\b|n['’]t\b|"
    r"\b(?:forbidden|prohibit(?:s|ed)?|forbids?|impermissible|inadmissible|disallowed|avoid(?:s|ed|ing)?|refrain)\b|"
    r"\bno (?:longer|one|need|person)\b|\bunder no circumstances\b|"
    r"不|勿|禁止|严禁|避免|无需|无须|无法|没|未|(?<![分区级特识类个判鉴辨性])别(?![的处名人])",
    re.IGNORECASE,
)
_LACKS = re.compile(r"\b(?:without|no|none|nothing|lack(?:s|ing)?)\b|无(?![需须法])", re.IGNORECASE)
_PROHIBITS = re.compile(
    r"^\W*(?:never|do not|don['’]t|must not|not|严禁|禁止|切勿|请勿|勿|不得|不要|不可|不准)", re.IGNORECASE
)
_ALTERNATIVE = re.compile(r"\b(?:or|nor)\b|或", re.IGNORECASE)
_YES = re.compile(
    r"^\s*(?:yes\b|是的|可以|能(?=[，,。]|$)|对(?=[，,。]|$)|是(?=[，,。]|$))[\s,，。.!]*", re.IGNORECASE
)
_NO = re.compile(
    r"^\s*(?:no(?=\s*[,;:!]|\.(?!\s?\d)|\s+(?:you|it|they|that|this|do|never)\b|\s*$)|不(?=[，,。]|$)|不(?:可以|能|行|是|需要|应该)(?=[，,。]|$)|"
    r"否(?=[，,。]|$))[\s,，。.!]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence.

    Args:
        terms: Its content words.
        denies: It says that something is not, or must not be.
        lacks: It names something absent: "without oil".
    """

    text: str
    sentence: str
    terms: frozenset[str]
    denies: bool
    lacks: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a sentence turns round: its own word and the passage's, both empty for a yes or no turned."""

    said: str = ""
    source: str = ""


@lru_cache(maxsize=512)
def clauses(text: str) -> tuple[Clause, ...]:
    """Cut a text into clauses; a prohibition holds for all that its "or" joins."""
    found: list[Clause] = []
    for span in sentences(text):
        pieces = _pieces(span.text)
        reach = _reach(pieces)
        for number, piece in enumerate(pieces):
            plain = _NEUTRAL.sub(" ", piece)
            terms = frozenset(query_words(piece)) if re.search(r"\w", piece) else frozenset()
            denies = bool(_DENIES.search(plain)) or number in reach
            found.append(Clause(piece, span.text, terms, denies, bool(_LACKS.search(plain))))
    return tuple(found)


def conflict(sentence: str, passage: str, question: str = "") -> Conflict | None:
    """What a sentence says against a passage; None when nothing.

    Args:
        question: What was asked; a leading yes or no is understood by it.
    """
    turned = _turned_answer(sentence, passage, question)
    if turned:
        return turned
    said = _NO.sub("", _YES.sub("", sentence, count=1), count=1) or sentence
    theirs = clauses(passage)
    pairs = [(clause, _nearest(clause.terms, theirs, MIN_SHARE_ALIGNED)) for clause in clauses(said)]
    if not any(near for _, near in pairs):
        whole = clauses_joined(said)
        pairs = [(whole, _nearest(whole.terms, theirs, MIN_SHARE_ALIGNED))]
    for clause, near in pairs:
        found = [_clash(clause, other) for other in near]
        if all(found) and found:
            return found[0]
    if any(_differs(clause, other) for clause, near in pairs for other in near):
        return None  # "lock it before you remove the guard" is what "never remove it before" says
    return Conflict() if affirms_what_is_denied(sentence, passage) else None


def is_bare_answer(sentence: str) -> str:
    """ "yes" or "no" when a sentence is nothing more; else empty."""
    for pattern, name in ((_YES, "yes"), (_NO, "no")):
        match = pattern.match(sentence)
        if match and match.end() == len(sentence):
            return name
    return ""


def answers(sentence: str, passage: str, question: str) -> bool | None:
    """Whether a bare yes or no is what a passage says to a question; None where it does not say."""
    near = _nearest(clauses_joined(question).terms, clauses(passage), MIN_SHARE_ALIGNED)
    if not near:
        return None
    turned = all(_clash(_asked(question), other) for other in near)
    return turned == (is_bare_answer(sentence) == "no")


def affirms(sentence: str) -> bool:
    """Whether a sentence opens with a yes."""
    return bool(_YES.match(sentence))


def speaks_of(question: str, passage: str) -> bool:
    """Whether one clause or sentence of a passage holds most of what is asked.

    A record of a table is no sentence: its fields say nothing together.
    """
    terms = clauses_joined(question).terms
    wholes = [clauses_joined(span.text) for span in sentences(passage) if "|" not in span.text]
    return bool(_nearest(terms, [*clauses(passage), *wholes], MIN_SHARE_ALIGNED))


def affirms_what_is_denied(sentence: str, passage: str) -> bool:
    """Whether a sentence without a negation says what the passage only mentions to forbid it.

    "Soapy water; no mineral oil or grease" carries every word of "Use mineral oil": the words that stand
    in denying clauses alone tell the two apart.
    """
    if any(clause.denies or clause.lacks for clause in clauses(sentence)):
        return False
    denied: set[str] = set()
    stated: set[str] = set()
    for clause in clauses(passage):
        (denied if clause.denies or clause.lacks else stated).update(clause.terms)
    content = query_words(sentence)
    turned = [term for term in content if term in denied - stated]
    return len(turned) >= max(1, MIN_SHARE_TURNED * len(content))


def clauses_joined(text: str) -> Clause:
    """A whole text as one clause."""
    parts = clauses(text)
    return Clause(
        text,
        text,
        frozenset(term for part in parts for term in part.terms),
        any(part.denies for part in parts),
        any(part.lacks for part in parts),
    )


def _pieces(sentence: str) -> list[str]:
    """The clauses of a sentence; each keeps the word that opens it."""
    pieces: list[str] = []
    start = 0
    for match in _BORDER.finditer(sentence):
        if match.start() > start:
            pieces.append(sentence[start : match.start()])
            start = match.start()
    pieces.append(sentence[start:])
    return [piece for piece in pieces if piece.strip()]


def _reach(pieces: Sequence[str]) -> frozenset[int]:
    """The clauses for which a prohibition before them holds: "never open, close or adjust"."""
    reached: set[int] = set()
    for number, piece in enumerate(pieces):
        if not _PROHIBITS.match(piece):
            continue
        joined = [later for later in range(number + 1, len(pieces)) if _ALTERNATIVE.search(pieces[later])]
        reached.update(range(number + 1, max(joined, default=number) + 1))
    return frozenset(reached)


def _nearest(terms: frozenset[str], among: Sequence[Clause], least: float) -> list[Clause]:
    """The clauses that hold most of the terms and least else: one, but for ties."""
    best: list[Clause] = []
    rank = (0.0, 0.0)
    for clause in among:
        shared = len(terms & clause.terms)
        if not shared:
            continue
        this = (shared / len(terms), shared / len(terms | clause.terms))
        if this[0] >= least and this >= rank:
            best = [*best, clause] if this == rank else [clause]
            rank = this
    return best


def _clash(said: Clause, source: Clause) -> Conflict | None:
    """Two denials, or a denial and an opposite, cancel out: "keep closed" is "do not open"."""
    denial = _differs(said, source)
    words = opposed(said.text, source.text) or (
        opposed(said.text, source.sentence) if not opposed(source.text, said.text) else None
    )
    if denial == bool(words):
        return None
    return Conflict(*words) if words else Conflict()


def _differs(said: Clause, source: Clause) -> bool:
    ours, theirs = (said.denies, said.lacks), (source.denies, source.lacks)
    both, neither, lacking = (True, True), (False, False), (False, True)
    if {ours, theirs} == {both, neither}:
        return False
    if any(ours) != any(theirs):
        return True
    return {ours, theirs} == {both, lacking}


def _turned_answer(sentence: str, passage: str, question: str) -> Conflict | None:
    """A leading yes or no against what the passage says to the question."""
    yes, no = _YES.match(sentence), _NO.match(sentence)
    found = yes or no
    if found is None:
        return None
    asked = _asked(question or sentence[found.end() :])
    # Without the question it is not known what a "no" denies: what follows it may say so already.
    near = (
        None
        if no and not question
        else _nearest(asked.terms, clauses(passage), MIN_SHARE_ASKED if yes else MIN_SHARE_ALIGNED)
    )
    if not near:
        denied = any(clause.denies or clause.lacks for clause in clauses(passage))
        return Conflict() if no and not denied else None
    turned = all(_clash(asked, other) for other in near)
    return Conflict() if turned == bool(yes) else None


def _asked(question: str) -> Clause:
    """A question as a statement: "can't I use" asks whether I can."""
    return clauses_joined(re.sub(r"^(\s*\w+)n['’]t\b", r"\1", question))
