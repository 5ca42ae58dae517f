"""A wheel without the docstrings of inner modules: a twelfth of what is installed, and nobody asks for them there.

Rules, commands and what plugins import keep theirs: pages and helps come from them. Lines stay where they are, so that
tracebacks name those of the repository. Editable installations and the sdist are as written.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INNER = re.compile(r"kubelens/(cel|engine|kube|plan|predict|regexp|render|report|syntax)/.*\.py")
KEPT = ("kubelens/predict/cluster/ready_made.py",)
"""Modules whose docstrings are answers."""


class LeanWheel(BuildHookInterface):
    """Called by hatchling once the wheel is there."""

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Write the wheel again, with its record."""
        if self.target_name == "wheel" and version != "editable":
            rewrite(Path(artifact_path))


def rewrite(wheel: Path) -> None:
    """Take docstrings out of the inner modules of a wheel."""
    lean = wheel.with_suffix(".lean")
    changed: dict[str, bytes] = {}
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(lean, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if INNER.fullmatch(member.filename) and member.filename not in KEPT:
                content = changed[member.filename] = without_docstrings(content.decode()).encode()
            elif member.filename.endswith(".dist-info/RECORD"):
                content = "".join(_recorded(line, changed) for line in content.decode().splitlines(True)).encode()
            new.writestr(member, content)
    shutil.copymode(wheel, lean)
    lean.replace(wheel)


def _recorded(line: str, changed: dict[str, bytes]) -> str:
    content = changed.get(line.rsplit(",", 2)[0])
    if content is None:
        return line
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"{line.rsplit(',', 2)[0]},sha256={digest},{len(content)}\n"


def without_docstrings(text: str) -> str:
    """The text of a module with empty lines where docstrings stood, and ``pass`` where nothing else did."""
    lines = text.split("\n")
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        said = [one for one in body if _is_text(one) and one.lineno != getattr(node, "lineno", 0)]
        for one in said:
            if lines[one.lineno - 1][: one.col_offset].strip() or lines[one.end_lineno - 1].rstrip()[-1:] not in "'\"":
                continue
            lines[one.lineno - 1 : one.end_lineno] = [""] * (one.end_lineno - one.lineno + 1)
            if one is body[-1] and len(said) == len(body):
                lines[one.lineno - 1] = " " * one.col_offset + "pass"
    found = "\n".join(lines)
    ast.parse(found)
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
