"""How far a download or a check has come."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Label, bytes done, bytes in all."""


def silent(_label: str, _done: int, _total: int) -> None:
    """Show nothing."""
