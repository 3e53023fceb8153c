"""Section-aware chunks: a heading stays with its text, a warning with its step, a row with its header."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.records import Block, Box, Chunk, Document, Metadata, Place, Source

CHUNKER_VERSION = 2
"""Raise it when the same document would be cut, or its chunks stored, differently: an older index is
then refused."""

CountTokens = Callable[[Sequence[str]], list[int]]

_HEADING_CHARACTERS = 80
"""A heading is repeated in every chunk below it, so a longer one is shortened there; its own chunk
holds it whole."""

_SENTENCE_END = re.compile(r"(?<=[。！？；])|(?<=[.!?;:])\s+|\n+")


@dataclass(frozen=True, slots=True)
class ChunkOptions:
    """Sizes in tokens of the embedder.

    Args:
        target_tokens: A chunk is closed when the next block would make it longer than this.
        max_tokens: No chunk is longer, its title and heading path included; the embedder would
            cut off the rest unseen. Multilingual-E5 reads 512 with its prompt.
    """

    target_tokens: int = 256
    max_tokens: int = 480


@dataclass(frozen=True, slots=True)
class _Section:
    path: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Atom:
    """Blocks that may not be parted; `tokens` is their length together."""

    blocks: tuple[Block, ...]
    tokens: int


def chunk(
    document: Document, source: Source, count_tokens: CountTokens, options: ChunkOptions | None = None
) -> list[Chunk]:
    """Cut a document into chunks, in reading order; every word of it is in one of them.

    Args:
        count_tokens: Length of each text in tokens of the embedder, without special tokens.
    """
    options = options or ChunkOptions()
    metadata = _metadata(document, source)
    cut: list[Chunk] = []
    for section in _sections(document.blocks):
        path = _path(section.path, metadata.title, count_tokens, options.max_tokens // 3)
        prefix_tokens = count_tokens([f"{metadata.title}\n{path}"])[0] + 2
        room = max(32, options.max_tokens - prefix_tokens)
        target = min(options.target_tokens, room)
        atoms = _atoms(section.blocks, count_tokens, room)
        for group in _pack(atoms, target):
            cut.append(_chunk_of(group, path, source, metadata, len(cut)))
    return cut


def _metadata(document: Document, source: Source) -> Metadata:
    """What is stated beside the file wins over what was read in it."""
    known = source.metadata
    return replace(
        known,
        title=_shorten(known.title or document.title or source.path.stem),
        revision=known.revision or document.revision,
        date=known.date or document.date,
        language=known.language or document.language,
    )


def _shorten(heading: str) -> str:
    return heading if len(heading) <= _HEADING_CHARACTERS else heading[: _HEADING_CHARACTERS - 1] + "…"


def _path(headings: Sequence[str], title: str, count_tokens: CountTokens, allowed: int) -> str:
    """Join the heading path; the outermost go first when it would leave too little room for the text."""
    kept = [_shorten(heading) for heading in headings]
    while len(kept) > 1 and count_tokens([f"{title}\n{' > '.join(kept)}"])[0] > allowed:
        kept = kept[1:]
    return " > ".join(kept)


def _sections(blocks: Iterable[Block]) -> Iterator[_Section]:
    """Split at headings; a heading without text of its own joins the section that follows it."""
    path: list[tuple[int, str]] = []
    pending: list[Block] = []
    for block in blocks:
        if block.kind != "heading":
            pending.append(block)
            continue
        if any(item.kind != "heading" for item in pending):
            yield _Section(tuple(text for _, text in path), tuple(pending))
            pending = []
        path = [entry for entry in path if entry[0] < block.level]
        path.append((block.level, block.text))
        pending.append(block)
    if pending:
        yield _Section(tuple(text for _, text in path), tuple(pending))


def _atoms(blocks: Sequence[Block], count_tokens: CountTokens, room: int) -> list[_Atom]:
    """Group what belongs together, as long as it fits; cut single blocks that do not."""
    lengths = count_tokens([_text(block) for block in blocks])
    atoms: list[_Atom] = []
    held: list[tuple[Block, int]] = []
    for block, tokens in zip(blocks, lengths, strict=True):
        if tokens > room:
            atoms.extend(_joined(held))
            held = []
            atoms.extend(_cut_block(block, count_tokens, room))
            continue
        if held and sum(n for _, n in held) + tokens + len(held) > room:
            atoms.extend(_joined(held))
            held = []
        held.append((block, tokens))
        # A heading belongs to what it heads, a warning box to the step below it (whoever quotes the
        # step must see the warning), a line ending in a colon to what it announces.
        if block.kind in ("heading", "warning") or block.text.rstrip().endswith((":", "：")):
            continue
        atoms.extend(_joined(held))
        held = []
    atoms.extend(_joined(held))
    return atoms


def _joined(held: Sequence[tuple[Block, int]]) -> list[_Atom]:
    if not held:
        return []
    return [_Atom(tuple(block for block, _ in held), sum(tokens for _, tokens in held) + len(held))]


def _cut_block(block: Block, count_tokens: CountTokens, room: int) -> list[_Atom]:
    """Cut a block that is too long for one chunk at sentence ends, and at words where none will do."""
    header_tokens = count_tokens([block.header])[0] + 1 if block.header else 0
    allowed = max(16, room - header_tokens - 2)
    pieces = [piece for piece in _SENTENCE_END.split(block.text) if piece and piece.strip()]
    fitting: list[str] = []
    for piece, tokens in zip(pieces, count_tokens(pieces), strict=True):
        fitting.extend([piece] if tokens <= allowed else _halve(piece, count_tokens, allowed))
    lines = [""]
    for piece in fitting:
        longer = f"{lines[-1]} {piece}".strip()
        if lines[-1] and count_tokens([longer])[0] > allowed:
            lines.append(piece)
        else:
            lines[-1] = longer
    cuts = [
        replace(block, text=line, boxes=_share(block.boxes, i, len(lines))) for i, line in enumerate(lines)
    ]
    return [_Atom((cut,), count_tokens([_text(cut)])[0] + 1) for cut in cuts]


def _halve(text: str, count_tokens: CountTokens, allowed: int) -> list[str]:
    """Cut a text in two, at a space near the middle if there is one, until each part fits."""
    if count_tokens([text])[0] <= allowed or len(text) < 2:
        return [text]
    middle = len(text) // 2
    space = text.rfind(" ", 1, middle + 1)
    at = space if space > middle // 2 else middle
    return [part for half in (text[:at], text[at:].lstrip()) for part in _halve(half, count_tokens, allowed)]


def _share(boxes: tuple[Box, ...], index: int, parts: int) -> tuple[Box, ...]:
    """The boxes of one of several parts, by proportion; a line on the border goes to both."""
    if parts <= 1 or not boxes:
        return boxes
    first = index * len(boxes) // parts
    last = -(-(index + 1) * len(boxes) // parts)
    return boxes[first:last]


def _pack(atoms: Sequence[_Atom], target: int) -> Iterator[list[Block]]:
    """Fill chunks up to the target; a table row is a chunk of its own."""
    held: list[Block] = []
    tokens = 0
    for atom in atoms:
        alone = any(block.kind == "table_row" for block in atom.blocks)
        only_headings = all(block.kind == "heading" for block in held)
        if held and not only_headings and (alone or tokens + atom.tokens > target):
            yield held
            held, tokens = [], 0
        held.extend(atom.blocks)
        tokens += atom.tokens
        if alone:
            yield held
            held, tokens = [], 0
    if held:
        yield held


def _text(block: Block) -> str:
    """A block as it stands in a chunk: a table row under its header."""
    return f"{block.header}\n{block.text}" if block.header else block.text


def _chunk_of(blocks: Sequence[Block], path: str, source: Source, metadata: Metadata, ordinal: int) -> Chunk:
    pages = [block.page for block in blocks if block.page is not None]
    place = Place(
        doc=source.doc,
        title=metadata.title,
        section=path,
        first_page=min(pages, default=None),
        last_page=max(pages, default=None),
        label=next((block.label for block in blocks if block.label), ""),
        boxes=tuple(box for block in blocks for box in block.boxes),
    )
    seed = f"{source.doc}\0{source.sha256}\0{ordinal}".encode()
    return Chunk(
        chunk_id=hashlib.sha256(seed).hexdigest()[:20],
        text="\n".join(_text(block) for block in blocks),
        place=place,
        ordinal=ordinal,
        metadata=metadata,
        kinds=tuple(dict.fromkeys(block.kind for block in blocks)),
        ocr=any(block.ocr for block in blocks),
    )
