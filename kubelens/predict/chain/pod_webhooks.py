"""``PodWebhooks``: the admission webhooks among the files without whose answer no Pod is let in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import EVERYTHING, Selector, label_selector
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.stored import Stored

_KINDS: Final = {
    "MutatingWebhookConfiguration": "changes nothing of them",
    "ValidatingWebhookConfiguration": "agrees",
}
"""What is taken for granted of an answer, in the order in which the server asks."""
_GROUP: Final = "admissionregistration.k8s.io"
_NAME_LABEL: Final = "kubernetes.io/metadata.name"


class PodWebhook(Struct, frozen=True):
    """A webhook that is asked about new Pods, under ``failurePolicy: Fail``; ``conditional``: where its CEL conditions hold."""

    configuration: Resource
    name: str
    namespaces: Selector
    objects: Selector
    conditional: bool

    @property
    def told(self) -> str:
        """What is taken for granted of it, in a sentence."""
        where = " where its matchConditions hold" if self.conditional else ""
        return (
            f"webhook {self.name!r} of {self.configuration.key} answers for new Pods{where}, and "
            f"{_KINDS[self.configuration.kind]}: its failurePolicy is Fail, so while it does not answer none is created"
        )


class PodWebhooks(Struct, frozen=True):
    """Which webhooks are asked about new Pods and keep them out where they do not answer?"""

    def answer(self, ask: Ask) -> Prediction[tuple[PodWebhook, ...]]:
        """Those of configurations that the API server takes, mutating ones first; Fail is the default of v1."""
        return Prediction(
            tuple(
                webhook
                for kind in _KINDS
                for configuration in ask.bundle.all(kind, group=_GROUP)
                if not configuration.partial and ask(Stored(configuration)).answer.denial is None
                for webhook in _of(configuration)
            )
        )


def asked_about(webhooks: tuple[PodWebhook, ...], pod: Mapping[str, Any], bundle: Bundle) -> Iterator[PodWebhook]:
    """Those that are asked about a Pod, or may be: of a Namespace that is not among the files its name alone is known."""
    metadata = fields.mapping(pod, "metadata")
    namespace = fields.text(metadata, "namespace") or "default"
    labels = {key: text for key, text in fields.mapping(metadata, "labels").items() if isinstance(text, str)}
    of_namespace = bundle.namespace_labels(namespace)
    is_known = bundle.get("Namespace", "", namespace, group="") is not None
    for webhook in webhooks:
        chosen = webhook.namespaces
        here = not chosen.nothing and all(
            one.matches(of_namespace) for one in chosen.requirements if is_known or one.key == _NAME_LABEL
        )
        if here and webhook.objects.matches(labels):
            yield webhook


def _of(configuration: Resource) -> Iterator[PodWebhook]:
    for _, webhook in fields.items(configuration.value, "webhooks"):
        if (fields.text(webhook, "failurePolicy") or "Fail") == "Fail" and _asks_of_new_pods(webhook):
            yield PodWebhook(
                configuration,
                fields.text(webhook, "name"),
                _selector(webhook, "namespaceSelector"),
                _selector(webhook, "objectSelector"),
                bool(fields.items(webhook, "matchConditions")),
            )


def _asks_of_new_pods(webhook: Mapping[str, Any]) -> bool:
    """Whether a rule is for the creation of Pods (apiserver, ``predicates/rules``)."""
    for _, entry in fields.items(webhook, "rules"):
        if (
            fields.text(entry, "scope") != "Cluster"
            and {"", "*"}.intersection(fields.texts(entry, "apiGroups"))
            and {"v1", "*"}.intersection(fields.texts(entry, "apiVersions"))
            and {"pods", "*", "*/*"}.intersection(fields.texts(entry, "resources"))
            and {"CREATE", "*"}.intersection(fields.texts(entry, "operations"))
        ):
            return True
    return False


def _selector(webhook: Mapping[str, Any], key: str) -> Selector:
    written = fields.optional_mapping(webhook, key)
    return EVERYTHING if written is None else label_selector(written)
