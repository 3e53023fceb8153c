"""Which identifiers of a question are machines and which are codes."""

import pytest

from assistant.names import names

MACHINES = ("P-101", "FM-5")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("纸箱成型机 A505 报警怎么办？", {"A505": "code"}),
        ("Why does the press X7 alarm?", {"X7": "code"}),
        ("P-101 报警怎么办？", {"P-101": "machine"}),
        ("P-102 报警怎么办？", {"P-102": "machine"}),
        ("The pump K-9 is loud", {"K-9": "machine"}),
        ("Alarm E021 on FM-5", {"E021": "code", "FM-5": "machine"}),
    ],
)
def test_a_name_is_a_machine_or_a_code_by_what_stands_beside_it(text: str, kinds: dict[str, str]) -> None:
    assert {name.text: name.kind for name in names(text, MACHINES)} == kinds
