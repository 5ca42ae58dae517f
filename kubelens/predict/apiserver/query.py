"""The question ``AdmissionOf``: would the API server take this object?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct

from kubelens.kube.bundle import NEWEST
from kubelens.kube.definitions import Definition, Standing
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.apiserver.answer import Answer, Stage
from kubelens.predict.apiserver.causes import Cause
from kubelens.predict.apiserver.judge import judge, judge_update, stored_before
from kubelens.predict.apiserver.judged_definition import judge_definition
from kubelens.predict.apiserver.options import Options


class AdmissionOf(Struct, frozen=True):
    """Whether the API server would accept an object; ``old`` is what it replaces, None for a new one.

    The answer is None for kinds that the release does not know, and for custom resources whose definition comes along
    as that of one release among many, or is a JSON Schema: see :mod:`kubelens.predict.apiserver.cataloged` and ``json_schema``.
    """

    resource: Resource
    old: Resource | None = None
    release: str = NEWEST
    node_port_range: tuple[int, int] = (30000, 32767)
    local: ClassVar[bool] = True

    def answer(self, ask: Ask) -> Prediction[Answer | None]:
        """Judge it by the schema and the validation of the release."""
        gvk = self.resource.gvk
        if self.resource.definition is not None:
            return self._custom(self.resource.definition, ask)
        if schemas(self.release).kind(gvk) is None:
            return Prediction(None, (), (Assumption(f"{gvk} is not built in: nothing is known of it"),))
        options = Options(release=self.release, node_port_range=self.node_port_range)
        before = stored_before(self.old.value, gvk, options) if self.old is not None else None
        if self.old is not None and before is not None:
            judged = judge_update(self.resource.value, before, gvk, options, self.old.value)
        else:
            judge_new = judge_definition if gvk.kind == "CustomResourceDefinition" else judge
            judged = judge_new(self.resource.value, gvk, options)
        return Prediction(judged, (), tuple(Assumption(text) for text in judged.assumptions))

    def _custom(self, definition: Definition, ask: Ask) -> Prediction[Answer | None]:
        """Judge a custom resource by its definition; nothing is said where the definition itself is refused."""
        from kubelens.predict.apiserver.definitions.instance import judge_instance  # noqa: PLC0415 - only for custom resources
        from kubelens.predict.apiserver.definitions.ruled import HasRules  # noqa: PLC0415 - as above

        gvk = self.resource.gvk
        version = gvk.version
        if definition.standing in (Standing.CATALOGED, Standing.LOCATED):
            return Prediction(None, (), (Assumption(f"the definition of {gvk} that the cluster has is not given"),))
        if definition.place is None and version not in definition.versions:
            return Prediction(None, (), (Assumption(f"{definition.origin} has no version {version} of {gvk.kind}"),))
        if not ask(_DefinitionStands(definition, self.release, self.node_port_range)).answer:
            return Prediction(None, (), (Assumption(f"the definition of {gvk.kind} is refused itself"),))
        value = dict(self.resource.value)
        if not definition.cluster_scoped and isinstance(value.get("metadata") or {}, Mapping):
            value["metadata"] = {**(value.get("metadata") or {}), "namespace": self.resource.namespace}
        old = self.old.value if self.old is not None else None
        ruled = ask(HasRules(definition, version)).answer
        judged = judge_instance(value, definition.value, version, old=old, ruled=ruled)
        reason = Reason(f"{gvk.kind} is declared by {definition.origin or 'its definition'}", definition.place)
        return Prediction(judged, (reason,), tuple(Assumption(text) for text in judged.assumptions))


class _DefinitionStands(Struct, frozen=True):
    """Whether a definition of the manifests would be stored, so that its schema can be relied on."""

    definition: Definition
    release: str
    node_port_range: tuple[int, int]
    local: ClassVar[bool] = True

    def answer(self, ask: Ask) -> Prediction[bool]:
        """Definitions that come along with kubelens stand."""
        definition = self.definition
        if definition.standing is not Standing.GIVEN:
            return Prediction(True)
        if definition.resource is not None:
            judged = ask(AdmissionOf(definition.resource, None, self.release, self.node_port_range)).answer
            return Prediction(judged is not None and judged.stage is Stage.ACCEPTED)
        gvk = GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition")
        if definition.value.get("apiVersion") != gvk.api_version:
            return Prediction(False)
        return Prediction(judge(definition.value, gvk, Options(release=NEWEST)).stage is Stage.ACCEPTED)


__all__ = ["AdmissionOf", "Answer", "Cause", "Stage"]
