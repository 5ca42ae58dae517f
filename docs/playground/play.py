"""What the playground runs inside the browser's Python: one command of kubelens over the texts of the page."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path


def play(words: Sequence[str], files: Mapping[str, str]) -> str:
    """Run ``kubelens WORDS`` in a folder that holds the files alone.

    Gives ``{"code": exit code, "text": what is printed}`` as JSON.
    """
    from kubelens.cli.main import run  # noqa: PLC0415 - some seconds in a browser: the page says so meanwhile

    os.environ["FORCE_COLOR"] = "1"
    said, code, before = io.StringIO(), 0, Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, name).write_text(text, encoding="utf-8")
        os.chdir(folder)
        try:
            with redirect_stdout(said), redirect_stderr(said):
                run(words)
        except SystemExit as done:
            code = done.code if isinstance(done.code, int) else 2
        finally:
            os.chdir(before)
    return json.dumps({"code": code, "text": said.getvalue()})
