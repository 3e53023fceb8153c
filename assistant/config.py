"""Everything that can be set, joined from the options of each step; `settings_file` reads it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EmbedSettings:
    """The embedder.

    Args:
        model: A name of `millwright models list`, a sentence-transformers folder, or a hub name.
        threads: 0 for one a physical core.
    """

    model: str = "multilingual-e5-small"
    threads: int = 0


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """Reading documents.

    Args:
        workers: Files read at the same time, each in a process of its own.
        target_tokens: Usual length of a chunk, in tokens of the embedder.
        max_tokens: No chunk is longer; the embedder reads 512 with its prompt.
        flat_below: Above so many chunks the vectors are kept in 8 bits a column, in lists around
            centroids, instead of being compared one by one.
    """

    workers: int = 2
    target_tokens: int = 256
    max_tokens: int = 480
    flat_below: int = 200_000


@dataclass(frozen=True, slots=True)
class RetrieveSettings:
    """Finding passages.

    Args:
        limit: Passages found for an answer.
        candidates: Passages taken from each side (words, vectors) before they are fused.
        glossary: A CSV file with the columns English and Chinese: a plant's own words, by which a question in
            one language finds what stands in the other; added to the general ones that are built in.
            A column Machine names the machine that people call so.
        reranker: A cross-encoder (folder, or hub name in the local cache) that reads question and passage
            together; empty for none. On two cores it costs more than it is given by default.
        reranker_ms: It reads no further passage after this.
    """

    limit: int = 8
    candidates: int = 30
    glossary: str = ""
    reranker: str = ""
    reranker_ms: float = 400.0


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """Answering.

    Args:
        passages: At most so many passages are put before the model.
        prompt_tokens: At most so many tokens of passages; on two cores the prompt's length is the
            time to the first word.
        conversation_tokens: Questions about one document are put behind each other, so that only what is new
            is read, until they are longer than this.
        follow_up_tokens: At most so many tokens of new quotes are put behind what was read.
        evidence: Passages quoted verbatim above the written answer; rows of tables may be a few more.
        rows_as_they_are: What rows of tables answer is answered by the rows, and not put in a model's words.
        steps_as_they_are: A procedure that is asked for and quoted whole is not put in a model's words.
        max_question_characters: A longer question is refused.
        min_confidence: How likely what was found must be to answer, 0 to 1; below it the answer is
            declined. Higher declines more, answerable questions too: benchmarks/gate.py prints the curve.
        restate_s: A follow-up that the rules do not resolve is said in full by the model, within so many
            seconds; 0 for never.
    """

    passages: int = 3
    prompt_tokens: int = 560
    conversation_tokens: int = 900
    follow_up_tokens: int = 100
    evidence: int = 3
    rows_as_they_are: bool = True
    steps_as_they_are: bool = True
    max_question_characters: int = 4000
    min_confidence: float = 0.3
    restate_s: float = 8.0


@dataclass(frozen=True, slots=True)
class GenerateSettings:
    """Writing answers.

    Args:
        engine: `llama.cpp` (the model runs here), `transformers` (here too, on a GPU where there is one),
            `openai` (any OpenAI-compatible server) or `extractive` (no model: quoted sentences only).
        model: A name of `millwright models list`; for `transformers` also a name of the local Hugging Face
            cache, for `openai` what the server calls it.
        model_path: A GGUF file to use instead, for `transformers` also a folder; empty for the fetched one.
        context_tokens: Prompt and answer together.
        max_tokens: Length of an answer.
        threads: 0 for one a physical core.
        timeout_s: An answer that is not finished by then is replaced by the quoted evidence.
        at_once: Questions answered at the same time; 0 for one here and eight at a server.
        waiting: Questions that may wait for them; one more is told that the engine is busy.
        base_url: Where the server of `openai` answers.
        key_variable: The environment variable that holds its key. A key has no place in this file.
        retries: How often a request is sent again that the server was too busy for.
    """

    engine: str = "llama.cpp"
    model: str = "qwen2.5-coder-1.5b"
    model_path: str = ""
    context_tokens: int = 4096
    max_tokens: int = 220
    threads: int = 0
    timeout_s: float = 120.0
    at_once: int = 0
    waiting: int = 16
    base_url: str = "http://127.0.0.1:8000/v1"
    key_variable: str = "OPENAI_API_KEY"
    retries: int = 2


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """The page.

    Args:
        host: Anything but a loopback address is refused while there are no users.
        port: Where it listens.
        hosts: Other names by which the page is opened, such as `millwright.plant.local`; a request that names
            another is refused.
        trusted_proxies: Addresses of reverse proxies whose word counts on who asks and whether by HTTPS.
        log: `json` for a line of JSON on stderr for each request and event; empty for warnings in words.
        certificate: A PEM file, with `private_key`: then the page is served by HTTPS.
        private_key: The PEM file with its key.
        max_upload_mb: Largest request body.
        queue: Questions under way at the same time, those that wait for the model among them; one more is
            told that the assistant is busy.
        examples: Questions on buttons before the first one is asked; of both languages, those of the page.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    hosts: list[str] = field(default_factory=list)
    trusted_proxies: list[str] = field(default_factory=list)
    log: str = ""
    certificate: str = ""
    private_key: str = ""
    max_upload_mb: int = 20
    queue: int = 32
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Logging in, when there are users.

    Args:
        idle_minutes: A session that is not used for so long ends.
        session_hours: It ends after so many in any case.
        wrong_logins: So many in a row of one user from one address, then each further one must wait: 15
            seconds, 30, 60 ... up to 15 minutes.
        wrong_logins_user: The same for one user from anywhere.
        wrong_logins_address: The same for one address, whatever the user.
        questions_per_minute: Questions of one user.
        token_requests_per_minute: Requests with one API token.
        anonymous_per_minute: Requests of one address that is not logged in.
    """

    idle_minutes: float = 120.0
    session_hours: float = 12.0
    wrong_logins: int = 5
    wrong_logins_user: int = 20
    wrong_logins_address: int = 20
    questions_per_minute: int = 30
    token_requests_per_minute: int = 120
    anonymous_per_minute: int = 120


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Alarm logs.

    Args:
        gap_s: Alarms of one machine at most so many seconds apart belong to one burst.
        chatter_count: An alarm raised so often within `chatter_window_s` seconds chatters (ISA-18.2).
        chatter_window_s: The seconds in which it is counted.
        most_alarms: A log with more is refused; each takes about 30 bytes of memory.
        looked_up: So many codes are looked up in the documents, the most frequent and first-out ones.
    """

    gap_s: float = 60.0
    chatter_count: int = 3
    chatter_window_s: float = 60.0
    most_alarms: int = 20_000_000
    looked_up: int = 100


@dataclass(frozen=True, slots=True)
class LessonSettings:
    """What incidents teach.

    Args:
        codes: A CSV file of your own codes and words instead of the built-in ones.
        like: Incidents as near to each other as this are clustered (cosine of their texts' vectors, less what
            all texts of a language have in common).
        shared_by: So many reports must share a pattern that no procedure mentions.
        before_days: A near miss at most so many days before an injury or a stop counts as before it.
    """

    codes: str = ""
    like: float = 0.2
    shared_by: int = 3
    before_days: int = 30


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """Steps of a model that can call tools, before it answers.

    Args:
        steps: The model is asked at most so often what to look up, and may look up so much in all; 0 for
            the fixed way only.
        timeout_s: What was not gathered by then is not waited for.
    """

    steps: int = 4
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """Kept conversations.

    Args:
        keep: Conversations kept of one owner; one more drops the one that was left alone longest.
        turns: Questions and answers kept of one conversation.
    """

    keep: int = 500
    turns: int = 200


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """Documents that are given through the page.

    Args:
        max_files: At most so many at once.
        max_upload_mb: All of them together; whoever may not change the library sends `serve.max_upload_mb`.
    """

    max_files: int = 100
    max_upload_mb: int = 200


@dataclass(frozen=True, slots=True)
class GapSettings:
    """Questions that were declined or disliked.

    Args:
        keep: So many are kept; one more drops the oldest.
    """

    keep: int = 5000


@dataclass(frozen=True, slots=True)
class TicketSettings:
    """Replies to customers.

    Args:
        public_collections: Collections whose documents may be quoted to a customer; any other is quoted in
            the internal part only.
        public_kinds: Of these only documents of these kinds; where no one stated a kind, a table is a list.
        signature: Below each reply; empty for "Customer service".
        webhook_url: Where an approved reply is sent, signed; empty for nowhere.
        webhook_key_variable: The environment variable with the secret that signs it.
        webhook_internal: An address within the plant's own network, or one without TLS, is allowed.
    """

    public_collections: list[str] = field(default_factory=lambda: ["default"])
    public_kinds: list[str] = field(default_factory=lambda: ["manual"])
    signature: str = ""
    webhook_url: str = ""
    webhook_key_variable: str = "MILLWRIGHT_WEBHOOK_KEY"
    webhook_internal: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; each part belongs to one step."""

    embed: EmbedSettings = field(default_factory=EmbedSettings)
    ingest: IngestSettings = field(default_factory=IngestSettings)
    retrieve: RetrieveSettings = field(default_factory=RetrieveSettings)
    answer: AnswerSettings = field(default_factory=AnswerSettings)
    generate: GenerateSettings = field(default_factory=GenerateSettings)
    serve: ServeSettings = field(default_factory=ServeSettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    logs: LogSettings = field(default_factory=LogSettings)
    lessons: LessonSettings = field(default_factory=LessonSettings)
    agent: AgentSettings = field(default_factory=AgentSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    gaps: GapSettings = field(default_factory=GapSettings)
    library: LibrarySettings = field(default_factory=LibrarySettings)
    tickets: TicketSettings = field(default_factory=TicketSettings)
