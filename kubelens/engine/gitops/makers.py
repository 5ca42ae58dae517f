"""Texts that make objects without holding them: templates, ResourceSets, scripts, Terraform, values of charts.

Nothing here is proof that an object will be there; that such a text has its name is enough for saying nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Final

from kubelens.engine.sets.tree import Tree
from kubelens.syntax.pattern import pattern

_MANIFESTS: Final = (".yaml", ".yml", ".json", ".tpl", ".j2", ".tmpl", ".gotmpl", ".template")
_PROGRAMS: Final = (
    *(
        ".sh",
        ".bash",
        ".py",
        ".tf",
        ".hcl",
        ".tfvars",
        ".nix",
        ".cue",
        ".jsonnet",
        ".libsonnet",
        ".mk",
        ".just",
        ".toml",
    ),
    *("Makefile", "justfile", "Justfile", "Jenkinsfile"),
)
_PROSE: Final = (".md",)
_HEAD: Final = pattern(
    r"""(?:apiVersion["']?:\s*["']?(?P<one>\S+?)["']?,?\s*\n\s*["']?kind["']?:\s*["']?(?P<kind>\w+)"""
    r"""|kind["']?:\s*["']?(?P<other>\w+)["']?,?\s*\n\s*["']?apiVersion["']?:\s*["']?(?P<two>\S+?)["']?,?\s*$)""",
    re.MULTILINE,
)
_METADATA: Final = pattern(r"""metadata["']?:""")
_NAME: Final = pattern(r"""(?:^|[\s{,])["']?name["']?:\s*["']?((?:\{\{.*?\}\}|\$\{.*?\}|[^\n"',{}#])*)""")
_GENERATED: Final = pattern(r"^(configMap|secret)Generator:", re.MULTILINE)
_FILLED_IN: Final = pattern(r"\{\{.*?\}\}|<<.*?>>|\$\{[^}]*\}|\[\[.*?\]\]")
_SYNC: Final = pattern(r"""FluxInstance|flux-instance|\bsync:""")
_DATA_OF: Final = {"ConfigMap": frozenset({"ObjectBucketClaim", "Bundle", "ExternalSecret"})}
"""Kinds for which a controller makes an object of their own name: Rook's and NooBaa's buckets, trust-manager's bundles."""
_REACH: Final = 1200
"""Characters behind the head of an object in which its name stands."""
_LONGEST: Final = 1_000_000


class Makers:
    """All texts of a repository."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def make(self, group: str, kind: str, namespace: str, name: str) -> bool:
        """Whether some text may make an object of that kind and name, in whatever namespace."""
        makers = _DATA_OF.get(kind, frozenset())
        for own, its, form in self._heads:
            if ((own == group and its == kind) or its in makers) and form.fullmatch(name):
                return True
        word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
        return any(
            name in text and word.search(text) is not None and _is_made_there(path, text, kind, word)
            for path, text in self._texts
        )

    @cached_property
    def _texts(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for path in self._tree.below(""):
            if path.endswith((*_MANIFESTS, *_PROGRAMS, *_PROSE)):
                text = self._tree.read(path)
                if text is not None and len(text) <= _LONGEST:
                    found.append((path, text))
        return found

    @cached_property
    def _heads(self) -> set[tuple[str, str, re.Pattern[str]]]:
        """Group, kind and name of all that looks like an object, wherever it stands in a text, what is filled in open."""
        return {
            (group, kind, re.compile(form))
            for path, text in self._texts
            if not path.endswith(_PROSE)
            for group, kind, form in _objects_in(text)
        }


@lru_cache(maxsize=4096)
def _objects_in(text: str) -> tuple[tuple[str, str, str], ...]:
    """Group, kind and form of the name of what a text holds; an editor asks again of texts that did not change."""
    return tuple(_found_in(text))


def _found_in(text: str) -> Iterator[tuple[str, str, str]]:
    for head in _HEAD.finditer(text):
        version, kind = head["one"] or head["two"], head["kind"] or head["other"]
        end = text.find("\n---", head.end())
        rest = text[head.end() : min(end if end >= 0 else len(text), head.end() + _REACH)]
        metadata = _METADATA.search(rest)
        name = _NAME.search(rest, metadata.end()) if metadata is not None else None
        if name is not None:
            parts = [re.escape(part) for part in _FILLED_IN.split(name[1].strip())]
            yield version.rpartition("/")[0], kind, ".*".join(parts)


def _is_made_there(path: str, text: str, kind: str, word: re.Pattern[str]) -> bool:
    """Whether a text that has a name makes an object of a kind in words of its own."""
    if path.endswith(_PROSE):
        return any("create" in line and word.search(line) for line in text.splitlines())
    if path.endswith(_PROGRAMS):
        lower = text.lower()
        return kind.lower() in lower or "flux create" in lower or "argocd proj" in lower
    if kind == "ConfigMap":
        return _GENERATED.search(text) is not None
    if kind == "AppProject":  # the chart argocd-apps, and argo-cd's own before it
        return re.search(r"^\s*(?:additionalP|p)rojects:", text, re.MULTILINE) is not None
    if kind in ("GitRepository", "OCIRepository", "Bucket", "Kustomization"):
        return _SYNC.search(text) is not None and "kind: Kustomization" not in text
    return False
