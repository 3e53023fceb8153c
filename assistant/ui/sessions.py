"""What the server keeps of each page that is opened: what its callbacks need, and no copy of its layout."""

from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder


class PageSession(SessionState):
    """The state of one opened page.

    Gradio's own also describes every component anew, for links that open a page as another left it. Those
    links are closed here, and the description is most of what an opened page would hold and cost.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        without_layout = SimpleNamespace(default_config=blocks.default_config, blocks=())
        super().__init__(cast(gr.Blocks, without_layout))

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self.config_values.clear()

    def _update_config(self, key: int) -> None:
        """Nothing is described."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Nothing is described."""


class PageSessions(StateHolder):
    """The states of the pages that are kept, the one that was used last at the end."""

    def __getitem__(self, session_id: str) -> SessionState:
        with self.lock:
            if session_id not in self.session_data:
                self.session_data[session_id] = PageSession(self.blocks)
        return super().__getitem__(session_id)


def keep_pages_lean(server: App) -> None:
    """Have Gradio's server keep its pages this way; before anyone has opened one."""
    sessions = PageSessions()  # type: ignore[no-untyped-call]  # Gradio's constructor has no types
    sessions.set_blocks(server.get_blocks())
    server.state_holder = sessions
