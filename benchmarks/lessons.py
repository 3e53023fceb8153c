"""How well incidents are coded: by words, vectors, both, the most frequent code; how like ones are clustered.

    python benchmarks/lessons.py [--sample 20] [--nasa INDEX] [--propose]

The labelled set (benchmarks/questions/incidents.jsonl, English and Chinese) was written by whoever wrote the
words of the codes, so that its figures are an upper bound; thresholds are chosen on its tuning half. The
incidents and tickets of examples/ were written before the words, and labelled before the first run on them.
Beside the project: the unplanned work orders of assetops against their own codes, and reports of nasa_llis
(an index over them) to be read by eye. With --propose the configured model is asked for what rules and
vectors leave unknown of the incidents of examples/, and nothing else is measured.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

import numpy as np

from assistant.app import Millwright, build
from assistant.config import Settings
from assistant.lessons.classify import Descriptions, by_rules, classified, judged_by, verdict
from assistant.lessons.clusters import clusters
from assistant.lessons.codes import built_in
from assistant.lessons.corrections import Corrected
from assistant.lessons.from_model import proposed
from assistant.lessons.records import AXES, UNKNOWN, Coded, Incident
from assistant.records import Citation
from ingest.embed import Embedder
from ingest.records import Place

_SETS = ROOT / "benchmarks" / "questions"
_SHARED = Path(os.environ.get("MILLWRIGHT_SHARED", ROOT.parent / "shared")) / "bench"
Row = dict[str, Any]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=0, help="print so many incidents of nasa_llis")
    parser.add_argument("--nasa", type=Path, help="an index over nasa_llis")
    parser.add_argument("--propose", action="store_true", help="only what the model proposes for the unknown")
    parsed = parser.parse_args()
    if parsed.propose:
        with tempfile.TemporaryDirectory() as scratch:
            _proposed(Path(scratch))
        return
    embedder = build(Settings(), Path(), "none").embedder
    rows = [json.loads(line) for line in (_SETS / "incidents.jsonl").read_text("utf-8").splitlines()]
    near = Descriptions(built_in(), embedder)
    for half, name in ((0, "tuning"), (1, "testing")):
        of_half = [row for row in rows if _half(row) == half]
        print(f"{name} half, {len(of_half)} records: macro-F1 of majority / words / vectors / both")
        _labelled(of_half, near)
        _clustered(of_half, embedder)
    with tempfile.TemporaryDirectory() as scratch:
        _examples(Path(scratch))
    if (_SHARED / "assetops").is_dir():
        _assetops(embedder)
    if parsed.nasa:
        _nasa(parsed.nasa, parsed.sample)


def _half(row: Row) -> int:
    """By its number: a record and its translation lie in the same half."""
    return int(hashlib.sha256(row["id"].rpartition("-")[0].encode()).hexdigest(), 16) % 2


def _incident(name: str, text: str, cause: str = "", machine: str = "", date: str = "") -> Incident:
    cited = Citation(1, name, Place(name), text)
    return Incident(name, "incident", name, machine, date, text, cause, "", "", False, None, False, cited, "")


def _labelled(rows: Sequence[Row], near: Descriptions) -> None:
    codes = built_in()
    incidents = [_incident(row["id"], row["text"], row["cause_told"]) for row in rows]
    embedded = near.embedded([judged_by(axis, one) for one in incidents for axis in AXES])
    for axis in AXES:
        gold = [row[axis] for row in rows]
        often = max(sorted(set(gold)), key=gold.count)
        words = [found[0][0].code if (found := by_rules(axis, codes[axis], one))[0] else UNKNOWN
                 for one in incidents]  # fmt: skip
        nearest = [near.nearest(axis, judged_by(axis, one), embedded, codes[axis]).code for one in incidents]
        both = [verdict(axis, codes, one, near, embedded).code for one in incidents]
        scores = [_macro_f1(gold, told) for told in ([often] * len(gold), words, nearest, both)]
        print(f"  {axis:<10} " + " / ".join(f"{score:.2f}" for score in scores))


def _macro_f1(gold: Sequence[str], told: Sequence[str]) -> float:
    from sklearn.metrics import f1_score

    return float(f1_score(gold, told, labels=sorted(set(gold)), average="macro", zero_division=0))


def _clustered(rows: Sequence[Row], embedder: Embedder) -> None:
    """Clusters against failure modes: 0 is chance, 1 the same groups; whoever is in none is one by itself."""
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import adjusted_mutual_info_score

    incidents = [_incident(row["id"], row["text"], row["cause_told"]) for row in rows]
    coded, vectors = classified(incidents, built_in(), embedder, Corrected([]))
    gold = [row["mode"] for row in rows]
    for like in (0.1, 0.2, 0.3):
        groups = {one: at for at, group in enumerate(clusters(coded, vectors, like)) for one in group.members}
        told = [groups.get(one.id, -at) for at, one in enumerate(incidents, start=1)]
        score = adjusted_mutual_info_score(gold, told)
        print(f"  clusters at {like}: adjusted mutual information with the modes {score:.2f}")
    raw = embedder.passages([row["text"] for row in rows])
    for like in (0.86, 0.9):
        plain = AgglomerativeClustering(
            n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - like
        ).fit_predict(raw)
        print(f"  of the plain vectors at {like}: {adjusted_mutual_info_score(gold, plain):.2f}")


def _of_examples(scratch: Path) -> tuple[Millwright, dict[str, Coded], list[Row]]:
    millwright = build(Settings(), scratch, "examples")
    plant = ROOT / "examples" / "plant"
    millwright.ingest([plant / "incidents", plant / "tickets"])
    found = {entry.incident.name: entry for entry in millwright.lessons.found().coded}
    rows = [json.loads(line) for line in (_SETS / "incidents_examples.jsonl").read_text("utf-8").splitlines()]
    return millwright, found, rows


def _proposed(scratch: Path) -> None:
    """What the model makes of what rules and vectors leave unknown: right, wrong, unknown."""
    millwright, found, rows = _of_examples(scratch)
    writer = millwright.writer()
    if writer is None:
        raise SystemExit("the engine `extractive` proposes nothing")
    codes, begun, asked = built_in(), time.monotonic(), 0
    for axis in ("mode", "cause", "component"):
        counts: Counter[str] = Counter()
        for row in rows:
            entry = found[row["name"]]
            if axis in row and entry.code(axis) == UNKNOWN:
                code = proposed(writer, axis, codes[axis], entry.incident)
                asked += 1
                said = "right" if code == row[axis] else "unknown" if code == UNKNOWN else "wrong"
                counts[said if row[axis] != UNKNOWN else f"{said}, nothing told"] += 1
                print(f"    {axis} {row['name']}: {row[axis]}, proposed {code}", flush=True)
        print(f"  {axis:<10} " + ", ".join(f"{number} {said}" for said, number in sorted(counts.items())))
    print(f"  {(time.monotonic() - begun) / asked:.1f} s each")


def _examples(scratch: Path) -> None:
    _, found, rows = _of_examples(scratch)
    print(f"incidents and tickets of examples/, {len(rows)} of {len(found)} labelled")
    for axis in ("mode", "cause", "component"):
        pairs = [(row[axis], found[row["name"]].code(axis)) for row in rows if axis in row]
        told = [(gold, code) for gold, code in pairs if code != UNKNOWN]
        right = sum(gold == code for gold, code in pairs)
        right_told = sum(gold == code for gold, code in told)
        often = max(sum(gold == other for gold, _ in pairs) for other, _ in pairs)
        f1 = _macro_f1([gold for gold, _ in pairs], [code for _, code in pairs])
        print(f"  {axis:<10} right {right} of {len(pairs)} (always the same: {often}), of those told "
              f"{right_told} of {len(told)}, macro-F1 {f1:.2f}")  # fmt: skip


def _assetops(embedder: Embedder) -> None:
    """Unplanned work orders: their own primary codes against our modes, over different descriptions."""
    import pandas
    from sklearn.metrics import adjusted_mutual_info_score

    orders = pandas.read_excel(_SHARED / "assetops" / "docs" / "work_orders.xlsx", engine="calamine")
    unplanned = orders[~orders["preventive"].astype(bool)]
    incidents = [
        _incident(str(row["wo_id"]), str(row["wo_description"]), "", str(row["equipment_id"]))
        for _, row in unplanned.iterrows()
    ]
    coded, _ = classified(incidents, built_in(), embedder, Corrected([]))
    own = unplanned["primary_code_description"].astype(str).tolist()
    modes = [entry.code("mode") for entry in coded]
    coded_ones = [(a, b) for a, b in zip(own, modes, strict=True) if b != UNKNOWN]
    score = adjusted_mutual_info_score([a for a, _ in coded_ones], [b for _, b in coded_ones])
    print(f"assetops: {len(coded_ones)} of {len(own)} unplanned orders have a mode; adjusted mutual "
          f"information with their own codes {score:.2f}; by own code:")  # fmt: skip
    table = pandas.crosstab(pandas.Series(own, name="own"), pandas.Series(modes, name="mode"))
    print(table.to_string())


def _nasa(index: Path, sample: int) -> None:
    found = build(Settings(), index.parent, index.name).lessons.found()
    print(f"nasa_llis: {len(found.coded)} reports; coded: " + ", ".join(
        f"{axis} {sum(entry.code(axis) != UNKNOWN for entry in found.coded)}" for axis in AXES))  # fmt: skip
    print(f"  {len(found.clusters)} clusters, {sum(p.hidden for p in found.patterns)} hidden patterns of "
          f"{len(found.patterns)}")  # fmt: skip
    key: Callable[[Coded], str] = lambda entry: hashlib.sha256(entry.incident.id.encode()).hexdigest()  # noqa: E731
    for entry in sorted(found.coded, key=key)[:sample]:
        print(f"  {entry.incident.evidence.place.doc}: {entry.incident.text[:300]!r}")
        for axis in AXES:
            told = entry.verdicts[axis]
            print(f"    {axis}: {told.code} ({told.basis}: {told.why})")


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
