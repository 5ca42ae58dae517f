"""Files among which some say what a cluster holds: their objects, and those of the others that take their places."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from kubelens.engine.parsed_file import ParsedFile
from kubelens.kube.resource import Resource
from kubelens.kube.standing import as_held, with_standing


def held_file(file: ParsedFile) -> ParsedFile:
    """A file that says what a cluster holds."""
    manifests = tuple(replace(m, resources=tuple(map(as_held, m.resources))) for m in file.manifests)
    return replace(file, manifests=manifests)


def told_file(file: ParsedFile, there: Sequence[Resource]) -> ParsedFile:
    """A file whose objects know the ones ``there`` in their place; itself where there are none."""
    manifests = with_standing(file.manifests, there) if there else file.manifests
    same = all(one is other for one, other in zip(manifests, file.manifests, strict=True))
    return file if same else replace(file, manifests=manifests)
