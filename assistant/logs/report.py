"""An analysed log with what the documents say of its codes, and the question that it suggests."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.logs.lookup import CodeEntry, Documents, look_up
from assistant.logs.records import LogAnalysis
from assistant.records import Language
from ingest.terms import look_alike

_QUESTIONS: dict[Language, tuple[str, str]] = {
    "en": (
        "{machine} shows {code}. What is the cause and what do I do?",
        "What is the cause of {code} and what do I do?",
    ),
    "zh": ("{machine} 报警 {code}，原因是什么，怎么处理？", "报警 {code} 的原因是什么，怎么处理？"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question for `ask`; `machine` is a filter, empty when the documents do not know the machine."""

    question: str
    machine: str = ""


@dataclass(frozen=True, slots=True)
class LogReport:
    """A log, explained.

    Args:
        codes: Those looked up, most frequent first.
        left: How many codes were not looked up.
        note: Why none was looked up; empty when they were.
    """

    analysis: LogAnalysis
    codes: tuple[CodeEntry, ...]
    left: int
    suggestion: Suggestion
    note: str = ""

    @property
    def unknown(self) -> list[str]:
        """The codes that no document holds."""
        return [entry.code for entry in self.codes if entry.status == "unknown"]


def explained(
    analysis: LogAnalysis, documents: Documents | None, looked_up: int, language: Language, note: str = ""
) -> LogReport:
    """Look the codes of a log up.

    Args:
        documents: None when there are none; `note` says why.
        looked_up: At most so many codes.
    """
    # Half of the room is kept for codes that come first, however seldom they are.
    firsts = sorted(analysis.counts, key=lambda count: -count.first_out)[: looked_up // 2]
    chosen = list({count.code: count for count in [*firsts, *analysis.counts]}.values())[:looked_up]
    chosen.sort(key=lambda count: -count.count)
    pairs = [(count.code, count.machines[0]) for count in chosen]
    entries = look_up(pairs, documents, language) if documents else []
    left = len(analysis.counts) - len(entries)
    return LogReport(analysis, tuple(entries), left, suggested(analysis, language), note)


def suggested(analysis: LogAnalysis, language: Language) -> Suggestion:
    """The question about the alarm that comes first most often."""
    machine, code, _ = analysis.first_outs[0]
    with_machine, without = _QUESTIONS[language]
    question = with_machine.format(machine=machine, code=code) if machine else without.format(code=code)
    return Suggestion(question, _known(machine, analysis.options.known_machines))


def _known(machine: str, known: Sequence[str]) -> str:
    return next((name for name in known if machine and look_alike(name) == look_alike(machine)), "")
