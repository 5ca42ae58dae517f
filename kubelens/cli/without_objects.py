"""Files that were named outright and hold no object: each is said, and one with nothing in it is no success."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kubelens.engine.loader import Status
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.run import Outcome


def files_without_objects(names: Collection[str], outcome: Outcome) -> tuple[bool, list[str]]:
    """Whether one of some files holds nothing at all, and a sentence about each that holds no object."""
    wanted = {Path(name).as_posix() for name in names}
    found = [file for uri, file in outcome.snapshot.files.items() if uri in wanted and _is_without_objects(file)]
    said = [f"no object of Kubernetes in {file.uri}: {file.reason}" for file in found]
    return any(_holds_nothing(file) for file in found), said


def _is_without_objects(file: ParsedFile) -> bool:
    if any(not resource.partial for manifest in file.manifests for resource in manifest.resources):
        return False
    lone = file.status in (Status.NOT_KUBERNETES, Status.TEMPLATE) and not file.loaded.chart
    return lone and "ustomization" not in file.uri.rpartition("/")[2]


def _holds_nothing(file: ParsedFile) -> bool:
    lines = file.source.text.splitlines() if file.source is not None else ["unreadable"]
    return all(not line.strip() or line.lstrip().startswith(("#", "---", "...")) for line in lines)
