"""What the library panel shows after each event; no Gradio here."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from assistant.errors import LibraryError, MillwrightError
from assistant.library.before import Before
from assistant.library.library import Library
from assistant.library.records import Listed, Stated
from assistant.records import Language
from assistant.ui import library_view as view
from assistant.ui.job import Job
from assistant.ui.labels import speaker
from assistant.ui.render import error_line
from assistant.ui.service import Assistant
from ingest.plan import Report

log = logging.getLogger(__name__)

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows.

    Args:
        html: Finished.
        ended: The work is done; the lists may have changed.
    """

    html: str
    ended: bool = False


class LibrarySession:
    """Turns what an admin does with the library into what is shown; anyone else is told that they may not."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def listed(self) -> list[Listed]:
        """What the index holds; nothing for whoever may not see the library."""
        try:
            return self._assistant.library.listed()
        except MillwrightError:
            return []

    def undone(self) -> Before | None:
        """The last change that was cut off and undone, for whoever may see the library."""
        try:
            return self._assistant.library.undone()
        except MillwrightError:
            return None

    def known(self, doc: str) -> Stated | None:
        """What is known of a document of the library; None when there is no such one."""
        found = next((entry for entry in self.listed() if entry.own and entry.row.doc == doc), None)
        return Stated.of(found.row.metadata) if found else None

    def add(self, files: Sequence[str], stated: Stated, language: Language) -> Iterator[Shown]:
        """Take uploaded files in."""
        paths = [Path(file) for file in files]
        yield from self._work(
            lambda library, report: library.add(paths, stated, report),
            lambda outcomes: view.outcomes_view(outcomes, language),
            [path.name for path in paths],
            language,
        )

    def replace(self, doc: str, file: str | None, revision: str, language: Language) -> Iterator[Shown]:
        """Take a new revision of a document in."""
        paths = [Path(file)] if file else []
        yield from self._work(
            lambda library, report: library.replace(_chosen(doc, language), paths, revision, report),
            lambda outcomes: view.outcomes_view(outcomes, language),
            [path.name for path in paths],
            language,
        )

    def state(self, doc: str, stated: Stated, language: Language) -> Iterator[Shown]:
        """Save what is stated of a document; its title and date stay as they are."""
        known = self.known(doc) or Stated()
        whole = replace(stated, title=known.title, date=known.date)
        yield from self._work(
            lambda library, report: library.state([_chosen(doc, language)], whole, report),
            lambda outcomes: view.outcomes_view(outcomes, language),
            [doc] if doc else [],
            language,
        )

    def delete(self, doc: str, language: Language) -> Iterator[Shown]:
        """Take a document away."""
        yield from self._work(
            lambda library, report: library.delete([_chosen(doc, language)], report),
            lambda names: view.deleted_view(names, language),
            (),
            language,
        )

    def rebuild(self, language: Language) -> Iterator[Shown]:
        """Make the index again."""
        yield from self._work(
            lambda library, report: library.rebuild(report),
            lambda outcomes: view.outcomes_view(outcomes, language),
            (),
            language,
        )

    def verify(self, language: Language) -> Iterator[Shown]:
        """Hash every file of the index."""
        yield from self._work(
            lambda library, _: library.verify(),
            lambda checks: view.checks_view(checks, language),
            (),
            language,
        )

    def _work(
        self,
        work: Callable[[Library, Report], Done],
        shown: Callable[[Done], str],
        names: Sequence[str],
        language: Language,
    ) -> Iterator[Shown]:
        try:
            # Who asks is known here, and not in the thread of the job.
            library = self._assistant.library
            job = Job(lambda report: work(library, report), names)
            for step in job.steps():
                yield Shown(view.progress_view(step, language))
            yield Shown(shown(job.result()), ended=True)
        except MillwrightError as error:
            yield Shown(error_line(str(error), language), ended=True)
        except Exception:  # the page must say something, whatever broke; the log says what
            log.exception("the library could not be changed")
            yield Shown(error_line(speaker(language)("lib_unexpected")), ended=True)


def _chosen(doc: str, language: Language) -> str:
    if not doc:
        raise LibraryError(speaker(language)("lib_pick_first"))
    return doc
