"""From files to a chart (Helm, ``pkg/chart/v2/loader``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelens.render.chart.archive import Unpacking, archive_files
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.go_struct import decode
from kubelens.render.chart.ignore import HELM_IGNORE, IgnoreRules
from kubelens.render.chart.metadata import BASE, Metadata, read_metadata, validate
from kubelens.render.chart.model import Chart, File
from kubelens.render.chart.values import load_values
from kubelens.render.depth import room
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml
from kubelens.syntax.pattern import pattern

_BOM: Final = b"\xef\xbb\xbf"
_LINE: Final = pattern(r"\bline (\d+)")
MAX_DEPTH: Final = 40
"""How deep charts may lie in charts."""
_VERSIONS: Final = ("", "v1", "v2")


def load(files: Mapping[str, bytes], helm: int = 4, *, detect: bool = True) -> Chart:
    """The chart that a folder's files make, ``.helmignore`` obeyed; names are relative to the folder.

    ``detect``: look first which kind of chart it is, as all of Helm's commands but ``lint`` do.

    Raises:
        ChartFault: Helm refuses the chart.
    """
    chart_file = files.get("Chart.yaml")
    if detect and helm > 3 and chart_file is not None:
        _check_version(chart_file)
    ignored = files.get(HELM_IGNORE)
    rules = IgnoreRules(ignored.decode("utf-8", "surrogateescape") if ignored is not None else "")
    kept = {name: files[name].removeprefix(_BOM) for name in rules.kept(sorted(files, key=_walked))}
    with room():
        return _load(kept, "", helm, 0, Unpacking())


def load_archive(data: bytes, path: str, helm: int = 4) -> Chart:
    """The chart in a ``.tgz`` that lies at ``path``.

    Raises:
        ChartFault: Helm refuses it.
    """
    with room():
        unpacking = Unpacking()
        return _load(archive_files(data, unpacking), f"{path}/", helm, 0, unpacking)


def _walked(name: str) -> list[str]:
    """Files in the order in which a folder is walked."""
    return name.split("/")


def _check_version(data: bytes) -> None:
    value = _yaml(data, "Chart.yaml", "Chart.yaml")
    try:
        found = decode(value, BASE)
    except YamlFault as fault:
        raise _fault("Chart.yaml", fault, "Chart.yaml") from None
    version = found.get("apiVersion", "") if isinstance(found, dict) else ""
    if version == "v3":
        raise ChartFault("invalid chart apiVersion", "Chart.yaml")
    if version not in _VERSIONS:
        raise ChartFault("unsupported chart version", "Chart.yaml")


def _load(files: Mapping[str, bytes], base: str, helm: int, depth: int, unpacking: Unpacking) -> Chart:
    if depth > MAX_DEPTH:
        raise ChartFault(f"charts lie in charts more than {MAX_DEPTH} levels deep")
    chart = Chart(base)
    metadata: Metadata | None = None
    if (data := files.get("Chart.yaml")) is not None:
        metadata = _metadata(data, "Chart.yaml", base, helm, None)
        metadata.api_version = metadata.api_version or "v1"
    subcharts: dict[str, dict[str, bytes]] = {}
    for name, data in files.items():
        path = base + name
        if name == "Chart.yaml":
            continue
        if name in ("Chart.lock", "requirements.lock"):
            _yaml(data, name, path)
            if name == "requirements.lock" and metadata is not None and metadata.api_version == "v1":
                chart.files.append(File(name, data, path))
        elif name == "values.yaml":
            try:
                chart.values = load_values(data.decode("utf-8", "surrogateescape"), path, helm)
            except ChartFault as fault:
                raise ChartFault(f"cannot load values.yaml: {fault}", fault.file, fault.line) from None
        elif name == "values.schema.json":
            chart.schema = File(name, data, path)
        elif name == "requirements.yaml":
            metadata = _metadata(data, name, base, helm, metadata)
            if metadata.api_version == "v1":
                chart.files.append(File(name, data, path))
        elif name.startswith("templates/"):
            chart.templates.append(File(name, data, path))
        elif name.startswith("charts/") and not name.endswith(".prov"):
            below = name.removeprefix("charts/")
            subcharts.setdefault(below.partition("/")[0], {})[below] = data
        else:
            chart.files.append(File(name, data, path))
    if metadata is None:
        raise ChartFault("Chart.yaml file is missing", base + "Chart.yaml")
    chart.metadata = metadata
    try:
        validate(metadata)
    except ChartFault as fault:
        raise ChartFault(str(fault), base + fault.file, 1) from None
    for name, inner in subcharts.items():
        if name[:1] in "_.":
            continue
        try:
            chart.add(_subchart(name, inner, base, helm, depth, unpacking))
        except ChartFault as fault:
            message = f"error unpacking subchart {name} in {chart.name}: {fault}"
            raise ChartFault(message, fault.file or f"{base}charts/{name}", fault.line) from None
    return chart


def _subchart(name: str, files: dict[str, bytes], base: str, helm: int, depth: int, unpacking: Unpacking) -> Chart:
    if name.endswith(".tgz"):
        first, data = next(iter(files.items()))
        if first != name:
            raise ChartFault(f"error unpacking subchart tar: expected {name}, got {first}")
        return _load(archive_files(data, unpacking), f"{base}charts/{name}/", helm, depth + 1, unpacking)
    inner = {path.partition("/")[2]: data for path, data in files.items() if "/" in path}
    return _load(inner, f"{base}charts/{name}/", helm, depth + 1, unpacking)


def _metadata(data: bytes, name: str, base: str, helm: int, into: Metadata | None) -> Metadata:
    path = base + name
    try:
        return read_metadata(_yaml(data, name, path), helm, into)
    except YamlFault as fault:
        raise _fault(name, fault, path) from None


def _yaml(data: bytes, name: str, path: str) -> object:
    try:
        return read_yaml(data.decode("utf-8", "surrogateescape"), path, exact_numbers=True)
    except YamlFault as fault:
        raise _fault(name, fault, path) from None


def _fault(name: str, fault: YamlFault, path: str) -> ChartFault:
    told = _LINE.search(str(fault))
    return ChartFault(f"cannot load {name}: {fault}", path, int(told[1]) if told is not None else 1)
