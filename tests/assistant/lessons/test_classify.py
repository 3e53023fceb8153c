"""Codes by rules and vectors, each with what it is based on; what a person says counts more."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import LessonError
from assistant.lessons.classify import by_rules, classified
from assistant.lessons.codes import Codes, built_in, name_of, read_codes
from assistant.lessons.corrections import Corrected, Corrections
from assistant.lessons.records import AXES, Coded, Incident
from assistant.records import Citation
from assistant.reports.parts import Cause
from ingest.records import Place
from tests.fakes import WordEmbedder

LEAK = "Hydraulic oil drips from a hose above the walkway"


def incident(text: str, cause: str = "", number: str = "1") -> Incident:
    place = Citation(1, "c", Place("log.csv"), text)
    return Incident(number, "incident", number, "P-1", "2025-01-01", text, cause, "", "", False, None, False,
                    place, "default")  # fmt: skip


def coded(one: Incident, corrections: Corrections | None = None, codes: Codes | None = None) -> Coded:
    said = Corrected(corrections.all() if corrections else [])
    return classified([one], codes or built_in(), WordEmbedder(), said)[0][0]


@pytest.mark.parametrize(
    ("text", "cause", "expected"),
    [
        (LEAK, "Hose past its exchange date", ("ELU", "maintenance", "hose_pipe", "fall")),
        ("轴承座烫手，油温升到 82 度", "长期未清理冷却器", ("OHE", "maintenance", "bearing", "burn")),
        ("The pump would not start", "", ("FTS", "unknown", "unknown", "unknown")),
        ("Bearing seized because it was never greased", "", ("BRD", "maintenance", "bearing", "unknown")),
        ("No leak was found; the shaft vibrates", "", ("VIB", "unknown", "unknown", "unknown")),
    ],
)
def test_rules_tell_what_words_say_in_both_languages(
    text: str, cause: str, expected: tuple[str, ...]
) -> None:
    assert tuple(coded(incident(text, cause)).code(axis) for axis in AXES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Leak detection on the condenser",
        "Vibration analysis of the fan",
        "振动检测",
        "The block II engine was certified in this program",
        "Minor changes of the structural analysis",
        "The safing plug was turned by 90 degrees",
    ],
)
def test_what_is_looked_for_or_only_named_is_no_failure(text: str) -> None:
    assert by_rules("mode", built_in()["mode"], incident(text))[0] == []
    assert (
        by_rules("component", built_in()["component"], incident("The operator saw the test program"))[0] == []
    )
    assert by_rules("hazard", built_in()["hazard"], incident("The operator saw the belt slip"))[0] == []


def test_each_code_says_what_it_is_based_on() -> None:
    found = coded(incident(LEAK)).verdicts
    assert (found["mode"].basis, found["component"].why) == ("rule", "hose*")
    assert found["cause"].basis == "none"
    near = coded(incident("the machine goes on after the button was pressed to stop it")).verdicts["mode"]
    assert (near.code, near.basis) == ("STP", "vectors")
    assert near.why == "The machine goes on after the stop button was pressed."
    assert near.score >= 0.35


def test_planned_work_has_no_failure() -> None:
    assert {v.code for v in coded(replace(incident(LEAK), planned=True)).verdicts.values()} == {"unknown"}


def test_a_correction_wins_and_holds_for_what_tells_nearly_the_same(tmp_path: Path) -> None:
    file = Corrections(tmp_path / "x.sqlite")
    assert file.all() == []
    file.correct(incident(LEAK), "mode", "ELP", "A. Reed")
    again = incident("Hydraulic oil drips from hose above the walkway, CV-204, 12", number="2")
    for one in (incident(LEAK), again):
        verdict = coded(one, file).verdicts["mode"]
        assert (verdict.code, verdict.basis) == ("ELP", "person")
        assert verdict.why.startswith("A. Reed, 20")
    other = coded(incident("Hydraulic oil drips from the tank", number="3"), file)
    assert other.verdicts["mode"].basis == "rule"
    assert coded(again, file).verdicts["component"].basis == "rule"
    file.correct(again, "mode", "PLU", "B. Kerr")
    assert coded(incident(LEAK), file).code("mode") == "ELP"
    assert coded(again, file).code("mode") == "PLU"
    file.take_back("1", "mode")
    file.take_back("2", "mode")
    assert coded(again, file).verdicts["mode"].basis == "rule"
    with pytest.raises(LessonError, match="say who you are"):
        file.correct(again, "mode", "PLU", " ")
    file.say("log.csv", "none", "A. Reed")
    assert file.said() == {"log.csv": "none"}
    file.unsay("log.csv")
    assert file.said() == {}


def test_a_site_may_edit_the_codes(tmp_path: Path) -> None:
    own = tmp_path / "codes.csv"
    head = "axis,code,en,zh,en_words,zh_words,en_like,zh_like\n"
    own.write_text(head + "mode,MIST,Mistracking,跑偏,belt…to the left; mistrack*,跑偏,,\n", encoding="utf-8")
    codes = read_codes(own)
    assert coded(incident("The belt ran far to the left"), codes=codes).code("mode") == "MIST"
    assert coded(incident("皮带跑偏"), codes=codes).code("mode") == "MIST"
    assert coded(incident(LEAK), codes=codes).code("mode") == "unknown"
    assert (name_of(codes, "mode", "MIST", "zh"), name_of(codes, "mode", "X", "zh")) == ("跑偏", "X")
    for wrong, told in (
        ("mode,A,a,a,,,,\nmode,A,b,b,,,,\n", "line 3"),
        ("colour,A,a,a,,,,\n", "axis"),
        ("x", "columns"),
    ):
        own.write_text(wrong if wrong == "x" else head + wrong, encoding="utf-8")
        with pytest.raises(LessonError, match=told):
            read_codes(own)
    with pytest.raises(LessonError, match="cannot be read"):
        read_codes(tmp_path / "no.csv")


def test_the_built_in_codes_speak_both_languages_and_causes_are_those_of_the_fault_report() -> None:
    codes = built_in()
    assert {code.code for code in codes["cause"]} == {*Cause.__args__} - {"unknown"}  # type: ignore[attr-defined]
    for axis in AXES:
        for code in codes[axis]:
            assert len(code.like) == len({*code.like}) >= 2
            assert re.search("[一-鿿]", code.names["zh"])
            assert {True, False} == {
                phrase.text.isascii() for phrase in code.phrases if "…" not in phrase.text
            }
