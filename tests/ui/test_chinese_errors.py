"""Whatever a person at the page can be told of an error has its Chinese."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from assistant.access.records import ROLES, Action
from assistant.reports.records import Status as ReportStatus
from assistant.tickets.records import STATUSES as TICKET_STATUSES
from assistant.ui.reading import sentences, told
from tests.conftest import ROOT

# Modules whose errors no page shows, and why.
ELSEWHERE = (
    # Commands, and what only they (or the MCP server) call.
    r"assistant/(\w+_command|cli|chat|mcp_\w+|doctor|terminal)\.py",
    r"assistant/download\.py",  # only `models fetch` downloads
    r"assistant/access/(passwords|tokens)\.py",  # made by `users` and `token`; a login says right or wrong
    r"assistant/(logs|lessons)/files\.py",  # the folders of `--out`
    r"assistant/tickets/(webhook|courier)\.py",  # the outbox is listed by `ticket deliver`
    # Questions in files, and what was measured with them: by command and API.
    r"assistant/(answer_eval|question_file|eval_view|retrieval_report|judge)\.py",
    r"assistant/settings_file\.py",  # read before anything is served
    r"assistant/api(?!_views)\w*\.py",  # problems for machines, in English; `/view` is for people
)
_ELSEWHERE = re.compile("|".join(ELSEWHERE))
# Nothing but what another error said, which has its own Chinese.
_PASSED_ON = re.compile(r"(?:7: )?7")
_FILLED = "7"

TABLE: dict[str, str] = json.loads(
    Path(__file__).with_name("chinese_errors.json").read_text(encoding="utf-8")
)
"""Errors as they are met, and what the Chinese page says."""


@cache
def trees() -> dict[Path, ast.Module]:
    """Every module by its path below the root."""
    found = [path for name in ("assistant", "ingest") for path in sorted((ROOT / name).rglob("*.py"))]
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in found}


@cache
def made() -> tuple[dict[str, set[str]], list[tuple[Path, str, ast.Call]]]:
    """Every class with what it derives from, and every call of a name with arguments; looked for once."""
    classes: dict[str, set[str]] = {}
    calls: list[tuple[Path, str, ast.Call]] = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                classes[node.name] = {getattr(base, "id", "") for base in node.bases}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                calls.append((path, node.func.id, node))
    return classes, calls


@cache
def errors() -> frozenset[str]:
    """The names of our errors: those that derive from MillwrightError, wherever they are made."""
    known, found = {"MillwrightError"}, {""}
    while found:
        found = {name for name, bases in made()[0].items() if bases & known} - known
        known |= found
    # What is said of a file that is read is checked in test_reading.
    return frozenset(known - {"SourceError"})


def raised() -> Iterator[tuple[Path, ast.Call]]:
    """Where an error is made in what the page reaches."""
    for path, name, call in made()[1]:
        if name in errors() and not _ELSEWHERE.fullmatch(path.as_posix()):
            yield path, call


@cache
def constants() -> dict[str, str]:
    """The texts that modules give a name, by that name."""
    return {
        target.id: node.value.value
        for tree in trees().values()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def samples(node: ast.expr) -> list[str]:
    """The texts that an expression may be, with a number in place of what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return [*samples(node.body), *samples(node.orelse)]
        case ast.JoinedStr():
            parts = [samples(part) for part in node.values]
            return ["".join(chosen) for chosen in product(*parts)]
        case ast.FormattedValue(value=ast.IfExp() as one) if samples(one.body) and samples(one.orelse):
            return samples(one)
        case ast.FormattedValue(value=ast.Name(id=name)) if name in constants():
            return [constants()[name]]
        case ast.FormattedValue():
            return [repr(_FILLED) if node.conversion == ord("r") else _FILLED]
    return []


def messages() -> Iterator[tuple[str, str]]:
    """What they say, and where."""
    for path, call in raised():
        for text in samples(call.args[0]):
            if not _PASSED_ON.fullmatch(text):
                yield f"{path}:{call.lineno}", " ".join(text.split())


def test_every_error_that_the_page_can_show_is_said_in_chinese() -> None:
    met = list(messages())
    assert len(met) > 190
    known = [pattern for pattern, _ in sentences()]
    missing = [row for row in met if not any(pattern.fullmatch(row[1]) for pattern in known)]
    assert missing == []


def test_no_error_fits_two_sentences() -> None:
    known = [pattern for pattern, _ in sentences()]
    fitting = {text: [one.pattern for one in known if one.fullmatch(text)] for _, text in messages()}
    assert {text: found for text, found in fitting.items() if len(found) > 1} == {}


def test_what_an_error_says_stands_where_it_is_made() -> None:
    """Or it is a label of the page, which has its Chinese beside its English; three more are known."""
    known = {
        "assistant/llama_process.py": "started['error']",  # `_why_not` in its child; below
        "assistant/tickets/columns.py": "str(error.errors()[0]['msg'])",  # pydantic's words; below
        "ingest/wire.py": "str(entry['detail'])",  # made in zygote.py, in another process
    }
    for path, call in raised():
        text = ast.unparse(call.args[0])
        labelled = text.startswith(("say(", "speaker(language)("))
        if not samples(call.args[0]) and not labelled:
            assert known.get(path.as_posix()) == text, f"{path}:{call.lineno}"


def test_the_list_of_modules_names_only_what_is_there() -> None:
    paths = [path.as_posix() for path in trees()]
    assert [rule for rule in ELSEWHERE if not any(re.fullmatch(rule, path) for path in paths)] == []


@pytest.mark.parametrize("status", TICKET_STATUSES)
@pytest.mark.parametrize("action", ["reply", "edit", "approve", "reject", "solve", "publish"])
def test_every_status_and_step_of_a_ticket_has_its_word(status: str, action: str) -> None:
    said = told(f"W: it is {status}; to {action} it, it must be {' or '.join(TICKET_STATUSES)}", "zh")
    assert not re.search("[a-z]", said)


def test_every_status_of_a_report_and_every_role_and_right_has_its_word() -> None:
    statuses, rights = get_args(ReportStatus), get_args(Action)
    said = [told(f"F: from {one} follows {' or '.join(statuses)}, not {one}", "zh") for one in statuses]
    said += [
        told(f"R: the role {role!r} does not allow this ({right})", "zh")
        for role in ROLES
        for right in rights
    ]
    assert [line for line in said if re.search("[a-z]", line)] == []


@pytest.mark.parametrize(("english", "chinese"), TABLE.items())
def test_an_error_is_said_in_whole(english: str, chinese: str) -> None:
    assert told(english, "zh") == chinese
    assert told(english, "en") == english
