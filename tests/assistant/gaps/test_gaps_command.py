"""`millwright gaps` as it is used in a terminal, with a small embedder in place of the model."""

import json
from pathlib import Path

import pytest

from assistant import cli
from tests.assistant.gaps.test_gaps import QUESTION, TEXT, declined, opened


def test_a_question_is_listed_answered_and_its_note_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "pump.md").write_text("# Pump P-101\n\nGrease the bearings every 3,000 h.\n")
    plant = opened(tmp_path, folder)
    declined(plant)
    declined(plant)
    monkeypatch.setattr(cli, "_application", lambda parsed: opened(parsed.data))

    def millwright(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["gaps", *arguments, "--data", str(tmp_path), "--index", "plant"])
        return (code, *capsys.readouterr())

    code, out, _ = millwright("list", "--json")
    (gap,) = json.loads(out)
    assert (code, gap["question"], gap["declined"], gap["disliked"]) == (0, QUESTION, 2, 0)
    assert f"declined 2, disliked 0  {QUESTION}" in millwright("list")[1]
    code, out, _ = millwright("answer", gap["id"][:6], "--by", "A. Reed", "--note", TEXT)
    assert (code, "cited as: Note of A. Reed, 20" in out) == (0, True)
    assert TEXT in opened(tmp_path).ask(QUESTION).text
    assert millwright("list") == (0, "", "no question waits for a note\n")
    assert json.loads(millwright("notes", "--json")[1])[0]["author"] == "A. Reed"
    assert millwright("remove", gap["id"])[0] == 0
    assert opened(tmp_path).ask(QUESTION).support == "declined"
    assert millwright("dismiss", gap["id"])[0] == 0
    assert millwright("list")[1] == ""
    code, out, told = millwright("answer", "zz", "--by", "A. Reed", "--note", TEXT)
    assert (code, out) == (1, "")
    assert told.startswith("millwright: there is no question 'zz'")
    written = [json.loads(line)["what"] for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    actions = [what for what in written if what.startswith("gaps ")]
    assert actions == ["gaps answer", "gaps remove", "gaps dismiss"]
