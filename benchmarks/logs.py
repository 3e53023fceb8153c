"""A log of a million lines with known first-out alarms: time, memory and what is found, beside plain pandas.

    python benchmarks/logs.py [--lines 1000000] [--kinds csv text jsonl]

Each way runs in a process of its own, twice: on a tenth of the lines, then on all of them, so that it can
be seen whether memory grows with the log. The pandas script is what one would write who knows the format.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.log_file import Planted, write_log


def main() -> None:
    """Write the logs, run both ways, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--kinds", nargs="+", default=["csv", "text", "jsonl"])
    parser.add_argument("--run", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    if parsed.run:
        _measure(parsed.run[0], Path(parsed.run[1]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        for kind in parsed.kinds:
            for lines in (parsed.lines // 10, parsed.lines):
                path = Path(scratch) / f"log.{kind}"
                planted = write_log(path, lines, kind)
                print(f"{kind}, {lines:,} lines, {path.stat().st_size / 1e6:.0f} MB, {len(planted):,} bursts")
                for way in _WAYS:
                    print(f"  {way:<8} {_told(way, path, planted)}")


def _told(way: str, path: Path, planted: Planted) -> str:
    done = subprocess.run(
        [sys.executable, __file__, "--run", way, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1]}"
    result = json.loads(done.stdout)
    found = {tuple(row) for row in result["first_outs"]}
    share = sum(row in found for row in planted) / len(planted)
    extra = len(found - set(planted))
    return (
        f"{result['seconds']:6.1f} s, peak {result['peak_mb']:5.0f} MB ({result['before_mb']:.0f} before), "
        f"first-out {100 * share:.2f} % found, {extra} wrong"
    )


def _measure(way: str, path: Path) -> None:
    run = _WAYS[way]()
    before = _peak_mb()
    started = time.perf_counter()
    first_outs = run(path)
    seconds = time.perf_counter() - started
    peak = _peak_mb()
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "before_mb": before, "first_outs": first_outs()}))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


Named = Callable[[], Planted]
"""Names the first-out alarms; outside the measured time, since a person asks for a few of them."""


def _ours() -> Callable[[Path], Named]:
    import pandas  # noqa: F401 - loaded before the clock starts, as for the other

    from assistant.logs.analyse import analyse
    from assistant.logs.records import LogOptions

    def run(path: Path) -> Named:
        bursts = analyse(path, LogOptions()).bursts
        return lambda: [(burst.first.time, burst.first.machine, burst.first.code) for burst in bursts]

    return run


def _pandas() -> Callable[[Path], Named]:
    import pandas as pd

    def read(path: Path) -> pd.DataFrame:
        if path.suffix == ".csv":
            return pd.read_csv(path, names=["time", "machine", "level", "code", "state", "text"], header=0)
        if path.suffix == ".jsonl":
            return pd.read_json(path, lines=True, convert_dates=False).rename(columns={"ts": "time"})
        lines = pd.Series(path.read_text(encoding="utf-8").splitlines())
        pattern = r"(?P<time>\S+ \S+) (?P<level>\S+)\s+(?P<machine>\S+) (?P<code>\S+) (?P<state>\S+)"
        return lines.str.extract(pattern)

    def run(path: Path) -> Named:
        frame = read(path)
        frame = frame[(frame["level"] == "ALARM") & (frame["state"] == "RAISED")].reset_index()
        frame["at"] = pd.to_datetime(frame["time"], format="ISO8601")
        frame = frame.sort_values(["machine", "at", "index"])
        gap = frame.groupby("machine")["at"].diff() > pd.Timedelta(seconds=60)
        first = frame[gap | (frame["machine"] != frame["machine"].shift())].sort_values(["at", "index"])
        return lambda: [tuple(row) for row in first[["time", "machine", "code"]].to_numpy().tolist()]

    return run


_WAYS: dict[str, Callable[[], Callable[[Path], Named]]] = {"ours": _ours, "pandas": _pandas}

if __name__ == "__main__":
    main()
