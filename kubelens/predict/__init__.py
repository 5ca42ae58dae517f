"""Questions about behaviour and their answers."""

from __future__ import annotations

from kubelens.kube.bundle import Bundle
from kubelens.kube.labels_let_in import Given, answered_by


def _labels_of_admitted(bundle: Bundle) -> Given:
    from kubelens.predict.chain.admitted_labels import labels_of_admitted  # noqa: PLC0415 - few bundles have such policies

    return labels_of_admitted(bundle)


answered_by(_labels_of_admitted)
