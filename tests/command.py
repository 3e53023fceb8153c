"""`millwright …` in this process: `main` as it runs in a terminal, without loading every library anew."""

import contextlib
import io
import logging
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from assistant.cli import main


def millwright(
    *arguments: str | Path, said: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end.

    Args:
        said: What is typed, or comes through a pipe.
        environment: Variables that are set meanwhile.
    """
    given = list(map(str, arguments))
    out, errors = io.StringIO(), io.StringIO()
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []
    try:
        with (
            patch.dict(os.environ, environment),
            patch.object(sys, "stdin", io.StringIO(said)),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(errors),
        ):
            code = main(given)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        root.handlers = handlers
    return subprocess.CompletedProcess(given, code, out.getvalue(), errors.getvalue())
