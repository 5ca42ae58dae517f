"""ApplicationSets of Argo CD: the Applications that one makes (argo-cd, ``applicationset/controllers/template``)."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.engine.gitops.argo_generators import Generators, Given
from kubelens.engine.gitops.objects import ARGO, GitOpsObject, first_origin
from kubelens.engine.gitops.repository import Here, inside_root, names_one
from kubelens.engine.gitops.templating import NotFilledIn, filled_in, marked, over
from kubelens.engine.sets.planned import Lack
from kubelens.kube import fields
from kubelens.kube.taken_along import kept_by_application_set
from kubelens.render.origin import Sourced
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml


def applications_of(application_set: GitOpsObject, here: Here) -> tuple[list[GitOpsObject], list[Lack]]:
    """(the Applications that it makes, each name once, what could not be followed)."""
    spec = application_set.spec
    generators = Generators(here, bool(fields.boolean(spec, "goTemplate")))
    found: dict[str, GitOpsObject] = {}
    given = generators.given(fields.items(spec, "generators"))
    lacks = generators.lacks
    try:
        for one in _made(application_set, given, generators):
            found.setdefault(one.name, one)
    except NotFilledIn as fault:
        lacks.append(Lack(f"its template: {fault}", first_origin(spec)))
    except YamlFault as fault:
        lacks.append(Lack(f"its templatePatch cannot be read: {fault}", first_origin(spec)))
    return list(found.values()), lacks


def folders_named(application_set: GitOpsObject, here: Here) -> tuple[str, ...]:
    """The folders here that each of its Applications is made from, whatever its generators give."""
    spec = fields.mapping(fields.mapping(application_set.spec, "template"), "spec")
    sources = [source for _, source in fields.items(spec, "sources")] or [fields.mapping(spec, "source")]
    found: dict[str, None] = {}
    for source in sources:
        path = str(fields.text(source, "path"))
        if path and names_one(path) and here.is_meant(str(fields.text(source, "repoURL")), path):
            folder = inside_root(path)
            if folder and here.tree.is_folder(folder):
                found[folder] = None
    return tuple(found)


def _made(application_set: GitOpsObject, given: list[Given], generators: Generators) -> Iterator[GitOpsObject]:
    template = application_set.spec.get("template")
    patch = fields.text(application_set.spec, "templatePatch")
    go = generators.go
    kept = "its ApplicationSet preserves it" if kept_by_application_set(application_set.value) else ""
    for one in given:
        whole = over(template, one.template) if one.template is not None else template
        value = filled_in(whole, one.parameters, go=go)
        if patch:
            written = filled_in(marked(patch, first_origin(application_set.spec)), one.parameters, go=go)
            value = over(value, read_yaml(str(written)))
        if not isinstance(value, Sourced):
            continue
        name = fields.text(fields.mapping(value, "metadata"), "name")
        if name:
            namespace, file = application_set.namespace, application_set.file
            yield GitOpsObject(ARGO, "Application", namespace, str(name), value, file, generators.by_secrets, kept)
