"""The transformers engine, on a real but tiny model whose weights are random: the way, not the words."""

import time
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from assistant.engine_transformers import Transformers
from assistant.errors import GenerateError, ModelError
from assistant.generate import GENERATORS, GenerateOptions

TEMPLATE = (
    "{% for message in messages %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Qwen2 of two layers with a byte tokenizer, saved as safetensors."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    folder = tmp_path_factory.mktemp("tiny-qwen2")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: at for at, token in enumerate(["<|im_start|>", "<|im_end|>", *letters])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    fast: Any = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>"
    )  # type: ignore[no-untyped-call]
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(7)
    config = Qwen2Config(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=4096,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


def engine(path: Path, name: str = "tiny", **changes: Any) -> Transformers:
    chosen = {"max_tokens": 16, "threads": 1, "context_tokens": 4096, **changes}
    model = GENERATORS["transformers"](GenerateOptions(name, path, **chosen))
    assert isinstance(model, Transformers)
    return model


def test_words_come_one_by_one_and_the_last_chunk_counts_the_tokens(tiny: Path) -> None:
    model = engine(tiny)
    messages = [SystemMessage("You help."), HumanMessage("How tight?")]
    pieces = list(model.stream(messages))
    usage = next(piece.usage_metadata for piece in pieces if piece.usage_metadata)
    assert (
        usage["input_tokens"]
        == model.count_tokens("You help.How tight?") + len("systemuserassistant\n\n\n\n\n") + 5
    )
    assert 0 < usage["output_tokens"] <= 16
    assert "".join(str(piece.text) for piece in pieces) == model.invoke(messages).text


def test_closing_the_stream_stops_within_a_second_while_reading_and_while_writing(tiny: Path) -> None:
    model = engine(tiny, max_tokens=3000)
    for pieces in (1, 4):
        stream = model.stream("Grease the bearing. " * (150 if pieces == 1 else 1))
        for _ in range(pieces):
            next(stream)
        began = time.monotonic()
        stream.close()  # type: ignore[attr-defined]
        model.invoke("ok", max_tokens=1)
        assert time.monotonic() - began < 1.0


def test_a_prompt_that_is_too_long_says_by_how_much(tiny: Path) -> None:
    with pytest.raises(GenerateError, match=r"the prompt has \d+ tokens and the model is set to read 64"):
        engine(tiny, context_tokens=64).invoke("Grease the bearing. " * 10)


def test_a_model_that_is_not_here_is_named_and_nothing_is_fetched() -> None:
    began = time.monotonic()
    with pytest.raises(
        ModelError, match=r"nobody/nothing: the model is neither a folder here nor in the cache"
    ):
        engine(Path(), "nobody/nothing").invoke("hello")
    assert time.monotonic() - began < 20


def test_weights_that_are_a_pickle_are_not_read(tiny: Path, tmp_path: Path) -> None:
    for file in tiny.iterdir():
        if file.suffix != ".safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04not to be loaded")
    with pytest.raises(ModelError, match="transformers cannot load it"):
        engine(tmp_path).invoke("hello")


def test_a_model_without_a_chat_template_is_refused(tiny: Path, tmp_path: Path) -> None:
    for file in tiny.iterdir():
        if file.name != "chat_template.jinja":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError, match="no chat template"):
        engine(tmp_path).invoke("hello")
