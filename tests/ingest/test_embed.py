"""The embedder: what it knows without loading anything, and what the real model makes of sentences."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import WordLevel

from ingest.embed import SentenceEmbedder, _by_length
from ingest.errors import MillwrightError

WORDS = ["[UNK]", "passage", ":", "grease", "the", "bearing", "daily"]


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """A sentence-transformers folder as small as one can be; its weights are never run."""
    folder = tmp_path / "small-embedder"
    folder.mkdir()
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    write(folder / "config.json", {"hidden_size": 8, "max_position_embeddings": 64})
    write(folder / "sentence_bert_config.json", {"max_seq_length": 32})
    write(folder / "config_sentence_transformers.json", {"prompts": {"document": "passage: "}})
    write(folder / "modules.json", [{"path": "", "type": "sentence_transformers.models.Transformer"}])
    save_file({"weight": np.zeros((512, 512), dtype=np.float32)}, folder / "model.safetensors")
    return folder


def write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


@given(st.lists(st.integers(0, 600), max_size=200), st.integers(1, 4096))
def test_batches_hold_every_text_once_and_stay_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = list(_by_length(lengths, budget))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[i] for i in batch)
        assert len(batch) == 1 or padded <= budget


def test_importing_the_adapter_loads_no_heavy_library() -> None:
    code = "import sys, ingest.embed; print([m for m in ('torch', 'transformers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_folder_tells_its_size_without_its_weights(small_folder: Path) -> None:
    embedder = SentenceEmbedder(str(small_folder))
    assert embedder.name == "small-embedder"
    assert embedder.dimension == 8


def test_a_dense_layer_at_the_end_decides_the_dimension(small_folder: Path) -> None:
    kinds = [("", "Transformer"), ("2_Dense", "Dense")]
    modules = [{"path": path, "type": f"sentence_transformers.models.{kind}"} for path, kind in kinds]
    write(small_folder / "modules.json", modules)
    (small_folder / "2_Dense").mkdir()
    write(small_folder / "2_Dense" / "config.json", {"in_features": 8, "out_features": 4})
    assert SentenceEmbedder(str(small_folder)).dimension == 4


def test_tokens_are_counted_without_special_ones(small_folder: Path) -> None:
    embedder = SentenceEmbedder(str(small_folder))
    text = "grease the bearing"
    assert embedder.count_tokens([text, "", "daily"]) == [3, 0, 1]


def test_of_a_long_question_the_beginning_and_the_end_are_embedded(real: SentenceEmbedder) -> None:
    story = "The pump was stopped. " * 60
    asked = real.query(f"Spindle drive. {story} What torque do the bolts of the gearbox need?")
    other = real.query(f"Spindle drive. {story} {story} What torque do the bolts of the gearbox need?")
    assert asked @ other > 0.999
    assert asked @ real.query(f"Spindle drive. {story}") < 0.97


def test_the_fingerprint_is_the_same_for_a_copy(small_folder: Path, tmp_path: Path) -> None:
    copied = tmp_path / "elsewhere"
    small_folder.rename(copied)
    before = SentenceEmbedder(str(copied)).fingerprint
    copied.rename(small_folder)
    assert SentenceEmbedder(str(small_folder)).fingerprint == before


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_the_fingerprint_notices_a_change(small_folder: Path, name: str) -> None:
    before = SentenceEmbedder(str(small_folder)).fingerprint
    path = small_folder / name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if name.endswith("json") else shifted(content))
    assert SentenceEmbedder(str(small_folder)).fingerprint != before


def shifted(weights: bytes) -> bytes:
    """The same file after a training step: every value a little different."""
    half = len(weights) // 2
    return weights[:half] + bytes(value ^ 1 for value in weights[half:])


def test_a_model_that_is_not_here_is_named_with_what_to_do() -> None:
    with pytest.raises(MillwrightError, match=r"no-such/model: no such folder.*embed\.model"):
        SentenceEmbedder("no-such/model").fingerprint  # noqa: B018 - reading it is the act


@pytest.fixture(scope="module")
def real() -> SentenceEmbedder:
    """The fetched embedder; without it these tests fail only where the models are required."""
    from assistant import models

    if models.find("multilingual-e5-small") is None:
        message = "the embedder has not been fetched: run `millwright models fetch multilingual-e5-small`"
        (pytest.fail if os.environ.get("MILLWRIGHT_REQUIRE_MODELS") == "1" else pytest.skip)(message)
    return SentenceEmbedder(models.embedder_folder("multilingual-e5-small"))


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "paraphrase", "others"),
    [
        (
            "How often must the spindle bearing be greased?",
            "Lubrication interval of the spindle bearing: every 500 running hours.",
            ["The invoice is due within 30 days.", "It will rain in Lisbon tomorrow."],
        ),
        (
            "主轴轴承多久加一次润滑脂？",
            "主轴轴承的润滑周期：每运行500小时一次。",
            ["发票须在三十天内付款。", "里斯本明天有雨。"],
        ),
        # Across languages the order holds among texts of one language only: the model draws a question
        # towards any text of its own language, here further than the topic draws it.
        (
            "主轴轴承多久加一次润滑脂？",
            "Lubrication interval of the spindle bearing: every 500 running hours.",
            ["The invoice is due within 30 days.", "It will rain in Lisbon tomorrow."],
        ),
    ],
)
def test_a_paraphrase_is_nearer_than_what_is_unrelated(
    real: SentenceEmbedder, question: str, paraphrase: str, others: list[str]
) -> None:
    near, *far = real.passages([paraphrase, *others]) @ real.query(question)
    assert near > max(far) + 0.03


@pytest.mark.model
def test_rows_keep_the_order_of_the_texts_and_do_not_depend_on_their_company(real: SentenceEmbedder) -> None:
    texts = ["Replace the filter. " * 30, "停机。", "Check the oil level before starting the pump.", "a"]
    together = real.passages(texts)
    alone = np.vstack([real.passages([text]) for text in texts])
    assert together.dtype == np.float32
    assert together.shape == (4, real.dimension)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    assert (together * alone).sum(axis=1).min() > 0.995
    assert real.passages([]).shape == (0, real.dimension)


@pytest.mark.model
def test_threads_may_ask_at_the_same_time(real: SentenceEmbedder) -> None:
    questions = [f"What does alarm E-{number} mean?" for number in range(12)]
    rows: dict[str, object] = {}

    def ask(part: Sequence[str]) -> None:
        for question in part:
            rows[question] = real.query(question)

    threads = [threading.Thread(target=ask, args=(questions[i::3],)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows) == len(questions)
    assert all(np.array_equal(np.asarray(rows[question]), real.query(question)) for question in questions)


@pytest.mark.model
def test_a_folder_without_weights_is_refused_in_one_line(small_folder: Path) -> None:
    (small_folder / "model.safetensors").unlink()
    write(small_folder / "config.json", {"model_type": "bert", "hidden_size": 8})
    with pytest.raises(MillwrightError, match=r"small-embedder: sentence-transformers cannot load it"):
        SentenceEmbedder(str(small_folder)).query("grease")
