"""The command line as scripts and people use it, with the real models.

A process of its own loads torch and the embedder anew, which takes longer than all that is asked of it. So
one of each kind is started, and the other commands run in this process, by the same `main`.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command import millwright

pytestmark = pytest.mark.model


def in_a_process(*arguments: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
    """`millwright …` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "assistant.cli", *map(str, arguments)],
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def test_help_answers_in_half_a_second() -> None:
    seconds = []
    for _ in range(5):
        started = time.monotonic()
        done = in_a_process("--help")
        seconds.append(time.monotonic() - started)
        assert done.returncode == 0
    assert min(seconds) < 0.5


def test_every_command_of_the_help_is_in_the_readme() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    lines = millwright("--help").stdout.split("commands:")[1].splitlines()
    names = [line.split()[0] for line in lines if line.startswith("    ") and line[4] != " "]
    assert len(names) >= 7
    assert [name for name in names if f"millwright {name}" not in readme] == []


def test_a_question_is_answered_from_the_right_page(plant_data: Path) -> None:
    question = "What torque do the casing cover nuts of the pump get?"
    done = in_a_process(
        "ask", question, "--engine", "extractive", "--json", "--index", "plant", "--data", plant_data
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert {"question", "answer", "support", "citations", "unsupported", "hits", "ms", "tokens"} <= set(
        answer
    )
    assert {"retrieve", "first_token", "total"} == set(answer["ms"])
    assert {"prompt", "answer"} == set(answer["tokens"])
    assert {"marker", "doc", "section", "page", "quote"} <= set(answer["citations"][0])
    assert "55 N·m" in answer["answer"]
    cited = next(citation for citation in answer["citations"] if "55 N·m" in citation["quote"])
    assert (cited["doc"], cited["page"]) == ("p101-rev-c.pdf", 10)


def test_a_procedure_is_told_whole_in_its_order_with_its_warnings_first(plant_data: Path) -> None:
    from assistant.app import build
    from assistant.config import Settings

    application = build(Settings(), plant_data, "plant")
    for question, steps in (("HP-2 换油步骤是什么？", 11), ("How do I replace the bearings of P-101?", 7)):
        answer = application.ask(question)
        lines = answer.text.splitlines()
        numbers = [int(line.split(".")[0]) for line in lines if line.split(".")[0].isdigit()]
        assert numbers == list(range(1, steps + 1))
        # As they stand, and at once: no model's words are waited for.
        assert (answer.engine, answer.written) == ("extractive", "")
        warned = [at for at, line in enumerate(lines) if line.startswith("危险")]
        assert not warned or warned[0] < lines.index("1. 将打包机压头降到支撑座上，停泵。")
        assert {entry.quote for entry in answer.warnings} >= {lines[at] for at in warned}


def test_the_small_model_answers_in_its_own_words_and_is_cited(plant_data: Path) -> None:
    from assistant.app import build
    from assistant.config import GenerateSettings, Settings
    from assistant.records import Done, Evidence, Words

    application = build(Settings(generate=GenerateSettings(model="small")), plant_data, "plant")
    events = list(application.stream("What may the O-rings of the new pump seal be wetted with?"))
    last = events[-1]
    assert isinstance(events[0], Evidence)
    assert any(isinstance(event, Words) for event in events)
    assert isinstance(last, Done)
    assert last.answer.engine == "llama.cpp"
    assert last.answer.tokens.prompt > 50
    assert last.answer.tokens.answer > 3
    assert "soap" in last.answer.text.lower()
    assert "with mineral oil" not in last.answer.text.lower()
    # A warning may stand beside what was found.
    cited = set(last.answer.citations) - set(last.answer.warnings)
    assert cited
    assert all(citation.quote in texts(last) for citation in cited)


def test_retrieval_is_measured_on_a_file_of_questions(plant_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    gold = {"doc": "p101-rev-c.pdf", "passage_or_section": "Tightening torques"}
    question = "What torque do the casing cover nuts of the pump get?"
    path.write_text(json.dumps({"id": "1", "question": question, "gold": gold, "must_contain": ["55"]}))
    done = millwright("eval", path, "--json", "--index", "plant", "--data", plant_data)
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert measured["questions"] == 1
    assert measured["text@5k"] == 1.0
    saved, page = tmp_path / "run.json", tmp_path / "page.html"
    saved.write_text(done.stdout)
    compared = ("--against", saved, "--plot", page)
    done = millwright("eval", path, *compared, "--index", "plant", "--data", plant_data)
    assert "text@5k" in done.stdout, done.stderr
    assert "<table>" in page.read_text()
    done = millwright("eval", tmp_path / "none.jsonl", "--index", "plant", "--data", plant_data)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def texts(done: object) -> str:
    from assistant.records import Done

    assert isinstance(done, Done)
    return "\n\n".join(hit.chunk.text for hit in done.answer.hits)


def test_a_file_of_questions_gives_a_json_line_each_with_its_id(plant_data: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    entries = [
        {"id": "a", "question": "grease for the pump"},
        {"id": "b", "question": "换油以后空载运行多久？"},
    ]
    file.write_text("\n".join(json.dumps(entry) for entry in entries), encoding="utf-8")
    done = millwright("search", "--from", file, "--limit", "3", "--index", "plant", "--data", plant_data)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["a", "b"]
    assert [hit["rank"] for hit in lines[0]["hits"]] == [1, 2, 3]
    assert {"score", "chunk_id", "doc", "title", "section", "page", "text"} <= set(lines[0]["hits"][0])
    assert lines[1]["hits"][0]["doc"].endswith("sop-021-hp2-oil-change-zh.docx")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("ingest", "NOWHERE"), 1, "NOWHERE: no such file or folder"),
        (("ingest", "EMPTY"), 1, "no files to read"),
        (("ask", "", "--engine", "extractive"), 1, "the question is empty"),
        (("ask", "x" * 10_000, "--engine", "extractive"), 1, "10,000 characters"),
        (("ask", "grease?", "--index", "absent"), 1, "there is no index of that name"),
        (("ask",), 1, "no question given"),
        (("search", "grease", "--filter", "colour=red"), 1, "unknown filter 'colour'"),
        (("search", "grease", "--filter", "machine"), 1, "KEY=VALUE"),
        (("ask", "grease?", "--engine", "magic"), 1, "unknown engine 'magic'"),
        (("models", "fetch", "gpt"), 1, "no such model"),
        (("dance",), 2, "invalid choice"),
        (("search", "grease", "--limit", "0"), 2, "less than 1"),
    ],
)
def test_a_mistake_is_told_in_one_clear_line(
    plant_data: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    (tmp_path / "EMPTY").mkdir()
    given = [str(tmp_path / word) if word in ("NOWHERE", "EMPTY") else word for word in arguments]
    if "--index" not in given and given[0] in ("ask", "search"):
        given += ["--index", "plant"]
    if given[0] in ("ask", "search", "ingest"):
        given += ["--data", str(plant_data)]
    done = millwright(*given)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    if code == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_of_the_wrong_type_is_a_row_and_exit_code_1(fetched_models: None, tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    (folder / "good.md").write_text("# Pump\n\nGrease it every 500 h.\n", encoding="utf-8")
    (folder / "bad.pdf").write_text("<!doctype html><p>log in</p>", encoding="utf-8")
    done = millwright("ingest", folder, "--json", "--data", tmp_path / "data")
    rows = {row["path"]: row["outcome"] for row in json.loads(done.stdout)["files"]}
    assert done.returncode == 1
    assert rows == {"bad.pdf": "type_mismatch", "good.md": "ok"}


def test_settings_with_an_unknown_key_are_refused_with_the_known_ones(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[generate]\nmodle = 'x'\n", encoding="utf-8")
    done = millwright("--settings", settings, "doctor")
    assert done.returncode == 1
    assert "unknown key 'modle'; the known ones are engine, model" in done.stderr
    done = millwright("doctor", MILLWRIGHT_GENERATE_THREADS="many")
    assert "must be a number" in done.stderr


def test_doctor_says_what_is_missing_and_how_to_mend_it(tmp_path: Path) -> None:
    done = millwright("doctor", "--json", "--data", tmp_path, MILLWRIGHT_CACHE=str(tmp_path))
    findings = {entry["what"]: entry for entry in json.loads(done.stdout)}
    assert done.returncode == 1
    assert "millwright models fetch" in findings["Embedder"]["mend"]
    assert "millwright ingest" in findings["Index 'default'"]["mend"]
    assert findings["faiss-cpu"]["ok"]


def chat(data: Path, *arguments: str) -> tuple[str, ...]:
    return ("chat", "--engine", "extractive", "--index", "plant", "--data", str(data), *arguments)


def test_a_conversation_goes_on_after_a_restart(plant_data: Path) -> None:
    assert millwright(*chat(plant_data), said="What does E023 mean?\n\n").returncode == 0
    kept = millwright(*chat(plant_data, "--list")).stdout
    (line,) = [line for line in kept.splitlines() if "E023" in line]
    known, *_ = line.split()
    assert "1 turns" in line
    continued = in_a_process(*chat(plant_data, "--continue", known[:6]), said="And E024?\n\n")
    assert continued.returncode == 0, continued.stderr
    assert "What does E023 mean?" in continued.stderr
    assert "Understood as: What does E024 mean?" in continued.stdout
    assert "2 turns" in millwright(*chat(plant_data, "--list")).stdout.splitlines()[0]
    last = millwright(*chat(plant_data, "--continue"), said="And E025?\n\n")
    assert "Understood as: What does E025 mean?" in last.stdout
    unknown = millwright(*chat(plant_data, "--continue", "nothing"))
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
    assert "`millwright chat --list`" in unknown.stderr


def test_chat_goes_on_after_a_mistake(plant_data: Path) -> None:
    said = "x" * 5000 + "\nWhat does E021 mean?\nAnd E022?\n/forget\n\n"
    done = millwright(*chat(plant_data), said=said)
    assert done.returncode == 0
    assert "at most 4,000" in done.stderr
    assert "E021" in done.stdout
    assert "Understood as: What does E022 mean?" in done.stdout
    assert "(about alarm E022" in done.stderr
    assert "about nothing in particular" in done.stdout


def test_a_log_is_analysed_with_its_codes_from_the_index(plant_data: Path) -> None:
    log = Path(__file__).parents[2] / "examples" / "plant" / "logs" / "line1-controller.log"
    done = millwright("analyse-log", log, "--index", "plant", "--data", plant_data)
    assert done.returncode == 0, done.stderr
    assert "P-101 E012" in done.stdout
    assert "Clean the strainer when the gauges before and after it differ" in done.stdout
    assert "p101-rev-c.pdf" in done.stdout
    assert "In no document: " in done.stdout
    assert "A577" in done.stdout.split("In no document: ")[1].splitlines()[0]
    assert "millwright ask 'LINE-1 shows L902." in done.stdout
    done = millwright("analyse-log", log, "--index", "plant", "--data", plant_data, "--json", "--gap", "30")
    found = json.loads(done.stdout)
    assert {
        "file",
        "format",
        "lines",
        "bursts",
        "counts",
        "timeline",
        "codes",
        "unknown",
        "suggested",
    } <= set(found)
    assert found["format"]["columns"]["code"] == "word 3"
    assert found["gap_s"] == 30
    assert sum(burst["alarms"] for burst in found["bursts"]) == found["lines"]["raised"]


def test_a_log_is_analysed_without_any_index_and_a_wrong_option_is_told(tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    log.write_text("time,machine,code\n2026-02-17 07:42:10,P-101,E012\n")
    done = millwright("analyse-log", log, "--data", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Codes were not looked up: " in done.stdout
    done = millwright("analyse-log", log, "--data", tmp_path, "--code-column", "none")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "no such column; the columns are 'time', 'machine', 'code'" in done.stderr
    assert millwright("analyse-log", log, "--gap", "-1").returncode == 2


def test_a_fault_report_is_begun_from_a_log_confirmed_and_exported(plant_data: Path, tmp_path: Path) -> None:
    def report(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return millwright("report", *arguments, "--index", "plant", "--data", plant_data)

    log = Path(__file__).parents[2] / "examples" / "logs" / "line1-week8.csv"
    begun = report(
        "new",
        "--from-log",
        log,
        "--burst",
        "2",
        "--by",
        "Reed",
        "--set",
        "event.symptom=No suction",
        "--json",
    )
    assert begun.returncode == 0, begun.stderr
    made = json.loads(begun.stdout)
    name = made["header"]["report_id"]
    assert (made["equipment"]["asset_id"], made["event"]["alarm_codes"][0]["code"]) == ("P-101", "E012")
    assert "Strainer clogged" in made["diagnosis"]["hypotheses"][0]["cause"]
    assert "impact.safety" in made["missing_fields"]
    assert "event.failed_at" in made["unconfirmed"]
    assert report("confirm", name, "--by", "Reed", "--status", "in_review", "--json").returncode == 0
    refused = report("confirm", name, "--by", "Kerr", "--status", "approved")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert report("confirm", name, "--by", "Reed").returncode == 0
    assert report("confirm", name, "--by", "Kerr", "--status", "approved").returncode == 0
    refused = report("edit", name, "--set", "event.symptom=other")
    assert "is approved and is not changed any more" in refused.stderr
    assert report("export", name, "--to", "docx", "--out", tmp_path / "r.docx").returncode == 0
    assert (tmp_path / "r.docx").read_bytes().startswith(b"PK")
    assert "# Fault report FR-" in report("export", name).stdout
    assert json.loads(report("export", name, "--to", "json").stdout)["status"] == "approved"
    assert name in report("list").stdout
    assert "event.symptom: What was seen or heard" in report("fields").stdout
    assert report("show", "FR-20000101-001").returncode == 1


def test_a_fault_report_is_drafted_from_a_text_without_any_index(tmp_path: Path) -> None:
    event = tmp_path / "event.txt"
    event.write_text("设备：HP-2\n10:05 油温升到 71 °C，液压站停机。\n原因\n过滤网堵塞。\n", encoding="utf-8")
    told = ("report", "new", "--engine", "extractive", "--by", "Reed", "--data", tmp_path, "--json")
    done = millwright(*told, "--from-text", event)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["language"], made["equipment"]["asset_id"]) == ("zh", "HP-2")
    assert made["diagnosis"]["hypotheses"][0]["cause"] == "过滤网堵塞。"
    assert made["provenance"]["equipment.asset_id"]["confirmed_by"] == ""
    assert "diagnosis.root_cause" not in made["provenance"]
    refused = millwright(*told, "--from-text", tmp_path / "none.txt")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "none.txt: cannot be read" in refused.stderr
    refused = millwright(*told, "--from-conversation", "none")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
