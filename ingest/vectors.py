"""The FAISS side of a generation: unit float32 rows under the numbers of their chunks."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest import disk

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


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


class VectorIndex:
    """Inner product over unit rows, which is cosine similarity; a flat index, so recall is exact.

    Args:
        index: An `IndexIDMap2`; its ids are chunk numbers.
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
        if len(numbers):
            self._index.remove_ids(np.asarray(numbers, dtype=np.int64))

    def search(self, row: Vectors, limit: int, allowed: Allowed | None = None) -> list[tuple[int, float]]:
        """The nearest chunks of one unit row, best first, with their cosine.

        Args:
            allowed: The chunks the search may touch; None for all.
        """
        import faiss

        if not len(self) or limit < 1 or (allowed is not None and not allowed.count):
            return []
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(allowed.bits))  # type: ignore[call-arg, arg-type]
        scores, numbers = self._index.search(row.reshape(1, -1), min(limit, len(self)), params=parameters)
        pairs = zip(numbers[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, score) for number, score in pairs if number >= 0]

    def rows(self, numbers: Sequence[int]) -> Vectors:
        """The stored rows of these chunks, shape (n, dimension)."""
        if not len(numbers):
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.vstack([self._index.reconstruct(int(number)) for number in numbers]).astype(np.float32)

    def save(self, path: Path) -> disk.FileMark:
        """Write the index as a new file, flushed to the disk."""
        import faiss

        return disk.write_file(path, faiss.serialize_index(self._index).tobytes())
