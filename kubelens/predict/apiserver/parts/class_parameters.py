"""Parameters of a StorageClass or VolumeAttributesClass (``validateParameters``)."""

from __future__ import annotations

from kubelens.predict.apiserver.causes import Report


def validate_parameters(parameters: dict[str, str], report: Report) -> None:
    """Parameters of a storage or attributes class: how many, their keys, their size together."""
    if len(parameters) > 512:
        report.too_long(("parameters",), 512)
        return
    if "" in parameters:
        report.inconsistent(("parameters",), "must hold no empty key")
    if sum(len(k.encode()) + len(v.encode()) for k, v in parameters.items()) > 256 * 1024:
        report.too_long(("parameters",), 256 * 1024)
