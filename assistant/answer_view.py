"""What `millwright eval --answers` shows: a table with intervals, seconds, and the misses."""

from assistant.answer_report import AnswerGroup, AnswerReport, Measured

_MISSES_SHOWN = 30
_NAMES = {
    "facts": "must_contain, else figures of the reference",
    "all_facts": "the same, nothing missing",
    "must_contain": "strings of must_contain held",
    "figures": "numbers and codes as in the reference",
    "f1": "token F1 against the reference",
    "rouge_l": "ROUGE-L against the reference",
    "faithful": "written sentences that were supported",
    "carried": "shown sentences carried by their passage",
    "gold_precision": "cited passages of the gold document",
    "gold_recall": "gold text in the cited passages",
    "declined_unanswerable": "declined when unanswerable",
    "declined_answerable": "declined when answerable",
    "judged": "right, says the judge",
}


def print_answers(report: AnswerReport) -> None:
    """The measures of all questions, then of each group, and what was missed."""
    print(f"{report.groups[0].questions} questions, engine {report.engine}\n")
    everything, *parts = report.groups
    for group in (everything, *(part for part in parts if part.questions < everything.questions)):
        _print_group(group)
    shown = sum(len(entry.invented) for entry in report.invented)
    print(f"invented numbers, codes and part numbers: {shown}")
    if report.missed:
        print(f"\nmissed: {len(report.missed)}")
    for miss in report.missed[:_MISSES_SHOWN]:
        case = miss.scored.case
        print(f"{case.id}  {' '.join(case.question.split())[:110]}\n    {miss.reason[:200]}")
    if len(report.missed) > _MISSES_SHOWN:
        print(f"and {len(report.missed) - _MISSES_SHOWN} more; --json lists them all")


def _print_group(group: AnswerGroup) -> None:
    print(f"{group.name} ({group.questions})")
    for name, measured in group.measures.items():
        print(f"  {_NAMES[name]:44} {_cell(measured)}")
    for part, taken in group.seconds.items():
        print(f"  {f'seconds to the {_PARTS[part]}':44} p50 {taken.p50:.2f}  p95 {taken.p95:.2f}")
    print()


_PARTS = {"evidence": "evidence", "first": "first word", "last": "last word"}


def _cell(measured: Measured) -> str:
    figure = measured.figure
    return f"{figure.mean:.3f}  {figure.low:.2f}-{figure.high:.2f}  of {measured.questions}"
