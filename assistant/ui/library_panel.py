"""The panel of the library: upload, describe, replace, delete, verify and rebuild; for admins only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from assistant.access.records import may
from assistant.library.records import Stated
from assistant.records import Language
from assistant.ui import library_view as view
from assistant.ui.labels import LANGUAGES, Say, speaker
from assistant.ui.library_session import LibrarySession, Shown
from assistant.ui.markup import plain
from assistant.ui.who import language_in, principal_in
from ingest.records import DOCUMENT_KINDS

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Nothing is deleted by a slip of the finger; a refusal sends no name.
_CONFIRMED = (
    "(doc, language) => [doc && window.confirm(language === 'zh' ? `删除 ${doc}？` : "
    "`Delete ${doc}?`) ? doc : '', language]"
)


@dataclass(frozen=True, slots=True)
class Fields:
    """What is stated of documents, as components in the order of `_stated`."""

    kind: gr.Dropdown
    machine: gr.Textbox
    revision: gr.Textbox
    site: gr.Textbox
    language: gr.Dropdown
    collection: gr.Textbox

    @property
    def all(self) -> list[Any]:
        """In the order of `_stated`."""
        return [self.kind, self.machine, self.revision, self.site, self.language, self.collection]


@dataclass(frozen=True, slots=True)
class LibraryPanel:
    """The panel's components."""

    panel: gr.Accordion
    headings: tuple[gr.HTML, ...]
    files: gr.File
    given: Fields
    add: gr.Button
    run: gr.HTML
    picker: gr.Dropdown
    known: Fields
    superseded: gr.Checkbox
    save: gr.Button
    delete: gr.Button
    newer: gr.File
    newer_revision: gr.Textbox
    replace: gr.Button
    verify: gr.Button
    rebuild: gr.Button
    table: gr.HTML

    @property
    def buttons(self) -> list[gr.Button]:
        """In the order of `_BUTTONS`."""
        return [self.add, self.save, self.delete, self.replace, self.verify, self.rebuild]

    @property
    def labelled(self) -> list[Any]:
        """What `LibraryCallbacks.relabel` fills, in its order."""
        fields = [*self.given.all, *self.known.all]
        rest = [self.files, *fields, self.superseded, self.newer, self.newer_revision, *self.buttons]
        return [self.panel, *self.headings, *rest, self.picker, self.table]


_BUTTONS = ("lib_send", "lib_save", "lib_delete", "lib_replace", "lib_verify", "lib_rebuild")


def library_panel(language: Language) -> LibraryPanel:
    """Build the panel where it is called; it is shown to whoever may use it."""
    say = speaker(language)
    with gr.Accordion(
        say("library"), open=False, visible=False, elem_id="library", elem_classes="mw-fold"
    ) as panel:
        adding = _heading(say("lib_add"))
        files = _drop(say("lib_files"), "files", 140, "multiple")
        stated = gr.HTML(_noted(say("lib_stated")), apply_default_css=False, js_on_load=None)
        given = _fields(say, "given")
        add = _button(say("lib_send"), "add", "mw-primary")
        run = gr.HTML("", elem_id="library-run", apply_default_css=False, js_on_load=None)
        documents = _heading(say("lib_documents"))
        with gr.Row(elem_classes="mw-fold-row"):
            picker = gr.Dropdown(
                [(say("lib_none"), "")], value="", label=say("lib_document"), elem_id="library-picker",
                elem_classes="mw-machine",
            )  # fmt: skip
            delete = _button(say("lib_delete"), "delete", "mw-danger")
        known = _fields(say, "known")
        with gr.Row(elem_classes="mw-fold-row mw-lib-save"):
            superseded = gr.Checkbox(label=say("lib_superseded"), elem_id="library-superseded")
            save = _button(say("lib_save"), "save")
        newer = _drop(say("lib_newer"), "newer", 110, "single")
        with gr.Row(elem_classes="mw-fold-row"):
            newer_revision = _line(say("lib_newer_revision"), "newer-revision")
            replace = _button(say("lib_replace"), "replace")
        index = _heading(say("lib_index"))
        with gr.Row(elem_classes="mw-fold-row mw-lib-index"):
            verify, rebuild = _button(say("lib_verify"), "verify"), _button(say("lib_rebuild"), "rebuild")
        table = gr.HTML("", elem_id="library-table", apply_default_css=False, js_on_load=None)
    return LibraryPanel(
        panel, (adding, stated, documents, index), files, given, add, run, picker, known, superseded, save,
        delete, newer, newer_revision, replace, verify, rebuild, table,
    )  # fmt: skip


class LibraryCallbacks:
    """The callbacks; methods, because Gradio looks at their signatures."""

    def __init__(self, session: LibrarySession) -> None:
        self._session = session

    def open_page(self, request: gr.Request) -> list[Any]:
        """The panel as the page is opened: there for whoever may use it."""
        return self.relabel(language_in(request), "", request)

    def relabel(self, language: Language, doc: str | None, request: gr.Request) -> list[Any]:
        """Every word of the panel in the chosen language; empty for whoever may not see the library."""
        say = speaker(language)
        allowed = may(principal_in(request), "library")
        add, documents, index = (_titled(say(name)) for name in ("lib_add", "lib_documents", "lib_index"))
        names = ("machine", "revision", "site", "language", "collection")
        fields = [
            gr.Dropdown(label=say("lib_kind"), choices=_kinds(say)),
            *(_labelled(say, name) for name in names),
        ]
        return [
            gr.Accordion(label=say("library"), visible=allowed),
            add,
            _noted(say("lib_stated")),
            documents,
            index,
            gr.File(label=say("lib_files")),
            *fields,
            *fields,
            gr.Checkbox(label=say("lib_superseded")),
            gr.File(label=say("lib_newer")),
            gr.Textbox(label=say("lib_newer_revision")),
            *(gr.Button(say(name)) for name in _BUTTONS),
            *self.lists(language, doc),
        ]

    def lists(self, language: Language, doc: str | None) -> list[Any]:
        """The picker and the table as they are now; the chosen document stays chosen while it is there."""
        say, listed = speaker(language), self._session.listed()
        own = [(entry.row.doc, entry.row.doc) for entry in listed if entry.own]
        choices = [(say("lib_choose") if own else say("lib_none"), ""), *own]
        # What is not set stays: by now another document may have been chosen.
        unchosen: dict[str, Any] = {"value": ""} if doc and (doc, doc) not in own else {}
        picker = gr.Dropdown(label=say("lib_document"), choices=choices, **unchosen)
        undone = self._session.undone()
        told = view.undone_view(undone, language) if undone else ""
        return [picker, told + view.documents_view(listed, language)]

    def choose(self, doc: str | None) -> list[Any]:
        """What is known of a document, to be changed."""
        known = self._session.known(doc or "") or Stated()
        kind = known.kind if known.kind in DOCUMENT_KINDS else ""
        values = [kind, known.machine, known.revision, known.site, known.language, known.collection]
        return [*values, known.superseded]

    def add(self, files: list[str] | None, language: Language, *given: Any) -> Iterator[list[Any]]:
        """Take the uploaded files in; the field is empty afterwards."""
        yield from _shown(self._session.add(files or [], _stated(given), language), empty=None)

    def replace(
        self, file: str | None, doc: str | None, revision: str | None, language: Language
    ) -> Iterator[list[Any]]:
        """Take a new revision in."""
        yield from _shown(self._session.replace(doc or "", file, revision or "", language), empty=None)

    def save(self, doc: str | None, superseded: bool, language: Language, *given: Any) -> Iterator[list[Any]]:
        """Save what is stated of the chosen document."""
        yield from _shown(self._session.state(doc or "", _stated(given, superseded), language))

    def delete(self, doc: str | None, language: Language) -> Iterator[list[Any]]:
        """Delete the chosen document; without one, nothing is said: the question was answered with no."""
        if doc:
            yield from _shown(self._session.delete(doc, language))
        else:
            yield [gr.skip()]

    def verify(self, language: Language) -> Iterator[list[Any]]:
        """Hash every file of the index."""
        yield from _shown(self._session.verify(language))

    def rebuild(self, language: Language) -> Iterator[list[Any]]:
        """Make the index again."""
        yield from _shown(self._session.rebuild(language))


def tie_library_panel(
    panel: LibraryPanel, callbacks: LibraryCallbacks, page: gr.Blocks, language: gr.Radio
) -> list[Any]:
    """Connect the panel; returns the events after which the index may be another one."""
    page.load(callbacks.open_page, None, panel.labelled, **_QUIET, queue=False)
    now = [language, panel.picker]
    language.input(callbacks.relabel, now, panel.labelled, **_QUIET, queue=False)
    panel.picker.input(callbacks.choose, panel.picker, [*panel.known.all, panel.superseded], **_QUIET)
    chosen = [panel.picker, language]
    changes = [
        panel.add.click(
            callbacks.add, [panel.files, language, *panel.given.all], [panel.run, panel.files], **_QUIET
        ),
        panel.replace.click(
            callbacks.replace,
            [panel.newer, panel.picker, panel.newer_revision, language],
            [panel.run, panel.newer],
            **_QUIET,
        ),
        panel.save.click(
            callbacks.save,
            [panel.picker, panel.superseded, language, *panel.known.all],
            [panel.run],
            **_QUIET,
        ),
        panel.delete.click(callbacks.delete, chosen, [panel.run], js=_CONFIRMED, **_QUIET),
        panel.rebuild.click(callbacks.rebuild, language, [panel.run], **_QUIET),
    ]
    panel.verify.click(callbacks.verify, language, [panel.run], **_QUIET)
    for change in changes:
        change.then(callbacks.lists, now, [panel.picker, panel.table], **_QUIET)
    return changes


def _shown(views: Iterable[Shown], *rest: Any, **emptied: Any) -> Iterator[list[Any]]:
    """Views as values of the components; a field of files is empty when its work has ended."""
    for shown in views:
        yield [shown.html, *((None if shown.ended else gr.skip()) for _ in emptied)]


def _stated(given: tuple[Any, ...], superseded: bool = False) -> Stated:
    kind, machine, revision, site, language, collection = (str(value or "").strip() for value in given)
    return Stated(
        kind=kind, machine=machine, site=site, revision=revision, language=language, collection=collection,
        superseded=bool(superseded),
    )  # fmt: skip


def _fields(say: Say, part: str) -> Fields:
    with gr.Row(elem_classes="mw-fold-row mw-lib-fields"):
        kind = gr.Dropdown(
            _kinds(say), value="", label=say("lib_kind"), elem_id=f"library-{part}-kind",
            elem_classes="mw-machine",
        )  # fmt: skip
        machine, revision, site = (
            _line(say(f"lib_{name}"), f"{part}-{name}") for name in ("machine", "revision", "site")
        )
        language = gr.Dropdown(
            _languages(say), value="", label=say("lib_language"), elem_id=f"library-{part}-language",
            elem_classes="mw-machine", allow_custom_value=True,
        )  # fmt: skip
        collection = _line(say("lib_collection"), f"{part}-collection")
    return Fields(kind, machine, revision, site, language, collection)


def _labelled(say: Say, name: str) -> Any:
    if name == "language":
        return gr.Dropdown(label=say("lib_language"), choices=_languages(say))
    return gr.Textbox(label=say(f"lib_{name}"))


def _kinds(say: Say) -> list[tuple[str, str]]:
    # A note is what an expert writes to a question.
    return [
        (say("lib_by_itself"), ""),
        *((say(f"lib_{kind}"), kind) for kind in DOCUMENT_KINDS if kind != "note"),
    ]


def _languages(say: Say) -> list[tuple[str, str]]:
    return [(say("lib_by_itself"), ""), *LANGUAGES]


def _heading(text: str) -> gr.HTML:
    return gr.HTML(_titled(text), apply_default_css=False, js_on_load=None)


def _titled(text: str) -> str:
    return f'<h3 class="mw-lib-heading">{plain(text)}</h3>'


def _noted(text: str) -> str:
    return f'<p class="mw-muted">{plain(text)}</p>'


def _line(label: str, name: str) -> gr.Textbox:
    return gr.Textbox(label=label, max_lines=1, elem_id=f"library-{name}", elem_classes="mw-line")


def _drop(label: str, name: str, height: int, count: Literal["single", "multiple"]) -> gr.File:
    return gr.File(
        label=label, file_count=count, height=height, elem_id=f"library-{name}", elem_classes="mw-drop"
    )


def _button(label: str, name: str, *classes: str) -> gr.Button:
    return gr.Button(label, elem_id=f"library-{name}", elem_classes=["mw-lib-button", *classes])
