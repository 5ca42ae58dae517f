"""No test reads or writes the cache of whoever runs it, and none fails because the machine is busy or a terminal narrow."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

# Who is started behind a shell's `&` hears no Ctrl-C, and neither would the programs that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What is printed in tests is printed as into a pipe, wherever they run: pytest-xdist sets COLUMNS, too.
for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR"):
    os.environ.pop(name, None)

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def own_cache() -> Iterator[Path]:
    """A cache folder of this run of the tests, for processes that it starts too."""
    before = os.environ.get("KUBELENS_CACHE_DIR")
    with TemporaryDirectory(prefix="kubelens-cache-") as folder:
        os.environ["KUBELENS_CACHE_DIR"] = folder
        yield Path(folder)
        if before is None:
            del os.environ["KUBELENS_CACHE_DIR"]
        else:
            os.environ["KUBELENS_CACHE_DIR"] = before
