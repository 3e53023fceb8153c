"""What a sentence measures stands in the passage, in whatever unit, or it is named as missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.quantities import measures, unknown_codes, unknown_quantities


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("35 Nm", "35 N·m"),
        ("35 newton metres", "35 N·m"),
        ("拧紧力矩 35 牛·米", "35 N·m"),
        ("1500 W", "1.5 kW"),
        ("1500 W", "1,500 W"),
        ("1.5 kW", "1.5 KW"),
        ("24V", "24 V DC"),
        ("２４Ｖ", "24 伏"),
        ("0.5 mm", "0.50mm"),
        ("1/2 in.", "12.7 mm"),
        ("½ in", "0.5 inch"),
        ("1½ in", "1 1/2 inch"),
        ("3 to 5 mm", "3–5 mm"),
        ("between 3 and 5 mm", "3-5 mm"),
        ("3 mm 至 5 mm", "3~5 mm"),
        ("10 mm ± 0.5 mm", "10±0.5 mm"),
        ("212 °F", "100 °C"),
        ("100 ℃", "100 degrees Celsius"),
        ("6 巴", "0.6 MPa"),
        ("1500 rpm", "1500 转/分"),
        ("10 分钟", "10 min"),
        ("半小时", "30 分钟"),
        ("十二个月", "12 个月"),
        ("12 months", "1 year"),
        ("24 hours", "within a 24-hour period"),
        ("50 Hz", "50/60Hz"),
        ("3 rounds", "three rounds"),
        ("every month", "monthly"),
        ("3\u202f000 h", "3000 h"),
        ("2.5 bar", "2,5 bar"),
        ("0.6 mm", "about .6mm above"),
        ("-5 °C", "−5°C"),
        ("55 N·m", "Torque (N·m): 55"),
        ("55 N·m", "Size | Torque (N·m)\nM12 | 55"),
        ("55", "55 N·m"),
        ("2026年3月14日", "on 2026-03-14"),
        ("14 March 2026", "2026-03-14"),
        ("at 08:30", "8:30"),
        ("1. Tighten to 55 N·m", "to 55 N·m"),
        ("Step 4: 55 N·m", "to 55 N·m"),
        ("Go on with step 3.", "3. Close the valve."),
        ("twice a year", "two times a year"),
        ("十分重要", "important"),
    ],
)
def test_an_equal_quantity_is_found(said: str, source: str) -> None:
    assert unknown_quantities(said, source) == []


@pytest.mark.parametrize(
    ("said", "source", "missing"),
    [
        ("Tighten to 80 N·m.", "55 N·m", "80 N·m"),
        ("Tighten to 55 bar.", "55 N·m", "55 bar"),
        ("35 J", "35 N·m", "35 J"),
        ("5 kW", "5 kVA", "5 kW"),
        ("1000 microseconds", "1000 ns", "1000 microseconds"),
        ("5 mm", "5 cm", "5 mm"),
        ("1.5 kW", "15 kW", "1.5 kW"),
        ("100 °F", "100 °C", "100 °F"),
        ("5 °C", "-5 °C", "5 °C"),
        ("5 %", "5 mm", "5 %"),
        ("6 barg", "6 bara", "6 barg"),
        ("ten minutes", "5 minutes", "ten minutes"),
        ("10 分钟", "10 秒", "10 分钟"),
        ("55 牛·米", "55 巴", "55 牛·米"),
        ("±0.5 mm", "0.5 mm", "±0.5 mm"),
        ("55 after 5 min", "55 N·m after 5 min", "55"),
        ("2026-03-15", "2026-03-14", "2026-03-15"),
        ("08:31", "08:30", "08:31"),
        ("every month", "every year", "every month"),
        ("每月", "每年", "每月"),
        ("Go on with step 9.", "3. Close the valve.", "step 9"),
        ("15", "P-15 and 16 mm", "15"),
    ],
)
def test_another_number_or_unit_is_named_as_it_is_written(said: str, source: str, missing: str) -> None:
    assert unknown_quantities(said, source) == [missing]


@pytest.mark.parametrize("said", ["p‑101", "P–101", "6308-c3", "m6X20", "Ｅ０２１"])
def test_a_code_is_the_same_whatever_its_dashes_and_case(said: str) -> None:
    assert unknown_codes(said, "P-101/P-102, 6308–C3, M6x20: E021") == []


@pytest.mark.parametrize("said", ["P101", "P-10", "E022", "E0211", "6308-C4", "M6x25", "0021"])
def test_a_code_with_another_letter_is_another_code(said: str) -> None:
    assert unknown_codes(said, "P-101, 6308-C3, M6x20: E021, 21")


def test_a_number_glued_to_its_unit_is_no_code() -> None:
    assert measures("24V, 50/60Hz, 1/4-inch, 24-hour, 6-pin").codes == frozenset()


NUMBERS = st.decimals(min_value="0.001", max_value=9999, places=3).map(lambda value: f"{value.normalize():f}")
UNITS = st.sampled_from(["N·m", "bar", "mm", "°C", "kW", "min", "牛·米", "兆帕", "毫米", "%", "rpm"])


@given(NUMBERS, UNITS, NUMBERS, UNITS)
def test_a_sentence_holds_its_own_quantities_and_no_other_value(
    number: str, unit: str, other: str, other_unit: str
) -> None:
    source = f"Set it to {number} {unit}."
    assert unknown_quantities(source, source) == []
    if number != other:
        assert unknown_quantities(f"Set it to {other} {unit}.", source) == [f"{other} {unit}"]
    assert (
        unknown_quantities(f"{number} {unit} or {other} {other_unit}", f"{source} {other} {other_unit}") == []
    )


@given(st.integers(1, 9999))
def test_metres_are_millimetres(number: int) -> None:
    assert unknown_quantities(f"{number} mm", f"{number / 1000:.3f} m") == []
    assert unknown_quantities(f"{number} mm", f"{number} m") == [f"{number} mm"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_the_reading(said: str, source: str) -> None:
    assert unknown_quantities(said, f"{said}\n{source}") == []
