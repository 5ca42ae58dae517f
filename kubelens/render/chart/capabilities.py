"""What a chart is told about the cluster it is rendered for (Helm, ``pkg/chart/common/capabilities.go``)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from msgspec import Struct

from kubelens.render.chart.fault import ChartFault
from kubelens.render.go.function import Function
from kubelens.render.go.strconv import quote
from kubelens.render.go.types import Slice
from kubelens.render.go.types import Struct as GoStruct
from kubelens.syntax.pattern import pattern

_GENERIC: Final = pattern(r"v?((?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+)(.*)", re.ASCII | re.DOTALL)


class KubeVersion(Struct, frozen=True):
    """A release of Kubernetes: as it was given, and without what is behind its numbers."""

    version: str
    plain: str
    major: str
    minor: str

    @staticmethod
    def parse(text: str, helm: int = 4) -> KubeVersion:
        """The release that ``--kube-version`` names.

        Raises:
            ChartFault: it names none.
        """
        match = _GENERIC.match(text.strip())
        if match is None:
            message = f"could not parse {quote(text)} as version" if helm > 3 else "Invalid Semantic Version"
            raise ChartFault(f"invalid kube version '{text}': {message}")
        numbers = match[1].split(".")
        if helm == 3:
            numbers = [*numbers, "0", "0"][:3]
        plain = "v" + ".".join(numbers)
        given = text if text.startswith("v") else f"v{text}"
        return KubeVersion(given if helm > 3 else plain, plain, numbers[0], numbers[1])


class Capabilities(Struct, frozen=True):
    """The release of Kubernetes and the API versions that templates may ask for."""

    kube_version: KubeVersion
    api_versions: tuple[str, ...]
    helm: int = 4

    @staticmethod
    def of(kube_version: str = "", api_versions: Sequence[str] = (), helm: int = 4) -> Capabilities:
        """Those that Helm takes where no cluster is asked, with a release and more API versions in place of its own.

        Raises:
            ChartFault: ``kube_version`` is none.
        """
        known = _known(helm)
        version = KubeVersion.parse(kube_version or known["kube_version"], helm)
        return Capabilities(version, (*known["api_versions"], *api_versions), helm)

    def as_go(self) -> GoStruct:
        """What templates see as ``.Capabilities``."""
        package = "common" if self.helm > 3 else "chartutil"
        given = frozenset(self.api_versions)
        version = self.kube_version
        fields = {"Version": version.version, "Major": version.major, "Minor": version.minor}
        build = _known(self.helm)["helm"]
        names = ("Version", "GitCommit", "GitTreeState", "GoVersion", "KubeClientVersion")
        return GoStruct(
            f"*{package}.Capabilities",
            {
                "KubeVersion": GoStruct(
                    f"{package}.KubeVersion",
                    fields
                    if self.helm == 3
                    else {"Version": version.version, "normalizedVersion": version.plain, **fields},
                    {
                        "GitVersion": Function("GitVersion", lambda: version.version),
                        "String": Function("String", lambda: version.plain),
                    },
                    pointer_text=lambda: version.plain,
                    json=lambda: fields,
                ),
                "APIVersions": Slice(
                    self.api_versions,
                    f"{package}.VersionSet",
                    methods={"Has": Function("Has", lambda wanted: wanted in given, ("string",))},
                ),
                "HelmVersion": GoStruct(
                    "version.BuildInfo",
                    dict(zip(names, build.values(), strict=False)),
                    json=lambda: build,
                ),
            },
        )


@cache
def _known(helm: int) -> dict[str, Any]:
    text = files("kubelens.render.chart").joinpath("data/capabilities.json").read_text("utf-8")
    known: dict[str, Any] = json.loads(text)[str(helm)]
    return known
