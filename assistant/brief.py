"""What is put before the model for one question: new passages, or those that it has read already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.cite import Cited
from assistant.config import AnswerSettings
from assistant.draft import Draft
from assistant.passages import as_generator, passage_texts, tight
from assistant.prompting import Prompt, answer_prompt, more_prompt, neutral
from assistant.records import Answer, Hit, Reading, Turn
from ingest.chunk import CountTokens

_MARKER = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class Brief:
    """A prompt and what goes before it.

    Args:
        before: Earlier questions and answers, oldest first, as the model read and wrote them.
        hits: The passages that an answer may rest on.
        passages: Their texts as they are put before the model.
        generation: Of the index that they come from.
    """

    prompt: Prompt
    before: tuple[tuple[str, str], ...]
    hits: tuple[Hit, ...]
    passages: tuple[str, ...]
    generation: int

    def read(self, written: str, cited: Cited, shown: Answer) -> Reading:
        """What the next question can go on from.

        What the documents do not carry is not said again: the model would believe itself.
        """
        answer = written if not cited.withheld else _MARKER.sub("", cited.text or shown.text)
        return Reading(self.passages, (*self.before, (self.prompt.user, neutral(answer))), self.generation)


def brief(
    draft: Draft,
    history: Sequence[Turn],
    settings: AnswerSettings,
    count_tokens: CountTokens,
    generation: int = 0,
) -> Brief:
    """Choose what the model reads.

    In a conversation about one document a question is put behind what was read, with no more than the new
    quotes: llama.cpp reads only what is new, so that the first word comes after a fraction of the time.
    """
    count_tokens = as_generator(count_tokens)
    hits = draft.found.hits[: settings.passages]
    last = history[-1].answer if history else None
    reading = last.reading if last is not None and _same_subject(last, draft) else None
    # What stood in a document before it was replaced is not to be believed.
    if reading is not None and reading.generation == generation:
        gone_on = _behind(reading, draft, settings, count_tokens)
        if gone_on is not None:
            return gone_on
    passages = passage_texts(hits, draft.found.terms, settings.prompt_tokens, count_tokens)
    before = _recent(history) if draft.asked.base else ()
    # With the turn before it in sight, a follow-up is read as it was asked.
    asked = draft.answer.question if before else draft.asked.question
    prompt = answer_prompt(asked, passages, draft.answer.language)
    return Brief(prompt, before, hits, tuple(text for _, text in passages), generation)


def _same_subject(last: Answer, draft: Draft) -> bool:
    """Whether the best quote for the new question is in a document that the last answer cited."""
    best = draft.answer.evidence[:1]
    return last.language == draft.answer.language and any(
        quote.place.doc == entry.place.doc for quote in best for entry in last.citations
    )


def _behind(
    reading: Reading, draft: Draft, settings: AnswerSettings, count_tokens: CountTokens
) -> Brief | None:
    """The question behind what was read; None when that grows too long."""
    new = _new_quotes(reading, draft, settings.follow_up_tokens, count_tokens)
    asked, language = draft.asked.question, draft.answer.language
    prompt = answer_prompt(asked, new, language) if new else more_prompt(asked, language)
    said = [part for pair in reading.said for part in pair]
    if sum(count_tokens([*said, prompt.user])) > settings.conversation_tokens:
        return None
    read = (*reading.passages, *(text for _, text in new))
    # Of what was read before only that may be cited which was found again.
    again = [hit for hit in draft.found.hits if any(text in hit.chunk.text for text in read)]
    hits = (*draft.found.hits[: settings.passages], *again)
    return Brief(prompt, reading.said, tuple(dict.fromkeys(hits)), read, reading.generation)


def _new_quotes(
    reading: Reading, draft: Draft, budget_tokens: int, count_tokens: CountTokens
) -> list[tuple[str, str]]:
    """Heading and text of the quotes that were not read yet; none when the best one was."""
    evidence = draft.answer.evidence
    if any(evidence[0].quote in text for text in reading.passages):
        return []
    new: list[tuple[str, str]] = []
    for quote in evidence:
        heading = quote.place.section.rsplit(" > ", 1)[-1]
        room = budget_tokens - count_tokens([heading])[0]
        text = quote.quote if new else tight(quote.quote, draft.found.terms, room, count_tokens)
        cost = count_tokens([text])[0]
        if new and (cost > room or any(text in read for read in reading.passages)):
            continue
        new.append((heading, text))
        budget_tokens = room - cost
    return new


def _recent(history: Sequence[Turn]) -> tuple[tuple[str, str], ...]:
    """The last turn only: more would cost the reader seconds before the first word."""
    return tuple(
        (neutral(turn.question), neutral(turn.answer.written or turn.answer.text))
        for turn in history[-1:]
        if turn.answer.support != "declined"
    )
