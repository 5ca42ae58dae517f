"""A custom resource breaks the JSON Schema that `--schema-location` has for it.

Locations are those of kubeconform: folders, or paths such as `schemas/{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion
}}.json`. They count for kinds that no CustomResourceDefinition among the manifests or given with `--crd` declares; the kinds
of Kubernetes itself are judged as its API server does. The first location that has a kind counts. `default` is what comes
along, which counts for nothing where locations are named and it is not, as with kubeconform. Nothing is fetched.

    kubelens check . --schema-location schemas --schema-location default

A schema that cannot be read, or refers to files that are not there, is told as well.

Bad: a value that the schema in the file does not take, or a field for which it has no property and allows no others.

Good: an object that it takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.json_schema import SchemaErrorsOf
from kubelens.predict.apiserver.standing import is_applied, standing_causes
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.claims import place_of


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=("kubeconform:schema-validation", "kubeval:schema-validation", "kubectl-validate:schema-validation"),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each fault, at the value; one at the kind where the schema is of no use."""
    definition = resource.definition
    if definition is None or not is_applied(resource):
        return
    found = ctx.ask(SchemaErrorsOf(resource)).answer
    if found.trouble:
        yield ctx.finding(
            f"{resource.key} is not held against its schema: {found.trouble}",
            at=resource.place.at("kind"),
            notes=[f"the schema is {definition.origin}"],
            severity=Severity.WARNING,
        )
    for cause in standing_causes(resource, found.causes, ctx.bundle):
        field = f"{cause.field}: " if cause.field else ""
        yield ctx.finding(
            f"{resource.key} breaks the schema {definition.origin}: {field}{cause.message}",
            at=place_of(resource, cause),
            label=cause.message,
        )
