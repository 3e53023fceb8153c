"""How the models share the machine's cores, with each other and with everything else that runs."""

import os


def let_waiting_threads_sleep() -> None:
    """Make OpenMP's threads sleep while they wait; call it before torch or llama.cpp is loaded.

    By default they spin. As soon as another process wants a core (a file being parsed, another question)
    every step of a model then waits for a thread that is not running while others burn their time:
    answers were 3 to 5 times slower. A value that the user has set is kept.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "0")


def physical_cores() -> int:
    """Cores this process may use; hyper-threads add nothing to matrix work."""
    import psutil

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, psutil.cpu_count(logical=False) or usable))
