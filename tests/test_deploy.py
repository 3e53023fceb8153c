"""What lies in deploy/: every setting and command that it names is one, and nothing of it runs as root."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.cli import _parser
from assistant.settings_file import load_settings
from assistant.settings_table import settings, table
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "millwright.service"


@pytest.fixture
def services() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return dict(read["services"])


def test_the_table_of_settings_is_that_of_the_code() -> None:
    written = (DEPLOY / "SETTINGS.md").read_text(encoding="utf-8")
    assert written == table(), "write it again: python -m assistant.settings_table > deploy/SETTINGS.md"


def test_every_setting_says_what_it_means() -> None:
    silent = [key for key, _, told in settings() if not told]
    assert silent == []


def test_the_commands_are_ours(services: dict[str, Any]) -> None:
    parser = _parser()
    contained = re.search(r"^CMD (\[.*\])$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.M)
    started = re.search(r"^ExecStart=\S+/millwright (.+)$", UNIT.read_text(encoding="utf-8"), re.M)
    assert contained
    assert started
    for arguments in (yaml.safe_load(contained[1]), services["app"]["command"], started[1].split()):
        assert parser.parse_args(arguments).data.is_absolute()


def test_the_variables_are_settings(services: dict[str, Any]) -> None:
    texts = (DEPLOY / "Containerfile").read_text(encoding="utf-8") + UNIT.read_text(encoding="utf-8")
    variables = dict(re.findall(r"\b(MILLWRIGHT_\w+)=(\S+)", texts))
    variables |= services["app"]["environment"]
    variables = {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", value) for name, value in variables.items()}
    assert len(variables) >= 6
    found = load_settings(ROOT / "examples" / "settings.toml", variables)
    assert (found.serve.log, found.generate.engine, found.serve.hosts) == ("json", "llama.cpp", [])
    named = load_settings(
        ROOT / "examples" / "settings.toml", {"MILLWRIGHT_SERVE_HOSTS": "plant.local, m.plant.local"}
    )
    assert named.serve.hosts == ["plant.local", "m.plant.local"]


def test_nothing_runs_as_root_or_writes_beside_its_data(services: dict[str, Any]) -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    (user,) = [line.split()[1] for line in lines[last:] if line.startswith("USER ")]
    app = services["app"]
    assert user not in ("root", "0")
    assert app["user"].split(":")[0] == user
    assert app["read_only"] is True
    assert app["cap_drop"] == ["ALL"]
    assert app["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in app["ports"])
    assert any("HEALTHCHECK" in line and "/ready" in line for line in lines)
    assert services["vllm"]["profiles"] == ["vllm"]
    assert "ports" not in services["vllm"]


def test_systemd_reads_the_unit_without_a_word(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze here")
    # It looks for the program and the user, which are there on the machine that it is installed on.
    text = UNIT.read_text(encoding="utf-8").replace("/opt/millwright/bin/millwright", "/bin/true")
    copied = tmp_path / UNIT.name
    copied.write_text(text, encoding="utf-8")
    checked = subprocess.run(
        [program, "verify", "--man=no", str(copied)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in checked.stderr.splitlines() if UNIT.name in line and "User" not in line]
    assert complaints == []
