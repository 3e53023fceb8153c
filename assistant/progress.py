"""How far a download or a check has come."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Label, bytes done, bytes in all."""


def silent(_label: str, _done: int, _total: int) -> None:
    """Show nothing."""


def bar_progress() -> Progress:
    """Draw a bar on stderr, one for each label; a bar is closed when its bytes are all there."""
    from tqdm import tqdm

    bars: dict[str, tqdm] = {}

    def show(label: str, done: int, total: int) -> None:
        bar = bars.get(label)
        if bar is None:
            bar = bars[label] = tqdm(desc=label, total=total, unit="B", unit_scale=True, leave=True)
        bar.update(done - bar.n)
        if done >= total:
            bars.pop(label).close()

    return show
