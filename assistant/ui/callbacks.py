"""What each event of the page calls: views become values of Gradio's components."""

import threading
import time
from collections.abc import AsyncIterator, Generator
from typing import Any

import anyio.to_thread
import gradio as gr

from assistant.records import Language
from assistant.ui import render
from assistant.ui.conversation import Conversation, View
from assistant.ui.labels import speaker
from assistant.ui.questions import examples_heading, machine_choices
from assistant.ui.talk import NEW_TALK, Talk
from assistant.ui.visitor import owner_for
from assistant.ui.who import language_in, principal_in

_STILL_HERE_S = 1.0
"""So often Gradio is given the same view again: only then it notices that a browser has gone."""


class _Views:
    """The views of one answer, taken in one thread and closed in another, never both at once."""

    def __init__(self, views: Generator[View]) -> None:
        self._views, self._held = views, threading.Lock()

    def step(self) -> View | None:
        """The next view; None when there is none."""
        with self._held:
            return next(self._views, None)

    def close(self) -> None:
        """End the answer, once the step that is under way is done."""
        with self._held:
            self._views.close()


class Callbacks:
    """The callbacks; methods, because Gradio looks at their signatures."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        # Whoever waits holds a thread for a quarter of a second.
        self._threads = anyio.CapacityLimiter(conversation.places)

    def open_page(self, request: gr.Request) -> list[Any]:
        """The page as it is opened: in the browser's language, with what the index holds now."""
        language = language_in(request)
        switch = gr.Radio(value=language, label=speaker(language)("language"))
        return [True, switch, *self.relabel(language, "", NEW_TALK, request)]

    async def ask(
        self,
        question: str | None,
        machine: str | None,
        language: Language,
        talk: Talk,
        opened: bool,
        request: gr.Request,
    ) -> AsyncIterator[list[Any]]:
        """Answer; every view as it comes. Cancelled, it stops the answer.

        Args:
            opened: Whether the page was told yet which language it opens in.
        """
        owner, language = owner_in(request), language if opened else language_in(request)
        views = _Views(self._conversation.ask(question or "", machine or "", language, talk, owner))
        shown, shown_at = None, 0.0
        try:
            while (view := await anyio.to_thread.run_sync(views.step, limiter=self._threads)) is not None:
                if view is not shown or time.monotonic() - shown_at > _STILL_HERE_S:
                    yield changes(view, shown)
                    shown, shown_at = view, time.monotonic()
        finally:
            # Gradio cancels while a thread may still be waiting for the next view; that one must end first.
            threading.Thread(target=views.close, daemon=True).start()

    def take_example(self, example: str) -> str:
        """An example becomes the question."""
        return example

    def stop(self, asked: str, language: Language, talk: Talk, request: gr.Request) -> list[Any]:
        """Everything but the sources, which stay as they are."""
        return changes(self._conversation.stop(asked, language, talk, owner_in(request)))[:-1]

    def start_anew(self, language: Language) -> list[Any]:
        """Forget the conversation."""
        return changes(self._conversation.shown(NEW_TALK, language))

    def forget_about(self, language: Language, talk: Talk, request: gr.Request) -> list[Any]:
        """What the conversation is about no longer draws the search."""
        return changes(self._conversation.forget_about(talk, language, owner_in(request)))

    def index_changed(self, language: Language, machine: str | None, request: gr.Request) -> list[Any]:
        """What the page says of the index, as it is now."""
        known = self._conversation.machines()
        return [
            render.banner(self._conversation.health(), language, principal_in(request)),
            gr.Dropdown(choices=machine_choices(known, language), value=machine if machine in known else ""),
        ]

    def machine_chosen(self, machine: str | None, language: Language) -> str:
        """What the index holds of the machine."""
        return self._conversation.held(machine or "", language)

    def switch(self, language: Language, machine: str | None, talk: Talk, request: gr.Request) -> list[Any]:
        """The page in the language that was chosen, the name of the choice with it."""
        named = gr.Radio(label=speaker(language)("language"))
        return [named, *self.relabel(language, machine, talk, request)]

    def relabel(self, language: Language, machine: str | None, talk: Talk, request: gr.Request) -> list[Any]:
        """Every word of the page in the chosen language."""
        conversation, say = self._conversation, speaker(language)
        view = conversation.shown(talk, language, owner_in(request))
        choices = machine_choices(conversation.machines(), language)
        return [
            render.banner(conversation.health(), language, principal_in(request)),
            gr.Textbox(label=say("question"), placeholder=say("question_hint")),
            gr.Dropdown(label=say("machine"), choices=choices, value=machine or ""),
            gr.Button(say("ask")),
            gr.Button(say("stop")),
            gr.Button(say("new")),
            gr.Button(say("forget_about")),
            examples_heading(language),
            conversation.trouble(language),
            view.current,
            view.earlier,
            view.about,
            view.sources,
            render.tools_heading(language),
            conversation.held(machine or "", language),
        ]


def owner_in(request: gr.Request) -> str:
    """Whose conversations a request is about."""
    return owner_for(principal_in(request), request.cookies)


def changes(view: View, before: View | None = None) -> list[Any]:
    """A view as values of the components, in the page's order; the sources stand last.

    Args:
        before: The view that is shown. What the page keeps of it and need not show is not set again: Gradio
            describes the whole component anew each time, which costs more than the text of the answer.
    """
    begun = bool(view.talk.turns or view.asked)
    talk: Any = gr.skip() if before is not None and view.talk is before.talk else view.talk
    asked: Any = gr.skip() if before is not None and view.asked == before.asked else view.asked
    return [
        view.box,
        view.error,
        view.current,
        view.earlier,
        view.about,
        talk,
        asked,
        render.state(view.busy, begun, bool(view.about)),
        view.sources,
    ]
