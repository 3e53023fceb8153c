"""Like incidents: agglomerative clusters of their texts, each named by its most characteristic words."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.lessons.classify import row_of
from assistant.lessons.records import Cluster, Coded
from ingest.terms import content_words, identifiers, is_chinese, words
from ingest.vectors import Vectors

_MOST_TEXTS = 4000
"""Different texts that are compared with each other; the distances of more would fill the memory."""
_LABEL_WORDS = 4
_FEWEST_FOR_MEAN = 8
"""Texts of a language; the mean of fewer is one of them rather than what all share."""
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")


def clusters(failures: Sequence[Coded], rows: Mapping[str, Vectors], like: float) -> tuple[Cluster, ...]:
    """Incidents whose texts are near to each other on average; the same input gives the same clusters.

    Args:
        rows: Unit rows by text.
        like: Least mean cosine between two groups that are joined.
    """
    texts = list(dict.fromkeys(entry.incident.text for entry in failures))[:_MOST_TEXTS]
    if len(texts) < 2:
        groups = [0] * len(texts)
    else:
        first = {entry.incident.text: entry.incident for entry in reversed(failures)}
        groups = _grouped(_apart(texts, np.stack([row_of(first[text], rows) for text in texts])), like)
    group_of = dict(zip(texts, groups, strict=True))
    members: dict[int, list[Coded]] = {}
    for entry in failures:
        if entry.incident.text in group_of:
            members.setdefault(group_of[entry.incident.text], []).append(entry)
    large = [found for found in members.values() if len(found) > 1]
    large.sort(key=lambda found: (-len(found), found[0].incident.id))
    spoken = [Counter(word for entry in found for word in _spoken(entry.incident.text)) for found in large]
    return tuple(Cluster(_label(at, spoken), _typical(found, rows)) for at, found in enumerate(large))


def _apart(texts: Sequence[str], rows: Vectors) -> Vectors:
    """Unit rows without what the incidents of a language have in common here: they are all of one plant."""
    apart = rows.copy()
    chinese = np.array([is_chinese(text) for text in texts], dtype=bool)
    for spoken in (chinese, ~chinese):
        if spoken.sum() >= _FEWEST_FOR_MEAN:
            apart[spoken] -= rows[spoken].mean(axis=0)
    lengths = np.linalg.norm(apart, axis=1, keepdims=True)
    return np.asarray(apart / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _grouped(rows: Vectors, like: float) -> list[int]:
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - like
    )
    return [int(label) for label in model.fit_predict(rows.astype(np.float64))]


def _typical(found: Sequence[Coded], rows: Mapping[str, Vectors]) -> tuple[str, ...]:
    """The members, those nearest to the middle first."""
    stacked = np.stack([row_of(entry.incident, rows) for entry in found])
    near = stacked @ stacked.mean(axis=0)
    order = sorted(range(len(found)), key=lambda at: (-round(float(near[at]), 4), found[at].incident.id))
    return tuple(found[at].incident.id for at in order)


def _label(at: int, spoken: Sequence[Counter[str]]) -> tuple[str, ...]:
    """The words that this cluster uses often and few others use."""
    own = spoken[at]
    clusters_with = Counter(word for counter in spoken for word in counter)
    worth = {word: count * math.log(1 + len(spoken) / clusters_with[word]) for word, count in own.items()}
    chosen: list[str] = []
    for word in sorted(worth, key=lambda word: (-worth[word], word)):
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == _LABEL_WORDS:
            break
    return tuple(chosen)


def _spoken(text: str) -> list[str]:
    """The words of a text that carry content, as they are written, each once."""
    found: dict[str, str] = {}
    for token in _LATIN.findall(text):
        if content_words(token) and not identifiers(token):
            found.setdefault(words(token)[0], token.lower())
    chinese = [word for word in content_words(text) if is_chinese(word) and len(word) > 1]
    return [*found.values(), *chinese]
