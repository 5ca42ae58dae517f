"""Charts as ``helm`` renders them, under ``--renderer helm``: as the ``kubelens_load`` hook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from kubelens.engine.apply_sets import ASSUMED_RELEASE
from kubelens.engine.loader import Loaded
from kubelens.engine.renderers import output_of
from kubelens.kube.bundle import NEWEST


def kubelens_load(path: Path, render: bool) -> Sequence[Loaded] | None:
    """Under ``--renderer helm``: a chart's rendered objects in place of its folder."""
    if not render or not path.is_dir():
        return None
    if (path / "Chart.yaml").is_file():
        return [_render_chart(path)]
    return None


def _render_chart(path: Path) -> Loaded:
    uri = f"{path.as_posix()} (helm template)"
    import shutil  # noqa: PLC0415 - only where something is rendered by a program

    helm = shutil.which("helm")
    if helm is None:
        return Loaded(uri, None, "is a chart; --renderer helm needs helm on PATH (https://helm.sh)")
    loaded = output_of([helm, "template", ASSUMED_RELEASE, str(path), "--kube-version", f"{NEWEST}.0"], uri)
    if loaded.source is None:
        return loaded
    from kubelens.engine.charts.cross_check import differences  # noqa: PLC0415 - with what renders charts
    from kubelens.engine.charts.reading import read_chart  # noqa: PLC0415

    version = output_of([helm, "version", "--template", "{{.Version}}"], uri).source
    major = 3 if version is not None and version.text.startswith("v3.") else 4
    problems = differences(read_chart(str(path)), loaded.source.text, kubernetes=f"{NEWEST}.0", helm=major)
    origins = tuple((line, _file_of(path, named)) for line, named in loaded.origins)
    return replace(loaded, origins=origins, problems=problems)


def _file_of(chart: Path, named: str) -> str:
    """The file that Helm names by the chart's name, ``shop/templates/a.yaml``, seen from here."""
    return (chart / named.partition("/")[2]).as_posix()
