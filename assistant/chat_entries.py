"""The streamed entries of a chat completion, as llama.cpp and compatible servers send them."""

from collections.abc import Iterator
from typing import Any

from langchain_core.messages import AIMessageChunk, ToolCallChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk


def message_chunks(entries: Iterator[dict[str, Any]], model: str) -> Iterator[ChatGenerationChunk]:
    """Entries as LangChain's chunks; the one with the counts tells how it went."""
    finish_reason = ""
    for entry in entries:
        choice = (entry.get("choices") or [{}])[0]
        delta = choice.get("delta") or {}
        content, calls = delta.get("content") or "", _calls(delta)
        finish_reason = choice.get("finish_reason") or finish_reason
        counts = entry.get("usage")
        if not counts:
            yield ChatGenerationChunk(message=AIMessageChunk(content=content, tool_call_chunks=calls))
            continue
        read, written = counts.get("prompt_tokens", 0), counts.get("completion_tokens", 0)
        usage = UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
        metadata = {**entry.get("timings", {}), "model_name": model, "finish_reason": finish_reason}
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content=content, tool_call_chunks=calls, usage_metadata=usage, response_metadata=metadata
            )
        )


def _calls(delta: dict[str, Any]) -> list[ToolCallChunk]:
    """The pieces of tool calls in an entry; their arguments may come letter by letter."""
    pieces = []
    for place, entry in enumerate(delta.get("tool_calls") or ()):
        function = entry.get("function") or {}
        pieces.append(
            tool_call_chunk(
                name=function.get("name"),
                args=function.get("arguments"),
                id=entry.get("id"),
                index=entry.get("index", place),
            )
        )
    return pieces
