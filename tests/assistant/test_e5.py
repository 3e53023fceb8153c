"""The 4-bit embedder file becomes a sentence-transformers folder: on a file of a few hundred bytes."""

import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant.e5 import convert, is_made_from
from assistant.errors import ModelError

HIDDEN = 32
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁pump", "▁轴承", "s"]
SCALE = 0.5
SHA256 = "ab" * 32


def quarter_row(values: list[int]) -> bytes:
    """A row of 32 values -8..7 as a block: the low halves of the bytes are the first 16 values."""
    halves = [value + 8 for value in values]
    packed = bytes(low | high << 4 for low, high in zip(halves[:16], halves[16:], strict=True))
    return struct.pack("<e", SCALE) + packed


def write_source(path: Path, rows: list[list[int]]) -> None:
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 4, HIDDEN, len(PIECES), 8, 2, 1e-12, 32)
    blob = "".join(PIECES).encode()
    offsets = [len("".join(PIECES[:i]).encode()) for i in range(len(PIECES) + 1)]
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += struct.pack(f"<{len(offsets)}I", *offsets)
    head += struct.pack(f"<{len(PIECES)}f", *[-float(i) for i in range(len(PIECES))]) + blob
    head += struct.pack("<iI", 0, 3) + b"map"
    tensors = {
        "emb.word": (b"".join(map(quarter_row, rows)), len(rows) * HIDDEN),
        "emb.ln.w": (struct.pack(f"<{HIDDEN}f", *range(HIDDEN)), HIDDEN),
        "l0.fi.w": (quarter_row(rows[0]) * HIDDEN, HIDDEN * HIDDEN),
        "l0.q.b": (struct.pack(f"<{HIDDEN}f", *[0.25] * HIDDEN), HIDDEN),
    }
    size = len(head) + 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    table, body = struct.pack("<i", len(tensors)), b""
    for name, (raw, values) in tensors.items():
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", 0, values, size + len(body), len(raw))
        body += raw
    path.write_bytes(head + table + body)


@pytest.fixture
def rows() -> list[list[int]]:
    return [[(7 * i + j) % 16 - 8 for j in range(HIDDEN)] for i in range(len(PIECES))]


@pytest.fixture
def folder(tmp_path: Path, rows: list[list[int]]) -> Path:
    source = tmp_path / "small.bin"
    write_source(source, rows)
    convert(source, tmp_path / "embedder", SHA256)
    return tmp_path / "embedder"


def test_four_bit_values_become_numbers_under_the_names_bert_knows(
    folder: Path, rows: list[list[int]]
) -> None:
    state = load_file(folder / "model.safetensors")
    np.testing.assert_array_equal(state["embeddings.word_embeddings.weight"], np.array(rows) * SCALE)
    np.testing.assert_array_equal(state["embeddings.LayerNorm.weight"], np.arange(HIDDEN))
    assert state["encoder.layer.0.intermediate.dense.weight"].shape == (HIDDEN, HIDDEN)
    np.testing.assert_array_equal(state["encoder.layer.0.attention.self.query.bias"], 0.25)


@pytest.mark.parametrize("text", ["pump 轴承", "  pump\n\t轴承 ", "ｐｕｍｐ　轴承"])
def test_the_tokenizer_sees_one_text_in_its_spellings(folder: Path, text: str) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.encode(text).tokens == ["<s>", "▁pump", "▁轴承", "</s>"]


def test_a_folder_knows_the_file_it_was_made_from(folder: Path) -> None:
    assert is_made_from(folder, SHA256)
    assert not is_made_from(folder, "cd" * 32)
    (folder / "source.json").unlink()
    assert not is_made_from(folder, SHA256)


def test_a_folder_of_an_earlier_version_is_replaced_whole(tmp_path: Path, rows: list[list[int]]) -> None:
    folder = tmp_path / "embedder"
    folder.mkdir()
    (folder / "old.json").write_text("{}")
    write_source(tmp_path / "small.bin", rows)
    convert(tmp_path / "small.bin", folder, SHA256)
    assert not (folder / "old.json").exists()
    assert is_made_from(folder, SHA256)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["embedder", "small.bin"]


@pytest.mark.parametrize("keep", [0, 3, 60, 300])
def test_a_cut_off_file_is_refused_and_the_old_folder_stays(folder: Path, keep: int) -> None:
    source = folder.parent / "cut.bin"
    source.write_bytes((folder.parent / "small.bin").read_bytes()[:keep])
    with pytest.raises(ModelError, match=r"cut\.bin: not an E5 file this version can read"):
        convert(source, folder, "cd" * 32)
    assert is_made_from(folder, SHA256)
