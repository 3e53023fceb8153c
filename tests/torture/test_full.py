"""On a disk that is really full, a run ends in one clear line and succeeds when there is room again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, skip_unless
from tests.torture.scenario import LONG

STEPS = 60 if LONG else 8
# As root a mount namespace is enough; others need a user namespace in which they are root.
NAMESPACES = (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"])


def _own_mounts(folder: Path) -> list[str]:
    """How a process gets mounts of its own here; skips the test where none may."""
    for prefix in NAMESPACES:
        command = [*prefix, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
        try:
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return prefix
        except FileNotFoundError:
            break
    skip_unless(False, "MILLWRIGHT_REQUIRE_TMPFS", "no small disk can be mounted here")
    return []


@pytest.mark.timeout(1800)
def test_full_disk(tmp_path: Path) -> None:
    prefix = _own_mounts(tmp_path)
    command = [*prefix, sys.executable, "-m", "tests.torture.full", str(tmp_path), str(STEPS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) == STEPS
    for run in runs:
        if run["ended"] == "old" or run["told"]:
            assert "run the same command again" in run["told"]
            assert "\n" not in run["told"]
    ended = [run["ended"] for run in runs]
    print(f"{STEPS} full disks: {ended.count('old')} old, {ended.count('new')} new")
    assert ended[0] == "old"
    assert ended[-1] == "new"
