"""``helm template``, ``lint`` and ``install --dry-run`` as the recordings call them, over the project's own renderer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kubelens.render.chart.capabilities import Capabilities
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.given import Given
from kubelens.render.chart.load import load
from kubelens.render.chart.manifests import printed, split_manifests
from kubelens.render.chart.objects import Release
from kubelens.render.chart.patterns import match_pattern
from kubelens.render.chart.render import check_installable, check_release_name, render
from kubelens.render.chart.set_values import SetFault
from kubelens.render.chart.settings import Settings
from kubelens.render.origin import Text, joined

_WITH_VALUE: Final = {
    "-f": "files",
    "--values": "files",
    "--set": "set",
    "--set-string": "set_string",
    "--set-json": "set_json",
    "--set-file": "set_file",
    "--set-literal": "set_literal",
    "--kube-version": "kube_version",
    "--api-versions": "api_versions",
    "-a": "api_versions",
    "-n": "namespace",
    "--namespace": "namespace",
    "-s": "show_only",
    "--show-only": "show_only",
}
_SWITCHES: Final = frozenset(
    {
        "--include-crds",
        "--skip-crds",
        "--skip-tests",
        "--no-hooks",
        "--is-upgrade",
        "--generate-name",
        "--render-subchart-notes",
        "--hide-notes",
    }
)
_SOURCE: Final = re.compile(r"# Source: [^/]+/(.+)")


@dataclass
class Options:
    """A command line."""

    values: dict[str, list[str]] = field(default_factory=dict)
    switches: set[str] = field(default_factory=set)

    def all(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def last(self, name: str, otherwise: str) -> str:
        return self.all(name)[-1] if self.all(name) else otherwise


def parse(arguments: list[str]) -> Options:
    """Read options; raises ``ChartFault`` for one that helm does not have."""
    options = Options()
    pending = list(arguments)
    while pending:
        name, _, value = pending.pop(0).partition("=")
        if name in _SWITCHES:
            if value != "false":
                options.switches.add(name)
        elif name in _WITH_VALUE:
            options.values.setdefault(_WITH_VALUE[name], []).append(value or pending.pop(0))
        else:
            raise ChartFault(f"unknown flag: {name}")
    return options


def bytes_of(files: Mapping[str, str], folder: str = "c/") -> dict[str, bytes]:
    """The files of a chart, named from its folder on."""
    return {
        name.removeprefix(folder): text.encode("utf-8", "surrogateescape")
        for name, text in files.items()
        if name.startswith(folder)
    }


def template(files: Mapping[str, str], arguments: list[str], release: str | None, helm: int) -> Text:
    """What ``helm template RELEASE c ARGUMENTS`` prints; raises ``ChartFault``."""
    if release and release.startswith("-"):
        release, arguments = "", [release, "c", *arguments]
    options = parse(arguments)
    if release == "" and "--generate-name" not in options.switches:
        raise ChartFault('"helm template" requires at least 1 argument\n\nUsage:  helm template [NAME] [CHART] [flags]')
    rendered, settings = _render(files, options, release or "release-name", helm)
    text = printed(
        rendered.manifests,
        hooks="--no-hooks" not in options.switches,
        tests="--skip-tests" not in options.switches,
        crds=rendered.crds if "--include-crds" in options.switches else (),
    )
    return show_only(text, options.all("show_only"), settings.helm)


def notes(files: Mapping[str, str], arguments: list[str], release: str, helm: int) -> Text | None:
    """What stands below ``NOTES:`` of ``helm install --dry-run=client``."""
    options = parse(arguments)
    rendered, _ = _render(files, options, release, helm)
    text = rendered.notes
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if begin >= end or "--hide-notes" in options.switches:
        return None
    return joined([text.cut(begin, end), "\n"])


def _render(files: Mapping[str, str], options: Options, release: str, helm: int):  # type: ignore[no-untyped-def]
    capabilities = Capabilities.of(
        options.last("kube_version", ""),
        [one for text in options.all("api_versions") for one in text.split(",")],
        helm,
    )

    def read(name: str) -> str:
        if name not in files:
            raise SetFault(f"open {name}: no such file or directory")
        return files[name]

    given = Given(
        [(name, files[name]) for name in options.all("files")],
        **{key: options.all(key) for key in ("set_json", "set", "set_string", "set_file", "set_literal")},
    ).values(helm, read)
    own = bytes_of(files)
    if "Chart.yaml" not in own and helm > 3:
        where = "$ROOT/c/Chart.yaml"
        raise ChartFault(f"unable to detect chart at {where}: open {where}: no such file or directory")
    settings = Settings(
        Release(release, options.last("namespace", "default"), "--is-upgrade" in options.switches),
        capabilities,
        helm,
        all_notes="--render-subchart-notes" in options.switches,
    )
    chart = load(own, helm)
    check_installable(chart, helm)
    check_release_name(release, helm)
    return render(chart, given, settings), settings


def show_only(text: Text, wanted: list[str], helm: int) -> Text:
    """Those parts of the output that the named templates gave."""
    if not wanted:
        return text
    parts: list[str] = []
    manifests = list(split_manifests(text, helm))
    for name in wanted:
        found = [one for one in manifests if (m := _SOURCE.match(one)) and match_pattern(name).matches(m[1])]
        if not found:
            raise ChartFault(f"could not find template {name} in chart")
        for one in found:
            parts += ["---\n", one, "\n"]
    return joined(parts)
