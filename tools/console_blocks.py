"""Run the ``console`` blocks of documentation pages, and hold what they show against what is printed.

    python tools/console_blocks.py PAGE... [--write]

Each page is played from top to bottom in a folder of its own: a git repository that holds a copy of ``examples/``,
committed to ``main``. A block with a title (```` ```yaml title="shop/web.yaml" ````) writes that file. In a ``console``
block a line that begins with ``$ `` is a command, for a shell; what follows, up to the next command or the end, is what it
prints, standard error included. A command without such lines may print anything. ``...`` on a line of its own stands for
any lines. ``--write`` puts what is printed now in the place of what the page says, but for output with such a line. Blocks
for other machines (a cluster, a network) are ``sh`` blocks, and not run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
WIDTH: Final = 100
ANY: Final = "..."
_FENCE: Final = re.compile(
    r'^(?P<margin> *)```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^(?P=margin)```$',
    re.DOTALL | re.M,
)
_USER: Final = ("-c", "user.name=docs", "-c", "user.email=docs@example.com")


@dataclass(frozen=True)
class Shown:
    """A command of a page, what the page says it prints (None: anything), and what it prints now."""

    command: str
    told: str | None
    printed: str

    @property
    def holds(self) -> bool:
        """Whether the page is right."""
        if self.told is None:
            return True
        parts = re.split(rf"^{re.escape(ANY)}$\n?", self.told, flags=re.M)
        return re.fullmatch(".*".join(map(re.escape, parts)), self.printed, re.DOTALL) is not None


def played(text: str) -> Iterator[tuple[re.Match[str], list[Shown]]]:
    """Each console block of a page, with its commands played in order."""
    with tempfile.TemporaryDirectory() as place:
        folder, environment = Path(place, "work"), _environment(Path(place))
        shutil.copytree(ROOT / "examples", folder)
        for command in (["init", "-q", "-b", "main"], ["add", "."], [*_USER, "commit", "-qm", "examples"]):
            subprocess.run(["git", *command], cwd=folder, env=environment, check=True)
        for block in _FENCE.finditer(text):
            body = _without_margin(block)
            if block["title"]:
                (folder / block["title"]).parent.mkdir(parents=True, exist_ok=True)
                (folder / block["title"]).write_text(body, encoding="utf-8")
            elif block["language"] == "console":
                yield block, [_run(one, folder, environment) for one in _commands(body)]


def rewritten(text: str) -> str:
    """The page with what its commands print now."""
    parts, end = [], 0
    for block, commands in played(text):
        lines = []
        for shown in commands:
            lines.append(f"$ {shown.command}\n")
            if shown.told is not None:
                lines.append(shown.told if re.search(rf"^{re.escape(ANY)}$", shown.told, re.M) else shown.printed)
        body = "".join(lines)
        parts += [text[end : block.start("body")], re.sub(r"^(?=.)", block["margin"], body, flags=re.M)]
        end = block.end("body")
    return "".join([*parts, text[end:]])


def _environment(place: Path) -> dict[str, str]:
    """No colours, a fixed width, no settings of whoever runs it."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {
        "PATH": programs,
        "HOME": str(place),
        "XDG_CACHE_HOME": str(place / "cache"),
        "COLUMNS": str(WIDTH),
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def _without_margin(block: re.Match[str]) -> str:
    return re.sub(rf"^{block['margin']}", "", block["body"], flags=re.M)


def _commands(body: str) -> Iterator[tuple[str, str | None]]:
    """(command, what it is said to print) of a block."""
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        command, _, told = part.partition("\n")
        yield command, told or None


def _run(told: tuple[str, str | None], folder: Path, environment: dict[str, str]) -> Shown:
    seen = subprocess.run(
        ["bash", "-c", told[0]],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if seen.returncode not in (0, 1):
        raise SystemExit(f"$ {told[0]}\n{seen.stdout}ends with {seen.returncode}")
    return Shown(told[0], told[1], seen.stdout)


def main() -> int:
    """Exit code 1 where a page says what is not printed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    code = 0
    for page in given.pages:
        text = page.read_text(encoding="utf-8")
        if given.write:
            page.write_text(rewritten(text), encoding="utf-8")
            continue
        for _, commands in played(text):
            for shown in commands:
                if not shown.holds:
                    code = 1
                    print(f"{page}: $ {shown.command}\n--- told\n{shown.told}--- printed\n{shown.printed}")
    return code


if __name__ == "__main__":
    sys.exit(main())
