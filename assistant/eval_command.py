"""`millwright eval`: its options, and what it prints of retrieval or of answers."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.command_line import positive
from assistant.errors import QuestionError

if TYPE_CHECKING:
    from assistant.app import Millwright


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("file", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--against", type=Path, metavar="RUN.json", help="a saved run to compare with")
    parser.add_argument(
        "--plot", type=Path, default=Path("comparison.html"), help="where the comparison goes"
    )
    answers = parser.add_argument_group("answers")
    answers.add_argument("--answers", action="store_true", help="ask the questions and measure the answers")
    answers.add_argument("--engine", help="llama.cpp, transformers, openai, or extractive (quotes only)")
    answers.add_argument("--limit-questions", type=positive, metavar="K", help="only the first K questions")
    answers.add_argument("--judge", metavar="ENGINE", help="an engine that compares answers and references")


def run(parsed: argparse.Namespace, application: "Millwright") -> int:
    """Measure and print."""
    if not parsed.answers:
        if parsed.engine or parsed.judge or parsed.limit_questions:
            raise QuestionError("--engine, --judge and --limit-questions belong to --answers")
        return _retrieval(parsed, application)
    if parsed.against:
        raise QuestionError("--against compares runs of the retrieval; leave --answers out")
    return _answers(parsed, application)


def _retrieval(parsed: argparse.Namespace, application: "Millwright") -> int:
    from assistant.eval_view import print_retrieval, write_comparison
    from assistant.retrieval_report import evaluate

    measured = evaluate(application, parsed.file)
    if parsed.against:
        write_comparison(parsed.against, measured.as_json(), "this run", parsed.plot)
    if parsed.json:
        print(json.dumps(measured.as_json(), ensure_ascii=False))
    else:
        print_retrieval(measured)
    return 0


def _answers(parsed: argparse.Namespace, application: "Millwright") -> int:
    from assistant.answer_eval import evaluate
    from assistant.answer_report import report
    from assistant.answer_view import print_answers
    from assistant.judge import judge

    answering = application.writer(parsed.engine)
    load = getattr(answering.model, "warm", None) if answering else None
    if load is not None:
        load()
    judging = application.writer(parsed.judge) if parsed.judge else None
    opinion = judge(judging.model, judging.timeout_s) if judging else None
    measured = report(evaluate(application, parsed.file, parsed.engine, parsed.limit_questions, opinion))
    if parsed.json:
        print(json.dumps(measured.as_json(), ensure_ascii=False))
    else:
        print_answers(measured)
    return 0
