"""Every place that a report names can be opened, in every format, whatever a set is made from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.engine.sets.conftest import Repository
from tests.engine.sets.manifests import CHART, OVERLAY
from tests.engine.sets.test_argo_cd import APPLICATION
from tests.engine.sets.test_flux import KUSTOMIZATION

_PLACE = re.compile(r"^([\w./+-]+):(\d+):\d+: ", re.MULTILINE)
_FULL = re.compile(r"(?:-->|:::) ([\w./+-]+):(\d+):\d+")


def places(form: str, output: str) -> set[tuple[str, int]]:
    """The files and lines that a report names."""
    if form == "concise":
        return {(file, int(line)) for file, line in _PLACE.findall(output)}
    if form == "junit":
        failures = ElementTree.fromstring(output).iter("failure")  # noqa: S314 - our own report
        return {(file, int(line)) for one in failures for file, line in _PLACE.findall(one.text or "")}
    if form == "full":
        return {(file, int(line)) for file, line in _FULL.findall(output)}
    if form == "github":
        return {(file, int(line)) for file, line in re.findall(r"file=([^,]+),line=(\d+)", output)}
    if form == "jsonl":
        return {(one["file"], one["line"]) for one in map(json.loads, output.splitlines()) if "file" in one}
    data = json.loads(output)
    if form == "gitlab":
        return {(one["location"]["path"], _begin(one["location"])) for one in data}
    if form == "sarif":
        found = set()
        for result in data["runs"][0]["results"]:
            for one in (*result["locations"], *result.get("relatedLocations", ())):
                place = one["physicalLocation"]
                found.add((place["artifactLocation"]["uri"], place["region"]["startLine"]))
        return found
    if form == "rdjson":
        return {(one["location"]["path"], one["location"]["range"]["start"]["line"]) for one in data["diagnostics"]}
    ends = [*data["findings"], *(related for one in data["findings"] for related in one.get("related", ()))]
    return {(one["file"], one["line"]) for one in ends}


def _begin(location: dict[str, dict[str, dict[str, int]]]) -> int:
    if "lines" in location:
        return int(location["lines"]["begin"])  # type: ignore[arg-type]
    return int(location["positions"]["begin"]["line"])


@pytest.mark.parametrize("form", ["concise", "full", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"])
def test_every_place_can_be_opened(repository: Repository, form: str) -> None:
    repository.write(CHART)
    repository.write("# file: charts/web/values-prod.yaml\nreplicas: lots\n")
    repository.write(OVERLAY.replace("replicas: 2", "replicas: ${REPLICAS}"))
    repository.write(KUSTOMIZATION.format(cluster="prod", more="  postBuild: {substitute: {REPLICAS: two}}"))
    helm = "    helm: {valuesObject: {replicas: many}}"
    repository.write(APPLICATION.format(sources=f"  source:\n    repoURL: https://x/y\n    path: charts/web\n{helm}"))
    repository.write("# file: other/kustomization.yaml\nresources: [gone.yaml]\nimages: [{name: a, newTag: 'b c'}]\n")
    found = places(form, repository.check("-o", form, "--color", "never").stdout)
    assert len({file for file, _ in found}) >= 3
    for file, line in found:
        lines = (Path(repository.folder) / file).read_text().splitlines()
        assert 1 <= line <= len(lines), (file, line)
        assert lines[line - 1].strip(), (file, line)
