"""A model that can call tools gathers passages by itself; code still decides, cites and verifies.

What the model says at the end is thrown away: the passages that its steps brought are all that is used.
"""

import logging
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.config import AgentSettings
from assistant.errors import GenerateError
from assistant.prompting import fill, neutral
from assistant.records import Brought, Waiting
from assistant.retrieve import Retriever
from assistant.tool_check import ToolCheck
from assistant.tools import Around, Gathered, Library, toolbox
from ingest.terms import is_chinese

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.engine import Put

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Agent:
    """Gathers passages for a question with the tools over one index.

    Args:
        check: Knows which models call tools.
    """

    settings: AgentSettings
    check: ToolCheck
    retriever: Retriever
    around: Around

    def gather(
        self, model: "BaseChatModel", question: str, filters: Mapping[str, str]
    ) -> Generator[Waiting, None, list[Brought]]:
        """The passages that the model's steps bring; none where it cannot call tools.

        Meanwhile it says that it waits, so that whoever reads may go away; that stops the model.

        Args:
            question: As it stands alone.
            filters: What the user filtered by; no tool looks beyond it.
        """
        if not self.settings.steps or self.check.known(model) is False:
            return []
        from assistant.engine import in_thread

        run = _Run(self, model, question, Library(self.retriever, self.around, filters))
        deadline = time.monotonic() + self.settings.timeout_s
        with closing(in_thread(run, "agent", run.stopped.set)) as steps:
            try:
                for _ in steps:
                    if time.monotonic() > deadline:
                        log.info("the steps took longer than %g s", self.settings.timeout_s)
                        break
                    yield Waiting(0)
            except Exception as error:  # the model, its server or the framework; the fixed way answers
                log.warning("passages were not gathered by steps: %s", error)
        found = run.gathered.all()
        log.info("%d passages in %d steps", len(found), run.steps)
        return found


@dataclass(slots=True)
class _Run:
    """One question's steps, in a thread of their own."""

    agent: Agent
    model: "BaseChatModel"
    question: str
    library: Library
    gathered: Gathered = field(default_factory=Gathered)
    stopped: threading.Event = field(default_factory=threading.Event)
    steps: int = 0

    def __call__(self, put: "Put") -> None:
        """Let the model call tools until it is done, or has had all its steps."""
        if not self.agent.check.ask(self.model):
            return
        from langchain.agents import create_agent
        from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware

        prompt = fill("agent.zh" if is_chinese(self.question) else "agent", question=neutral(self.question))
        most = self.agent.settings.steps
        limits: list[Any] = [
            ModelCallLimitMiddleware(run_limit=most),
            ToolCallLimitMiddleware(run_limit=most),
        ]
        graph: Any = create_agent(
            self.model,
            toolbox(self.library, self.gathered),
            system_prompt=prompt.system,
            middleware=limits,
        )
        asked = {"messages": [{"role": "user", "content": prompt.user}]}
        for update in graph.stream(asked, {"callbacks": [_stopping(self.stopped)]}, stream_mode="updates"):
            self.steps += "model" in update
            if put(update):
                return


def _stopping(stopped: threading.Event) -> Any:
    """Ends the engine at its next token when no one waits any more."""
    from langchain_core.callbacks import BaseCallbackHandler

    class Stopping(BaseCallbackHandler):
        raise_error = True

        def on_llm_new_token(self, token: Any, **_: Any) -> None:
            if stopped.is_set():
                raise GenerateError("stopped, because no one waits for it")

    return Stopping()
