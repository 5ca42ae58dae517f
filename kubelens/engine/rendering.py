"""Charts and kustomizations: what kubelens does with them, with and without ``--render``.

Rendering runs ``helm`` or ``kustomize``/``kubectl`` where they are installed, as the ``kubelens_load`` hook.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from kubelens.engine.loader import Loaded, helm_origins
from kubelens.kube.bundle import NEWEST
from kubelens.syntax.text import Source, UnreadableText, decode_bytes

_TIMEOUT_SECONDS: Final = 120
_KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")


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
    import shutil  # noqa: PLC0415 - only where something is rendered by a program

    helm = shutil.which("helm")
    if helm is None:
        return Loaded(uri, None, "is a chart; --renderer helm needs helm on PATH (https://helm.sh)")
    loaded = _run([helm, "template", "release-name", str(path), "--kube-version", f"{NEWEST}.0"], uri)
    if loaded.source is None:
        return loaded
    from kubelens.engine.charts.cross_check import differences  # noqa: PLC0415 - with what renders charts
    from kubelens.engine.charts.reading import read_chart  # noqa: PLC0415

    version = _run([helm, "version", "--template", "{{.Version}}"], uri).source
    major = 3 if version is not None and version.text.startswith("v3.") else 4
    problems = differences(read_chart(str(path)), loaded.source.text, kubernetes=f"{NEWEST}.0", helm=major)
    origins = tuple((line, _file_of(path, named)) for line, named in loaded.origins)
    return replace(loaded, origins=origins, problems=problems)


def _file_of(chart: Path, named: str) -> str:
    """The file that Helm names by the chart's name, ``shop/templates/a.yaml``, seen from here."""
    return (chart / named.partition("/")[2]).as_posix()


def _render_kustomization(path: Path) -> Loaded:
    uri = f"{path.as_posix()} (kustomize build)"
    import shutil  # noqa: PLC0415 - only where something is rendered by a program

    if (kustomize := shutil.which("kustomize")) is not None:
        return _run([kustomize, "build", str(path)], uri)
    if (kubectl := shutil.which("kubectl")) is not None:
        return _run([kubectl, "kustomize", str(path)], uri)
    return Loaded(uri, None, "is a kustomization; --render needs kustomize or kubectl on PATH")


def _run(command: list[str], uri: str) -> Loaded:
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
