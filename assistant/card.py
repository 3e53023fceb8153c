"""The card of a conversation: which machine, document, code and site it is about, learned by rules.

It is sticky: what a turn does not say stays as it was, until one says otherwise or the user clears it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from assistant.names import Name, distinct, half_width, names
from assistant.records import Answer, Card
from ingest.records import Chunk
from ingest.terms import look_alike

NOTHING = Card()


def learned(card: Card, filters: Mapping[str, str], answer: Answer, machines: Sequence[str]) -> Card:
    """The card after a turn.

    What the user filtered by counts first, then what the question names, then what the cited documents agree
    on; a declined answer cites nothing.

    Args:
        machines: The machines that documents are about.
    """
    named = names(half_width(answer.resolved or answer.question), machines)
    found = {hit.chunk.chunk_id: hit.chunk for hit in answer.hits}
    cited = [found[entry.chunk_id] for entry in answer.evidence if entry.chunk_id in found]
    asked_for = _only(distinct(named, "machine"))
    machine = (
        filters.get("machine")
        or (_as_documents_say(asked_for, machines) if asked_for else "")
        or _agreed({chunk.metadata.machine for chunk in cited} - {""})
        or card.machine
    )
    code = _only(distinct(named, "code"))
    another = bool(card.machine) and machine.casefold() != card.machine.casefold()
    return Card(
        machine=machine,
        doc=filters.get("doc") or _document(cited, "" if another else card.doc),
        # The alarm of another machine is not what "this alarm" means now.
        code=code.text.upper() if code else "" if another else card.code,
        site=filters.get("site") or _agreed({chunk.metadata.site for chunk in cited} - {""}) or card.site,
    )


def favoured(card: Card, question: str, machines: Sequence[str]) -> Card:
    """What of the card a question may mean without saying so: nothing of a machine when it names another.

    Args:
        question: As it is searched, with what a follow-up left unsaid.
    """
    named = {
        look_alike(name.text) for name in names(half_width(question), machines) if name.kind == "machine"
    }
    if named and look_alike(card.machine) not in named:
        return replace(card, machine="", doc="")
    return card


def machine_named(question: str, machines: Sequence[str]) -> str:
    """The one of these machines that a question names, as the documents write it; empty for none or more."""
    known = {look_alike(machine): machine for machine in machines}
    named = [known[name.key] for name in names(half_width(question), machines) if name.key in known]
    return _agreed(set(named))


def _document(cited: Sequence[Chunk], before: str) -> str:
    """The one document that is cited; the one before while it is still among those cited."""
    docs = {chunk.place.doc for chunk in cited}
    return _agreed(docs) or (before if not docs or before in docs else "")


def _agreed(values: Collection[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def _only(found: Sequence[Name]) -> Name | None:
    return found[0] if len(found) == 1 else None


def _as_documents_say(name: Name, machines: Sequence[str]) -> str:
    alike = (machine for machine in machines if look_alike(machine) == name.key)
    return next(alike, name.text)
