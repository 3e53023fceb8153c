"""A disk of 4 MB with less and less room: `unshare -rm python -m tests.torture.full FOLDER STEPS`.

The process mounts a tmpfs of its own over FOLDER/disk, which goes away with it, and prints one JSON line
a run: `{"free_bytes", "ended", "told"}`. Any mistake is a traceback and an exit code that is not 0.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ingest.errors import IndexWriteError
from ingest.pipeline import ingest
from tests.fakes import WordEmbedder
from tests.torture.scenario import OPTIONS, make_scenario

DISK_BYTES = 4 << 20


def mount(folder: Path) -> None:
    """Put a small disk over a folder, for this process only."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Run with the room left going from none to enough, in `STEPS` steps."""
    folder, steps = Path(sys.argv[1]), int(sys.argv[2])
    disk = folder / "disk"
    disk.mkdir()
    mount(disk)
    scenario = make_scenario(folder / "scenario")
    need = sum(path.stat().st_size for path in scenario.base.rglob("*") if path.is_file())
    for step in range(steps):
        index = scenario.index(disk / "index")
        room = 2 * need * step // (steps - 1)
        _leave(disk, room)
        told = ""
        try:
            ingest([scenario.plant], index, WordEmbedder(), OPTIONS)
        except IndexWriteError as error:
            told = str(error)
        ended = scenario.check_whole(index)
        print(json.dumps({"free_bytes": room, "ended": ended, "told": told}), flush=True)
        (disk / "ballast").unlink()
        scenario.check_finished(index)
        shutil.rmtree(index)


def _leave(disk: Path, room_bytes: int) -> None:
    """Fill a disk until only so much room is left."""
    free = shutil.disk_usage(disk).free
    with open(disk / "ballast", "wb", buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free - room_bytes))


if __name__ == "__main__":
    main()
