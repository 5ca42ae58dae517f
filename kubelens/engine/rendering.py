"""Charts and kustomizations: what kubelens does with them, with and without ``--render``.

Rendering runs ``helm`` or ``kustomize``/``kubectl`` where they are installed, as the ``kubelens_load`` hook.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kubelens.engine.loader import Loaded, helm_origins
from kubelens.plugin import hookimpl
from kubelens.syntax.text import Source

_TIMEOUT_SECONDS: Final = 120
_KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@hookimpl
def kubelens_load(path: Path, render: bool) -> Sequence[Loaded] | None:
    """Under ``--render``: a chart's or kustomization's rendered objects in place of its folder."""
    if not render or not path.is_dir():
        return None
    if (path / "Chart.yaml").is_file():
        return [_render_chart(path)]
    if any((path / name).is_file() for name in _KUSTOMIZATIONS):
        return [_render_kustomization(path)]
    return None


def _render_chart(path: Path) -> Loaded:
    uri = f"{path.as_posix()} (helm template)"
    helm = shutil.which("helm")
    if helm is None:
        return Loaded(uri, None, "is a chart; --render needs helm on PATH (https://helm.sh)")
    return _run([helm, "template", "release-name", str(path)], uri)


def _render_kustomization(path: Path) -> Loaded:
    uri = f"{path.as_posix()} (kustomize build)"
    if (kustomize := shutil.which("kustomize")) is not None:
        return _run([kustomize, "build", str(path)], uri)
    if (kubectl := shutil.which("kubectl")) is not None:
        return _run([kubectl, "kustomize", str(path)], uri)
    return Loaded(uri, None, "is a kustomization; --render needs kustomize or kubectl on PATH")


def _run(command: list[str], uri: str) -> Loaded:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        return Loaded(uri, None, f"cannot be rendered: {error}")
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Loaded(uri, None, f"cannot be rendered: {lines[-1] if lines else 'no message'}")
    text = done.stdout.decode("utf-8", "replace")
    return Loaded(uri, Source(uri, text), origins=helm_origins(text))
