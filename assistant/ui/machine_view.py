"""What the index holds of one machine: its documents, each in its current revision; HTML only."""

from collections.abc import Sequence

from assistant.records import Language
from assistant.ui.labels import Say, speaker
from assistant.ui.markup import plain
from ingest.records import DocumentRow

_MOST = 6


def machine_documents(rows: Sequence[DocumentRow], machine: str, language: Language) -> str:
    """The documents that are searched for a machine; empty where none is chosen.

    What was superseded is kept and not searched, so it does not stand here.
    """
    say = speaker(language)
    held = [row for row in rows if row.metadata.machine == machine and not row.metadata.superseded]
    if not machine or not held:
        return ""
    shown = "".join(f"<li>{_entry(row, say)}</li>" for row in held[:_MOST])
    left = len(held) - _MOST
    more = f"<li>{plain(say('machine_more', count=left))}</li>" if left > 0 else ""
    heading = plain(say("machine_documents", machine=machine, count=len(held)))
    return f'<div class="mw-held"><p>{heading}</p><ul>{shown}{more}</ul></div>'


def _entry(row: DocumentRow, say: Say) -> str:
    known = row.metadata
    revision = f" <b>{plain(say('revision', revision=known.revision))}</b>" if known.revision else ""
    return f"{plain(known.title or row.doc)}{revision}"
