"""Whether anybody takes heed of Helm's hooks in a set: where nobody does, they are annotations like others."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.gitops.argo_application import ORIGIN as ARGO_CD
from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.chain.hooks import HELM_HOOK


def heeds_hooks(made: ApplySet) -> bool:
    """Whether a set is a release of a chart, or Argo CD's, which reads Helm's hooks in any manifest.

    ``kubectl apply`` and kustomize-controller apply what a chart was rendered to, hooks and all, as it is written.
    """
    return made.chart is not None or made.origin == ARGO_CD


def without_hooks(bundle: Bundle) -> Bundle:
    """The same objects, none of them a hook of Helm."""
    if not any(HELM_HOOK in resource.annotations for resource in bundle):
        return bundle
    return Bundle(list(_plain(bundle)), bundle.release, pod_security=bundle.pod_security)


def _plain(bundle: Bundle) -> Iterator[Resource]:
    for resource in bundle:
        if HELM_HOOK not in resource.annotations:
            yield resource
            continue
        metadata = dict(resource.metadata)
        said = fields.mapping(metadata, "annotations")
        metadata["annotations"] = {key: value for key, value in said.items() if key != HELM_HOOK}
        yield replace(resource, value={**resource.value, "metadata": metadata})
