"""The glossary: phrases found in either language, the longer first, nothing invented from half a phrase."""

from importlib import resources
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.glossary import Glossary, general_glossary, read_glossary
from ingest.terms import is_chinese, query_words


def translated(glossary: Glossary, question: str) -> list[str]:
    return glossary.translations(question, query_words(question))


def test_the_longer_phrase_is_meant_and_all_its_translations_count() -> None:
    glossary = Glossary([("shaft", "轴", ""), ("spindle", "主轴", ""), ("main shaft", "主轴", "")])
    assert set(translated(glossary, "主轴用什么冷却？")) == {"spindl", "main", "shaft"}


def test_half_of_an_english_phrase_means_nothing() -> None:
    glossary = Glossary([("power on", "开机", ""), ("relief valve", "溢流阀", "")])
    assert translated(glossary, "How much power has the valve?") == []


def test_a_machine_is_known_by_the_name_people_give_it(tmp_path: Path) -> None:
    path = tmp_path / "glossary.csv"
    path.write_text(
        "English,Chinese,Machine\nbaler,打包机,HP-2\nconveyor,输送机,CV-204\nfuse,熔丝,\n", "utf-8"
    )
    glossary, machines = read_glossary(path), ("HP-2", "CV-204")

    def called(question: str) -> str:
        return glossary.called(question, query_words(question), machines).machine

    assert called("How do I charge the baler?") == called("打包机充氮怎么做？") == "HP-2"
    assert called("Which fuse protects the drive?") == ""
    assert called("May the baler and the conveyor run together?") == ""
    found = glossary.called("打包机充氮怎么做？", query_words("打包机充氮怎么做？"), machines)
    assert "打包机" in found.terms
    assert "充氮" not in found.terms
    assert glossary.called("Stop the baler", query_words("Stop the baler"), ("P-101",)).machine == ""


def test_the_general_words_hold_in_both_directions() -> None:
    assert "fuse" in translated(general_glossary(), "保险丝多大？")
    assert "保险丝" in translated(general_glossary(), "Which fuse protects the drive?")


def test_a_plant_adds_to_the_general_words(tmp_path: Path) -> None:
    path = tmp_path / "glossary.csv"
    path.write_text("English,Chinese\nfuse,熔丝\n", encoding="utf-8")
    assert {"熔丝", "保险丝"} <= set(translated(read_glossary(path), "Which fuse protects the drive?"))


def test_every_general_pair_is_english_and_chinese_once() -> None:
    lines = resources.files("assistant").joinpath("glossary.csv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [line.split(",") for line in lines]
    assert len(pairs) > 500
    assert len(set(lines)) == len(lines)
    assert all(not is_chinese(english) and is_chinese(chinese) for english, chinese in pairs)


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.csv"):
        read_glossary(tmp_path / "none.csv")
