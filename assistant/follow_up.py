"""A follow-up as a question that stands alone, by rules: what changes, what "it" is, what is left out.

Pure functions; a question that stands alone is never changed.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

from assistant import follow_up_chinese, follow_up_english
from assistant.leaning import Form, Opening, Pointing
from assistant.names import Name, NameKind, distinct, half_width, names
from assistant.quantities import Quantity, measures
from assistant.records import Card, Turn
from assistant.sentences import sentences
from ingest.terms import content_words, is_chinese

_LONGEST_BASE = 300
"""Characters of what came before that are put in front of a follow-up."""
_MOST_TERMS, _MOST_TERMS_CHINESE = 10, 24
"""Whoever writes more has said what the question is about; Chinese terms overlap."""
_LIST = re.compile(r"\s*(?:,|/|、|和|与|及|或|\band\b|\bor\b)\s*", re.IGNORECASE)
_SINGULAR = {"do": "does", "are": "is", "have": "has"}
_PLURAL = re.compile(r"\b(do|are|have)\s+((?:the\s+)?(?:\w+\s+)?)?$", re.IGNORECASE)
# What a question about a code consists of beside the code; the stop words are gone already.
_ABOUT_A_NAME = re.compile(
    r"mean\w*|show\w*|say\w*|display\w*|signif\w*|explain\w*|alarm\w*|code\w*|error\w*|fault\w*|messag\w*|warn\w*|"
    r"descri\w*|pump|machin\w*|报警|警报|告警|代码|故障|错误|表示|意思|含义|代表|解释|说明|是什|什么|么意|么含|设备|"
    r"警代|障代|误代|码表|码的|的含|的意",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone.

    Args:
        question: As it was asked where it stood alone already.
        base: What was put in front of it, unchanged; empty when nothing was.
        settled: False where it leans on something that the rules did not find.
    """

    question: str
    base: str = ""
    settled: bool = True


def resolve(
    question: str, history: Sequence[Turn], machines: Sequence[str] = (), about: Card | None = None
) -> Resolved:
    """Say a question so that it stands alone.

    Args:
        history: The turns before it, oldest first.
        machines: The machines that documents are about.
        about: What the conversation is about, for "this alarm" after a question that names none.
    """
    most = _MOST_TERMS_CHINESE if is_chinese(question) else _MOST_TERMS
    if not history or not question.strip() or len(content_words(question)) > most:
        return Resolved(question)
    text, said = half_width(question.strip()), _Said(history, machines)
    named = names(text, machines)
    rules: ModuleType = follow_up_chinese if is_chinese(text) else follow_up_english
    asked: Opening = rules.opening(text)
    form: Form = rules.form_of(asked, named)
    pointing: Pointing | None = rules.pointing(text, named)
    if pointing and pointing.kind in ("other", "first", "second"):
        return _numbered(text, asked, form, pointing, said)
    if form == "names":
        return _exchanged(text, asked, named, said)
    if form == "condition":
        return _under_condition(text, asked, named, said)
    if pointing:
        return _referring(text, pointing, said, about or Card())
    if form == "asking" or (asked.led and form == "phrase"):
        return _joined(_with_names(said.base, named, said) or said.base, text)
    return Resolved(question)


class _Said:
    """What was asked and answered before."""

    def __init__(self, history: Sequence[Turn], machines: Sequence[str]) -> None:
        self.machines = machines
        self.questions = [half_width(turn.answer.resolved or turn.question) for turn in history]
        self.answers = [half_width(turn.answer.text) for turn in history]
        self.base = self.questions[-1]

    def named(self, text: str, kind: NameKind | None = None) -> list[Name]:
        return distinct(names(text, self.machines), kind)


def _numbered(text: str, asked: Opening, form: Form, pointing: Pointing, said: _Said) -> Resolved:
    """ "And the other one?": the code or machine that is meant, in the question before or in this one."""
    kinds: tuple[NameKind, ...] = (pointing.of,) if pointing.of else ("code", "machine")
    meant = next((name for kind in kinds if (name := _meant(said, kind, pointing))), None)
    if meant is None:
        return _joined(said.base, text, settled=False)
    rest = asked.rest.replace(half_width(text[pointing.start : pointing.end]), "").strip()
    if form != "clause" and not content_words(rest):
        base = _put(said.base, [meant], said)
        return Resolved(base) if base else _joined(said.base, text, settled=False)
    noun = f"{pointing.noun} " if pointing.noun else ""
    return Resolved(f"{text[: pointing.start]}{noun}{meant.text}{text[pointing.end :]}")


def _meant(said: _Said, kind: NameKind, pointing: Pointing) -> Name | None:
    if pointing.kind == "other":
        return _other(said, kind)
    # The first or second of those named together last, in a question or else in an answer.
    for text in (*reversed(said.questions), *reversed(said.answers)):
        together = said.named(text, kind)
        if len(together) > 1:
            return together[pointing.kind == "second"]
    return None


def _other(said: _Said, kind: NameKind) -> Name | None:
    """The one of the two named last that is not in question now; None when there are more, or none."""
    now = said.named(said.base, kind)
    if len(now) == 2:
        # Both were asked for: the other is the one that the answer has not spoken of.
        spoken = {name.key for name in said.named(said.answers[-1], kind)}
        left = [name for name in now if name.key not in spoken]
        return left[0] if len(left) == 1 else None
    if len(now) != 1:
        return None
    for text in (*reversed(said.questions), *reversed(said.answers)):
        others = [name for name in said.named(text, kind) if name.key != now[0].key]
        if others:
            return others[0] if len(others) == 1 else None
    return None


def _exchanged(text: str, asked: Opening, named: Sequence[Name], said: _Said) -> Resolved:
    """ "What about P-102?": the question before, about P-102."""
    base = _with_names(said.base, named, said)
    if base == _added(said.base, named[0].text):
        # It has no such name; "for P-102" says how this one belongs to it.
        return Resolved(_added(said.base, asked.rest))
    return Resolved(base) if base else _joined(said.base, text, settled=False)


def _with_names(base: str, named: Sequence[Name], said: _Said) -> str:
    """The base about other names; empty where it is not clear which of its own they replace."""
    kinds: tuple[NameKind, ...] = ("machine", "code")
    for kind in kinds:
        new = distinct(named, kind)
        if new and base:
            base = _put(base, new, said)
    return base


def _put(base: str, new: Sequence[Name], said: _Said) -> str:
    """The base with its names of that kind replaced; empty when it names several that are no list."""
    kind, text = new[0].kind, (" 和 " if is_chinese(base) else " and ").join(name.text for name in new)
    everywhere = [name for name in names(base, said.machines) if name.kind == kind]
    olds = distinct(everywhere)
    if [old.key for old in olds] == [name.key for name in new]:
        return base
    if not olds:
        return _added(base, text)
    if len(olds) > 1:
        between = [base[one.end : two.start] for one, two in itertools.pairwise(everywhere)]
        if not all(_LIST.fullmatch(piece) for piece in between):
            return ""
        before = base[: everywhere[0].start]
        if len(new) == 1:
            before = _PLURAL.sub(lambda verb: f"{_SINGULAR[verb[1].lower()]} {verb[2] or ''}", before)
        return before + text + base[everywhere[-1].end :]
    for old in reversed(everywhere):
        base = base[: old.start] + text + base[old.end :]
    return base


def _under_condition(text: str, asked: Opening, named: Sequence[Name], said: _Said) -> Resolved:
    """ "And at 4 bar?": the question before, with that value in the place of its own."""
    base = _with_names(said.base, named, said)
    if not base:
        return _joined(said.base, text, settled=False)
    if named and base != said.base and not measures(text).quantities:
        return Resolved(base)
    for new in measures(asked.rest).quantities:
        old = next((entry for entry in measures(base).quantities if _one_kind(entry, new)), None)
        if old is not None and base.count(old.shown) == 1:
            return Resolved(base.replace(old.shown, new.shown))
    return Resolved(_added(base, asked.rest))


def _one_kind(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are of one family of units, such as two pressures."""
    families = [{unit.rpartition("|")[2] or unit for unit in entry.units} - {""} for entry in (one, other)]
    return bool(families[0] & families[1])


def _added(base: str, what: str) -> str:
    """The base with a name or a condition more: in front of a Chinese question, at the end of another."""
    if is_chinese(base):
        return f"{what} {base}" if what.isascii() else f"{what}，{base}"
    body = base.rstrip(" ?.!？。！")
    joint = " " if re.match(r"[a-z]+\s", what) else ", "
    return f"{body}{joint}{what}?"


def _referring(text: str, pointing: Pointing, said: _Said, about: Card) -> Resolved:
    """ "How do I clear it?": what was asked about, where that was no more than a name."""
    if pointing.kind == "thing":
        meant = [name.text for name in said.named(said.base, pointing.of)]
        known = about.code if pointing.of == "code" else about.machine
        if len(meant) != 1 and known and not meant:
            meant = [known]
        if len(meant) == 1:
            return Resolved(f"{text[: pointing.start]}{pointing.noun} {meant[0]}{text[pointing.end :]}")
        return _joined(said.base, text)
    subject = _subject(said)
    if pointing.kind != "pronoun" or not subject:
        return _joined(said.base, text)
    ending = ("的" if is_chinese(text) else "'s") if pointing.possessive else ""
    return Resolved(f"{text[: pointing.start]}{subject}{ending}{text[pointing.end :]}")


def _subject(said: _Said) -> str:
    """The names of the question before, where it asks of nothing else; empty otherwise."""
    found = said.named(said.base)
    rest = said.base
    for name in reversed(names(said.base, said.machines)):
        rest = rest[: name.start] + " " + rest[name.end :]
    if not found or any(not _ABOUT_A_NAME.fullmatch(word) for word in content_words(rest)):
        return ""
    codes = [name.text for name in found if name.kind == "code"]
    machines = [name.text for name in found if name.kind == "machine"]
    first = ", ".join(codes or machines)
    return f"{first} ({', '.join(machines)})" if codes and machines else first


def _joined(base: str, text: str, settled: bool = True) -> Resolved:
    """The question before and this one; of a long one, its first sentences."""
    kept = ""
    for span in sentences(base):
        if kept and len(kept) + len(span.text) > _LONGEST_BASE:
            break
        kept = f"{kept} {span.text}".strip()
    kept = kept[:_LONGEST_BASE]
    return Resolved(f"{kept} {text}", kept, settled)
