"""`millwright serve` without a model: `python -m tests.ui.killable DATA SETTINGS`."""

import sys

from assistant import app, cli
from tests.fakes import WordEmbedder

if __name__ == "__main__":
    app.SentenceEmbedder = lambda *_: WordEmbedder()  # type: ignore[attr-defined, assignment]
    data, settings = sys.argv[1:]
    sys.exit(cli.main(["--settings", settings, "serve", "--data", data, "--index", "plant", "--port", "0"]))
