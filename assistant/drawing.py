"""What every plot shares: its fonts, its colours, and how it becomes a picture."""

import io
import logging
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR, LINE, STRONG, GREY = "#1f5f74", "#d9791a", "#b3261e", "#5f6b70"
SERIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#9aa3a8")
"""Colours that the colour-blind tell apart (Okabe and Ito, Color Universal Design, 2008); grey last."""
_LONGEST_LABEL = 24
_FONTS = (
    "DejaVu Sans", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC", "SimHei",
    "Noto Sans CJK JP",
)  # fmt: skip


def figure(width: float, height: float) -> "Figure":
    """An empty figure, in inches."""
    from matplotlib.figure import Figure

    _prepare()
    return Figure(figsize=(width, height), dpi=130, layout="constrained")


@cache
def _prepare() -> None:
    """Fonts that are here, Chinese ones too; text is never read as a formula."""
    import matplotlib
    from matplotlib import font_manager

    # A font that is missing is told once a text otherwise.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    here = set(font_manager.get_font_names())
    matplotlib.rcParams.update({
        "font.family": [name for name in _FONTS if name in here] or ["sans-serif"],
        "text.parse_math": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 11,
        "font.size": 9,
        "axes.unicode_minus": False,
    })  # fmt: skip


def png(drawn: "Figure") -> bytes:
    """A figure as a PNG; the same figure gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(drawn)
    picture = io.BytesIO()
    with warnings.catch_warnings():
        # A character that no font here has is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph")
        metadata: dict[str, Any] = {"Software": None}
        drawn.savefig(picture, format="png", metadata=metadata)
    return picture.getvalue()


def short(text: str, most: int = _LONGEST_LABEL) -> str:
    """A text that is cut where it is too long for a label."""
    return text if len(text) <= most else text[: most - 1] + "…"


def whole_numbers(axes: "Axes", which: Literal["x", "y"] = "y") -> None:
    """Counts have no fractions."""
    from matplotlib import ticker

    untyped: Any = ticker
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(untyped.MaxNLocator(integer=True))
