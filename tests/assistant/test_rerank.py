"""A cross-encoder by name: the library's real code with tiny random weights."""

from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelError
from assistant.rerank import CrossEncoderReranker

TEXTS = [
    "grease the bearing",
    "tighten the nut",
    "open the valve",
    "drain the oil",
    "close the cover",
    "stop",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    path = tmp_path_factory.mktemp("cross-encoder")
    words = sorted({word for text in TEXTS for word in text.split()})
    (path / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]))
    BertTokenizer(str(path / "vocab.txt")).save_pretrained(path)
    torch.manual_seed(1)
    sizes: dict[str, Any] = {
        "vocab_size": len(words) + 5,
        "num_labels": 1,
        "max_position_embeddings": 64,
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
    }
    config = BertConfig(**sizes)
    BertForSequenceClassification(config).save_pretrained(path)
    return path


def test_every_text_keeps_a_place_and_the_order_is_the_models(folder: Path) -> None:
    from sentence_transformers import CrossEncoder

    scores = CrossEncoder(str(folder), device="cpu").predict([("open the cover", text) for text in TEXTS])
    expected = sorted(range(len(TEXTS)), key=lambda position: -scores[position])
    assert CrossEncoderReranker(str(folder), 60_000).order("open the cover", TEXTS) == expected


def test_without_time_everything_stays_as_it_was(folder: Path) -> None:
    assert CrossEncoderReranker(str(folder), 0.0).order("open the cover", TEXTS) == list(range(len(TEXTS)))


def test_a_model_that_is_not_here_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"retrieve\.reranker"):
        CrossEncoderReranker(str(tmp_path / "none"), 100).order("?", TEXTS)
