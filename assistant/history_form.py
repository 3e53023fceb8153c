"""The tables in which conversations are kept."""

from assistant.sqlite_file import Form

FORM = Form(
    "conversation",
    (
        """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    about TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX of_owner ON conversations (owner, updated);
CREATE TABLE turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    mark TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
)""",
        """
CREATE TABLE ratings (
    conversation TEXT NOT NULL,
    turn INTEGER NOT NULL,
    liked INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (conversation, turn),
    FOREIGN KEY (conversation, turn) REFERENCES turns (conversation, number) ON DELETE CASCADE
)""",
    ),
    (
        "SELECT id, owner, title, created, updated, about FROM conversations LIMIT 0",
        "SELECT conversation, number, question, answer, mark FROM turns LIMIT 0",
        "SELECT conversation, turn, liked, reason, at FROM ratings LIMIT 0",
    ),
)
