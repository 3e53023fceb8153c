"""Two measured runs side by side: one HTML page with bars, readable without a network."""

import html
from collections.abc import Mapping

_STYLE = """
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 2rem; }
th { text-align: left; font-weight: 600; padding: .3rem .6rem .3rem 0; white-space: nowrap; }
td { padding: .3rem 0; width: 80%; }
.bar { display: flex; align-items: center; gap: .5rem; height: 1.3rem; }
.bar i { display: block; height: .9rem; border-radius: 2px; }
.first i { background: #8a94a6; } .second i { background: #0b63ce; }
"""


def comparison_page(
    names: tuple[str, str],
    first: Mapping[str, Mapping[str, float]],
    second: Mapping[str, Mapping[str, float]],
) -> str:
    """A page with a table for each group that both runs have.

    Args:
        first: Means, 0 to 1, by group and measure; as `second`.
    """
    tables = "\n".join(_table(group, first[group], second[group]) for group in second if group in first)
    legend = "".join(
        f'<p class="bar {kind}"><i style="width:2rem"></i>{html.escape(name)}</p>'
        for kind, name in zip(("first", "second"), names, strict=True)
    )
    title = html.escape(" / ".join(names))
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n<h1>{title}</h1>\n{legend}\n{tables}\n</html>\n"
    )


def _table(group: str, first: Mapping[str, float], second: Mapping[str, float]) -> str:
    rows = "\n".join(
        f"<tr><th>{html.escape(measure)}</th><td>{_bar('first', first[measure])}"
        f"{_bar('second', second[measure])}</td></tr>"
        for measure in second
        if measure in first
    )
    return f"<h2>{html.escape(group)}</h2>\n<table>\n{rows}\n</table>"


def _bar(kind: str, value: float) -> str:
    return f'<div class="bar {kind}"><i style="width:{85 * value:.1f}%"></i>{value:.3f}</div>'
