"""Ways in which a file on a disk goes bad."""

import random
from collections.abc import Callable
from pathlib import Path

PAGE_BYTES = 4096

Damage = Callable[[bytes, bytes, random.Random], bytes | None]
"""What becomes of a file: its content and that of another generation's; None when it is gone."""


def flip(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """One bit is another."""
    changed = bytearray(content)
    changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def truncate(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return content[: chance.randrange(len(content))]


def zero_page(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """One page of the disk reads as zeros."""
    start = chance.randrange(len(content)) // PAGE_BYTES * PAGE_BYTES
    end = min(len(content), start + PAGE_BYTES)
    return content[:start] + bytes(end - start) + content[end:]


def swap(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """It is the file of the generation before: whole, but not the one that belongs here."""
    return other


def empty(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Nothing is in it."""
    return b""


def rubbish(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """It has the right length and holds something else."""
    return chance.randbytes(len(content))


def append(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Something follows its end."""
    return content + chance.randbytes(chance.randrange(1, 100))


def delete(content: bytes, other: bytes, chance: random.Random) -> None:
    """It is gone."""


DAMAGES: tuple[Damage, ...] = (flip, truncate, zero_page, swap, empty, rubbish, append, delete)


def harm(path: Path, other: bytes, damage: Damage, chance: random.Random) -> bool:
    """Damage a file; False when that happened to change nothing."""
    content = path.read_bytes()
    after = damage(content, other, chance)
    if after is None:
        path.unlink()
    else:
        path.write_bytes(after)
    return after != content
