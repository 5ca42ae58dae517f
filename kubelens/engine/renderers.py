"""Programs that render on behalf of a run: helm, kustomize, kubectl; what they print, or what keeps them from it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kubelens.engine.loader import Loaded, helm_origins
from kubelens.syntax.text import Source, UnreadableText, decode_bytes

_TIMEOUT_SECONDS: Final = 120


def is_printed(text: Loaded) -> bool:
    """Whether a program printed a text: it stands in no file."""
    return text.rendered and not text.chart


def output_of(command: list[str], uri: str) -> Loaded:
    """What a command prints, called ``uri``; a reason where it fails, prints no text or takes too long."""
    import subprocess  # noqa: PLC0415 - only where something is rendered by a program

    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Loaded(uri, None, f"cannot be rendered: {command[0]} takes more than {_TIMEOUT_SECONDS} s")
    except OSError as error:
        return Loaded(uri, None, f"cannot be rendered: {command[0]}: {(error.strerror or str(error)).lower()}")
    if done.returncode != 0:
        said = _complaint(done.stderr) or f"{Path(command[0]).name} ends with {done.returncode} and says nothing"
        return Loaded(uri, None, f"cannot be rendered: {said}")
    try:
        text, _ = decode_bytes(done.stdout)
    except UnreadableText as error:
        return Loaded(uri, None, f"cannot be rendered: what {Path(command[0]).name} gives {error}")
    return Loaded(uri, Source(uri, text), origins=helm_origins(text), rendered=True)


def _complaint(output: bytes) -> str:
    """The line of an error output that says what is wrong: hints may follow on it."""
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines[-1:] or [""])[0].strip()
