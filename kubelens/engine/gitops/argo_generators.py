"""What the generators of an ApplicationSet give, as far as files tell (argo-cd, ``applicationset/generators``)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from itertools import islice
from typing import Final

from msgspec import Struct, field

from kubelens.engine.gitops.objects import first_origin
from kubelens.engine.gitops.repository import Here
from kubelens.engine.gitops.templating import NotFilledIn, Parameters, filled_in, flat, marked, over
from kubelens.engine.sets.planned import Lack, Lacked
from kubelens.kube import fields
from kubelens.render.origin import Sourced, SourcedList
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml

MOST: Final = 1000
"""Parameters that one ApplicationSet may give."""
_DEEPEST: Final = 4
_CLUSTER: Final = "argocd.argoproj.io/secret-type"
_LOCAL: Final = {"name": "in-cluster", "server": "https://kubernetes.default.svc"}
_KNOWN: Final = ("list", "git", "clusters", "matrix", "merge")


class Given(Struct, frozen=True):
    """One set of parameters, and the template that goes with it alone."""

    parameters: Parameters
    template: Sourced | None = None


class Generators(Struct):
    """Generators of one ApplicationSet. ``go``: whether parameters are for Go's templates; else they are flat.

    ``by_secrets``: whether clusters are among what was given: whether their Secrets lie beside the ApplicationSet in one
    cluster, the files do not say.
    """

    here: Here
    go: bool
    lacks: list[Lack] = field(default_factory=list)
    by_secrets: bool = False

    def given(self, generators: list[tuple[int, fields.Value]]) -> list[Given]:
        """What all of them give, at most ``MOST``."""
        found = (one for _, generator in generators for one in self._of(generator, {}, 0))
        return list(islice(found, MOST))

    def _of(self, generator: fields.Value, known: Parameters, depth: int) -> Iterator[Given]:
        """What one gives; ``known``: parameters of the one before it in a matrix."""
        kind = next((name for name in _KNOWN if name in generator), None)
        if kind is None or depth > _DEEPEST:
            named = next((name for name in generator if name not in ("selector", "template")), "?")
            self._lack(f"what generator {str(named)!r} gives is not in this repository", generator)
            return
        settings = generator[kind]
        if not isinstance(settings, Sourced):
            return
        if known:
            try:
                settings = filled_in(settings, known, go=self.go)
            except NotFilledIn as fault:
                self._lack(str(fault), generator)
                return
        assert isinstance(settings, Sourced)
        template = settings.get("template")
        own = template if isinstance(template, Sourced) else None
        selector = fields.mapping(generator, "selector")
        for parameters in self._by_kind(kind, settings, depth):
            if selects(selector, parameters):
                yield Given(self._with_values(parameters, settings), own)

    def _by_kind(self, kind: str, settings: Sourced, depth: int) -> Iterator[Parameters]:
        if kind == "list":
            yield from self._listed(settings)
        elif kind == "git":
            yield from self._from_git(settings)
        elif kind == "clusters":
            yield from self._clusters(settings)
        elif kind == "matrix":
            yield from self._matrix(fields.items(settings, "generators"), depth)
        else:
            yield from self._merge(settings, depth)

    def _listed(self, settings: Sourced) -> Iterator[Parameters]:
        elements = settings.get("elements")
        text = fields.text(settings, "elementsYaml")
        if text:
            try:
                elements = read_yaml(marked(text, first_origin(settings)))
            except YamlFault as fault:
                self._lack(f"elementsYaml cannot be read: {fault}", settings)
        for element in elements if isinstance(elements, list) else ():
            if isinstance(element, dict):
                yield element if self.go else flat(element)

    def _from_git(self, settings: Sourced) -> Iterator[Parameters]:
        address = fields.text(settings, "repoURL")
        folders, files = fields.items(settings, "directories"), fields.items(settings, "files")
        wanted = [str(fields.text(one, "path")) for _, one in (*folders, *files)]
        if not any(self.here.is_meant(address, _fixed(path)) for path in wanted):
            self._lack(f"what stands in {address} is not in this repository", settings, Lacked.SOURCES)
            return
        paths = list(self.here.tree.below(""))
        if folders:
            taken = _matching(
                _folders(paths), [(str(fields.text(o, "path")), bool(o.get("exclude"))) for _, o in folders], _like_path
            )
            for folder in taken:
                origin = first_origin(settings)
                yield self._path(str(marked(folder, origin)))
        if files:
            taken = _matching(
                paths, [(str(fields.text(o, "path")), bool(o.get("exclude"))) for _, o in files], _like_git
            )
            for path in taken:
                yield from self._content(path)

    def _content(self, path: str) -> Iterator[Parameters]:
        text = self.here.tree.read(path)
        try:
            value = read_yaml(text or "", path)
        except YamlFault as fault:
            self.lacks.append(Lack(f"{self.here.tree.shown(path)} cannot be read: {fault}"))
            return
        place = self._path(posixpath.dirname(path), posixpath.basename(path))
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, dict):
                yield {**(one if self.go else flat(one)), **place}

    def _path(self, folder: str, file: str = "") -> dict[str, object]:
        name = posixpath.basename(folder)
        segments = folder.split("/")
        if self.go:
            told: dict[str, object] = {
                "path": folder,
                "basename": name,
                "basenameNormalized": normalized(name),
                "segments": SourcedList(segments),
            }
            if file:
                told |= {"filename": file, "filenameNormalized": normalized(file)}
            return {"path": Sourced(told)}
        flat_: dict[str, object] = {
            "path": folder,
            "path.basename": name,
            "path.basenameNormalized": normalized(name),
            **{f"path[{index}]": segment for index, segment in enumerate(segments)},
        }
        if file:
            flat_ |= {"path.filename": file, "path.filenameNormalized": normalized(file)}
        return flat_

    def _clusters(self, settings: Sourced) -> Iterator[Parameters]:
        selector = fields.mapping(settings, "selector")
        secrets = [one for _, one in self.here.objects.all("", "Secret") if one.labels.get(_CLUSTER) == "cluster"]
        found = False
        for secret in secrets:
            if not selects(selector, dict(secret.labels)):
                continue
            data = self.here.objects.data("Secret", secret.namespace, secret.name) or {}
            found = self.by_secrets = True
            yield self._cluster(data.get("name", ""), data.get("server", ""), fields.mapping(secret.value, "metadata"))
        if not selector:
            found = True
            yield self._cluster(_LOCAL["name"], _LOCAL["server"], {})
        if not found:
            self._lack("no cluster that it selects is in this repository", settings)

    def _cluster(self, name: str, server: str, metadata: fields.Value) -> Parameters:
        head = {"name": name, "nameNormalized": normalized(name), "server": server}
        told: dict[str, object] = {key: fields.mapping(metadata, key) for key in ("labels", "annotations")}
        if self.go:
            return {**head, "metadata": Sourced(told)}
        return {**head, **flat(Sourced(told), "metadata")}

    def _matrix(self, generators: list[tuple[int, fields.Value]], depth: int) -> Iterator[Parameters]:
        if len(generators) != 2:
            return
        (_, first), (_, second) = generators
        for one in self._of(first, {}, depth + 1):
            for other in self._of(second, one.parameters, depth + 1):
                merged = over(Sourced(dict(one.parameters)), Sourced(dict(other.parameters)))
                assert isinstance(merged, Sourced)
                yield merged

    def _merge(self, settings: Sourced, depth: int) -> Iterator[Parameters]:
        keys = fields.texts(settings, "mergeKeys")
        base: dict[tuple[str, ...], Parameters] = {}
        for number, (_, generator) in enumerate(fields.items(settings, "generators")):
            for one in self._of(generator, {}, depth + 1):
                slot = tuple(str(_found(one.parameters, key)) for key in keys)
                if number == 0:
                    base[slot] = one.parameters
                elif slot in base:
                    merged = over(Sourced(dict(base[slot])), Sourced(dict(one.parameters)))
                    assert isinstance(merged, Sourced)
                    base[slot] = merged
        yield from base.values()

    def _with_values(self, parameters: Parameters, settings: Sourced) -> Parameters:
        values = settings.get("values")
        if not isinstance(values, Sourced):
            return parameters
        try:
            told = filled_in(values, parameters, go=self.go)
        except NotFilledIn as fault:
            self._lack(str(fault), settings)
            return parameters
        if self.go:
            return {**parameters, "values": told}
        return {**parameters, **flat(told, "values")}

    def _lack(self, what: str, near: object, kind: Lacked = Lacked.GENERATED) -> None:
        self.lacks.append(Lack(what, first_origin(near), kind=kind))


def normalized(text: str) -> str:
    """A name that Kubernetes takes (``SanitizeName``)."""
    lower = re.sub(r"[^a-z0-9.-]", "-", text.lower())
    return re.sub(r"^[-.]+|[-.]+$", "", lower[:253])


def selects(selector: fields.Value, parameters: Parameters) -> bool:
    """Whether a label selector takes some parameters, by their paths."""
    if not selector:
        return True
    known = {key: str(value) for key, value in flat(dict(parameters)).items()}
    for key, value in fields.mapping(selector, "matchLabels").items():
        if known.get(key) != value:
            return False
    for _, one in fields.items(selector, "matchExpressions"):
        key, values = fields.text(one, "key"), fields.texts(one, "values")
        met = {
            "In": known.get(key) in values,
            "NotIn": known.get(key) not in values,
            "Exists": key in known,
            "DoesNotExist": key not in known,
        }
        if not met.get(fields.text(one, "operator"), False):
            return False
    return True


def _found(parameters: Parameters, path: str) -> object:
    if path in parameters:
        return parameters[path]
    return fields.at(dict(parameters), path.split("."))


def _folders(paths: list[str]) -> list[str]:
    """All folders that hold something, hidden ones left out."""
    found: dict[str, None] = {}
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            if not any(part.startswith(".") for part in folder.split("/")):
                found[folder] = None
            folder = posixpath.dirname(folder)
    return sorted(found)


def _matching(
    names: list[str], wanted: list[tuple[str, bool]], like: Callable[[str], re.Pattern[str]]
) -> Iterator[str]:
    """The names that a pattern takes and none leaves out."""
    taken = [like(pattern) for pattern, leaves_out in wanted if not leaves_out]
    left = [like(pattern) for pattern, leaves_out in wanted if leaves_out]
    for name in names:
        if any(one.fullmatch(name) for one in taken) and not any(one.fullmatch(name) for one in left):
            yield name


def _like_path(pattern: str) -> re.Pattern[str]:
    """A pattern of Go's ``path.Match``: stars stay within a name."""
    return re.compile("/".join(_within(part) for part in pattern.strip("/").split("/")))


def _within(part: str) -> str:
    return translate(part).replace(".*", "[^/]*").removeprefix("(?s:").removesuffix(r")\Z").removesuffix(r")\z")


def _like_git(pattern: str) -> re.Pattern[str]:
    """A pattern of ``git ls-files``: stars match ``/`` too."""
    return re.compile(translate(pattern))


def _fixed(pattern: str) -> str:
    """The folders of a pattern before its first star."""
    parts: list[str] = []
    for part in pattern.split("/"):
        if any(sign in part for sign in "*?[{"):
            break
        parts.append(part)
    return "/".join(parts)
