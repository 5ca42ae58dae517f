"""What takes long and needs no editor is done by the same program beside the server: plans, and scenarios that are played."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

LONGEST_SECONDS: Final = 300.0
_LAST_LINES: Final = 12


class ErrandFailed(RuntimeError):
    """It ended otherwise than it should; the message is its own."""


async def told_by(arguments: Sequence[str], folder: Path, accepted: frozenset[int] = frozenset({0, 1})) -> str:
    """What ``kubelens`` prints, run in a folder; whoever stops waiting ends it.

    Raises:
        ErrandFailed: it ends with another code, or takes too long.
    """
    process = await asyncio.create_subprocess_exec(
        *_program(),
        *arguments,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, complaints = await asyncio.wait_for(process.communicate(), LONGEST_SECONDS)
    except TimeoutError:
        raise ErrandFailed(f"kubelens {arguments[0]} takes more than {LONGEST_SECONDS:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode not in accepted:
        lines = complaints.decode("utf-8", "replace").strip().splitlines()
        raise ErrandFailed("\n".join(lines[-_LAST_LINES:]) or f"kubelens {arguments[0]} ends with {process.returncode}")
    return out.decode("utf-8", "replace")


def _program() -> list[str]:
    """This program; as a package without the working folder on the path of imports: what lies there is not ours."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-P", "-m", "kubelens"]
