"""Write the 4-bit multilingual-E5 file as a sentence-transformers folder, once.

Layout of the file, little-endian: `E5S1`, version, sizes, tokenizer, a normalisation map, then named
tensors, either float32 or blocks of 32 four-bit values under one float16 scale.
"""

import json
import os
import shutil
import struct
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError

_MAGIC = b"E5S1"
_FORM = 2
"""Counts the changes of what is written, so that a folder made by an earlier version is made anew."""
_RECORD = "source.json"
_BLOCK_VALUES, _BLOCK_BYTES = 32, 18
_Q4_NAMES = ("emb.word", "q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
_MATRICES = (*_Q4_NAMES, "emb.pos", "emb.type")
_PROMPTS = {"query": "query: ", "passage": "passage: "}
_MAX_TOKENS = 512
_LAYER_NAMES = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}

Tensor = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Sizes:
    hidden: int
    heads: int
    layers: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unknown: int


class _Reader:
    """Walks through the file from its start."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.content, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def bytes(self, length: int) -> bytes:
        piece = self.content[self.at : self.at + length]
        self.at += length
        return piece


def convert(source: Path, folder: Path, sha256: str) -> None:
    """Write the folder whole, or not at all.

    Args:
        sha256: The source's, which the caller has checked; it is kept beside the weights.

    Raises:
        ModelError: The file is not of the layout above, or the disk refused the folder.
    """
    try:
        sizes, vocabulary, tensors = _read(source.read_bytes())
    except (struct.error, UnicodeDecodeError, ValueError, KeyError) as error:
        raise ModelError(f"{source}: not an E5 file this version can read ({error})") from error
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".embedder-") as scratch:
            fresh = Path(scratch) / "embedder"
            _write(fresh, sizes, vocabulary, tensors)
            _write_json(fresh / _RECORD, {"sha256": sha256, "form": _FORM})
            _settle(fresh)
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(fresh, folder)
    except OSError as error:
        raise ModelError(
            f"{folder}: the embedder cannot be written ({error.strerror or error}). It takes about 500 MB; "
            "free some space or set MILLWRIGHT_CACHE to another folder."
        ) from error


def is_made_from(folder: Path, sha256: str) -> bool:
    """Whether this version has written the folder, from that file."""
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(record == {"sha256": sha256, "form": _FORM})


def _settle(folder: Path) -> None:
    """Have the disk hold every file, and let every user of a shared cache read it."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)  # safetensors writes for its owner alone
            with open(path, "rb") as file:
                os.fsync(file.fileno())


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _read(content: bytes) -> tuple[_Sizes, _Vocabulary, dict[str, Tensor]]:
    reader = _Reader(content)
    if reader.bytes(4) != _MAGIC:
        raise ValueError("it does not begin with E5S1")
    _version, hidden, layers, heads, feed, words, positions, types, _epsilon, block = reader.take("I7ifi")
    if block != _BLOCK_VALUES:
        raise ValueError(f"blocks of {block} values, 32 are known")
    vocabulary = _read_vocabulary(reader)
    _count, length = reader.take("iI")
    reader.bytes(length)
    (count,) = reader.take("i")
    tensors: dict[str, Tensor] = {}
    for _ in range(count):
        (name_length,) = reader.take("H")
        name = reader.bytes(name_length).decode("utf-8")
        _dtype, values, offset, size = reader.take("BIQQ")
        tensors[name] = _tensor(name, content[offset : offset + size], values)
    return _Sizes(hidden, heads, layers, feed, words, positions, types), vocabulary, tensors


def _read_vocabulary(reader: _Reader) -> _Vocabulary:
    count, bos, eos, pad, unknown, blob_length = reader.take("5iQ")
    offsets = np.frombuffer(reader.bytes(4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(reader.bytes(4 * count), dtype="<f4")
    blob = reader.bytes(blob_length)
    pieces = [
        (blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(count)
    ]
    return _Vocabulary(pieces, bos, eos, pad, unknown)


def _tensor(name: str, raw: bytes, values: int) -> Tensor:
    if not name.endswith(_Q4_NAMES):
        return np.frombuffer(raw, dtype="<f4").astype(np.float32)
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    low, high = blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4
    quarters = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return np.asarray((quarters * scale).reshape(-1), dtype=np.float32)


def _write(folder: Path, sizes: _Sizes, vocabulary: _Vocabulary, tensors: dict[str, Tensor]) -> None:
    from safetensors.numpy import save_file

    folder.mkdir(parents=True)
    state = {}
    for name, values in tensors.items():
        key = _EMBEDDING_NAMES.get(name) or _layer_name(name)
        columns = sizes.feed_forward if name.endswith("fo.w") else sizes.hidden
        state[key] = np.ascontiguousarray(values.reshape(-1, columns) if name.endswith(_MATRICES) else values)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(folder, vocabulary)
    configs: dict[str, object] = {
        "config.json": _model_config(sizes, vocabulary),
        "modules.json": _modules(),
        "sentence_bert_config.json": {"max_seq_length": _MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": _PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
    }
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    for name, config in configs.items():
        _write_json(folder / name, config)


def _layer_name(name: str) -> str:
    layer, _, rest = name.partition(".")
    return f"encoder.layer.{int(layer[1:])}.{_LAYER_NAMES[rest]}"


def _model_config(sizes: _Sizes, vocabulary: _Vocabulary) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": sizes.hidden,
        "num_attention_heads": sizes.heads,
        "num_hidden_layers": sizes.layers,
        "intermediate_size": sizes.feed_forward,
        "vocab_size": sizes.vocabulary,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
        "pad_token_id": vocabulary.pad,
        "torch_dtype": "float32",
    }


def _modules() -> list[dict[str, Any]]:
    kinds = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    return [
        {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for number, (path, kind) in enumerate(kinds)
    ]


def _write_tokenizer(folder: Path, vocabulary: _Vocabulary) -> None:
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    piece = [text for text, _ in vocabulary.pieces]
    bos, eos = piece[vocabulary.bos], piece[vocabulary.eos]
    pad, unknown = piece[vocabulary.pad], piece[vocabulary.unknown]
    tokenizer = Tokenizer(Unigram(vocabulary.pieces, vocabulary.unknown, False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(_spaces(), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}", special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)]
    )
    tokenizer.add_special_tokens([bos, eos, pad, unknown])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": bos,
        "eos_token": eos,
        "cls_token": bos,
        "sep_token": eos,
        "pad_token": pad,
        "unk_token": unknown,
        "model_max_length": _MAX_TOKENS,
    }
    _write_json(folder / "tokenizer_config.json", config)


def _spaces() -> Any:
    from tokenizers import Regex

    return Regex(r"\s+")
