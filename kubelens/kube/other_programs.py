"""Documents with apiVersion and kind that no API server serves and no tool sends to one: settings of other programs."""

from __future__ import annotations

from functools import cache
from typing import Final

from kubelens.kube.catalog import kinds_of_operators
from kubelens.kube.placeholder import has_variable
from kubelens.kube.relatives import CLIENT_FILES, CLIENT_GROUPS, PLUGIN_FILE
from kubelens.kube.schema import releases, schemas

_NEAR: Final = 0.8


def is_of_another_program(api_version: str, kind: str, *, has_metadata: bool) -> bool:
    """Whether what a document says it is tells that a program reads it as a file.

    The core group has had ``v1`` alone since Kubernetes 1.0: another version without a group is no API's, unless the kind
    is one of Kubernetes or of an operator, or nearly one, whose group was forgotten. Talos Linux has such documents
    (``apiVersion: v1alpha1``, ``kind: HostnameConfig``).
    """
    if api_version.startswith(CLIENT_GROUPS) or (api_version, kind) == PLUGIN_FILE:
        return True
    if (api_version, kind) in CLIENT_FILES and not has_metadata:
        return True
    if not api_version or not kind or "/" in api_version or api_version == "v1" or has_variable(api_version + kind):
        return False
    return _is_unheard_of(kind)


@cache
def _is_unheard_of(kind: str) -> bool:
    import difflib  # noqa: PLC0415 - only where a group is missing

    known = {one.kind for release in releases() for one in schemas(release).kinds()}
    if kind in known or kind.endswith("List") or kind in kinds_of_operators():
        return False
    return not difflib.get_close_matches(kind, known, 1, _NEAR)
