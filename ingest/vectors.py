"""The FAISS side of a generation: unit rows under the numbers of their chunks, flat or trained."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest import disk
from ingest.cores import physical_cores

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

FLAT_BELOW = 200_000
"""Rows up to which a flat index is searched in time (about 40 ms on two cores) and held in 300 MB."""
_RECALL, _NEAREST, _TRIED = 0.97, 10, 100
_SAMPLED_PER_LIST, _ROUNDS = 64, 10


@dataclass(frozen=True, slots=True)
class Allowed:
    """Chunk numbers that a search may touch, as a bitmap: bit n of it is chunk n."""

    bits: npt.NDArray[np.uint8]
    count: int

    @classmethod
    def of(cls, numbers: Numbers) -> "Allowed":
        """The bitmap of these numbers."""
        bits = np.zeros(int(numbers.max(initial=0)) + 1, dtype=np.bool_)
        bits[numbers] = True
        return cls(np.packbits(bits, bitorder="little"), len(numbers))

    def among(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """Which of the numbers are of them, shape (n,)."""
        known = numbers >> 3 < len(self.bits)
        octets = self.bits[np.where(known, numbers >> 3, 0)] if len(self.bits) else np.zeros_like(numbers)
        return known & (octets >> (numbers & 7) & 1).astype(np.bool_)

    def __contains__(self, number: int) -> bool:
        return number >> 3 < len(self.bits) and bool(self.bits[number >> 3] >> (number & 7) & 1)


class VectorIndex:
    """Inner product over unit rows, which is cosine similarity.

    Flat (every row compared, float32) until `settled` finds it large; then trained: rows of 8 bits a
    column in lists around centroids, of which so many are searched as the wanted recall needs.

    Args:
        index: An `IndexIDMap2` over a flat index, or an `IndexIVFScalarQuantizer`; ids are chunk numbers.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> "VectorIndex":
        """An index without rows."""
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Read a file whose sha256 the caller has checked; FAISS itself cannot see damage."""
        import faiss

        return cls(faiss.read_index(str(path)))

    @property
    def dimension(self) -> int:
        """Columns of every row."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, numbers: Sequence[int], rows: Vectors) -> None:
        """Add rows, shape (n, dimension), under their chunk numbers."""
        if len(numbers):
            self._index.add_with_ids(np.ascontiguousarray(rows), np.asarray(numbers, dtype=np.int64))

    def remove(self, numbers: Sequence[int]) -> None:
        """Remove the rows of these chunks; unknown numbers are passed over."""
        import faiss

        if len(numbers):
            self._index.remove_ids(faiss.IDSelectorArray(np.asarray(numbers, dtype=np.int64)))

    @property
    def trained(self) -> bool:
        """Whether rows are kept in 8 bits a column, in lists."""
        return hasattr(self._index, "nprobe")

    def settled(self, flat_below: int) -> "VectorIndex":
        """Itself, or a trained index of the same rows when a flat one has grown to `flat_below` rows."""
        if self.trained or len(self) < flat_below:
            return self
        import faiss

        numbers = faiss.vector_to_array(self._index.id_map)
        rows = faiss.downcast_index(self._index.index).reconstruct_n(0, len(self))
        return VectorIndex(_train(rows, numbers))

    def search(self, row: Vectors, limit: int, allowed: Allowed | None = None) -> list[tuple[int, float]]:
        """The nearest chunks of one unit row, best first, with their cosine.

        Args:
            allowed: The chunks the search may touch; None for all.
        """
        if not len(self) or limit < 1 or (allowed is not None and not allowed.count):
            return []
        import faiss

        # One question is bound by memory: a second thread wins little on an idle machine, and while a model
        # writes on every core, waiting for it took thirty times as long as the search.
        faiss.omp_set_num_threads(1)
        parameters = self._parameters(allowed) if allowed is not None else None
        scores, numbers = self._index.search(row.reshape(1, -1), min(limit, len(self)), params=parameters)
        pairs = zip(numbers[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, score) for number, score in pairs if number >= 0]

    def _parameters(self, allowed: Allowed) -> Any:
        import faiss

        selector = faiss.IDSelectorBitmap(allowed.bits)  # type: ignore[arg-type, call-arg]
        if not self.trained:
            return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        # Few rows that may be anywhere: look into every list, most of them are passed over quickly.
        share = allowed.count / len(self)
        lists = min(self._index.nlist, math.ceil(self._index.nprobe / max(share, 1e-6)))
        return faiss.SearchParametersIVF(sel=selector, nprobe=lists)  # type: ignore[call-arg]

    def rows(self, numbers: Sequence[int]) -> Vectors:
        """The stored rows of these chunks, shape (n, dimension)."""
        if not len(numbers):
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.vstack([self._index.reconstruct(int(number)) for number in numbers]).astype(np.float32)

    def save(self, path: Path) -> disk.FileMark:
        """Write the index as a new file, flushed to the disk."""
        import faiss

        return disk.write_file(path, faiss.serialize_index(self._index).tobytes())


def _train(rows: Vectors, numbers: Numbers) -> Any:
    """An inverted-file index of 8-bit rows that reaches `_RECALL` of the flat one's ten nearest."""
    import faiss

    count, dimension = rows.shape
    lists = max(16, round(count**0.5))
    eight_bits, product = faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    centroids = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(centroids, dimension, lists, eight_bits, product)
    index.cp.niter = _ROUNDS
    faiss.omp_set_num_threads(physical_cores())
    chooser = np.random.default_rng(0)
    sample = chooser.choice(count, min(count, _SAMPLED_PER_LIST * lists), replace=False)
    index.train(rows[sample])
    index.set_direct_map_type(faiss.DirectMap.Hashtable)  # type: ignore[attr-defined]
    index.add_with_ids(rows, np.asarray(numbers, dtype=np.int64))
    tried = chooser.choice(count, min(count, _TRIED), replace=False)
    index.nprobe = _lists_to_search(index, rows, numbers, tried)
    return index


def _lists_to_search(index: Any, rows: Vectors, numbers: Numbers, tried: Numbers) -> int:
    """The fewest lists (a power of two, or all) in which the rows' own nearest ones are found again."""
    exact = np.argpartition(-(rows[tried] @ rows.T), _NEAREST, axis=1)[:, : _NEAREST + 1]
    wanted = [frozenset(entry) for entry in np.asarray(numbers)[exact].tolist()]
    probes = 1
    while probes < index.nlist:
        index.nprobe = probes
        found = index.search(rows[tried], _NEAREST + 1)[1].tolist()
        shared = sum(len(one & set(other)) for one, other in zip(wanted, found, strict=True))
        if shared >= _RECALL * sum(map(len, wanted)):
            return probes
        probes *= 2
    return int(index.nlist)
