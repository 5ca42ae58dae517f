"""Completion: kinds, apiVersions, fields, allowed values, and names that exist in the workspace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lsprotocol import types

from kubelens.kube.identity import GroupVersionKind, read_gvk
from kubelens.kube.references import CLUSTER_KINDS
from kubelens.kube.schema import description, enum, schemas
from kubelens.syntax.text import Source
from kubelens_lsp.convert import to_offset
from kubelens_lsp.insight import type_name
from kubelens_lsp.session import View

_ENTRY: Final = re.compile(r"^(?P<indent> *(?:- +)*)(?P<key>[\w.$/-]*)(?P<colon>:)?(?P<space> *)(?P<value>.*)$")
_NAMES: Final = {
    ("configMapRef", "name"): "ConfigMap",
    ("configMapKeyRef", "name"): "ConfigMap",
    ("configMap", "name"): "ConfigMap",
    ("secretRef", "name"): "Secret",
    ("secretKeyRef", "name"): "Secret",
    ("secret", "secretName"): "Secret",
    ("tls", "secretName"): "Secret",
    ("persistentVolumeClaim", "claimName"): "PersistentVolumeClaim",
    ("service", "name"): "Service",
    ("spec", "serviceName"): "Service",
    ("spec", "serviceAccountName"): "ServiceAccount",
    ("spec", "ingressClassName"): "IngressClass",
    ("spec", "storageClassName"): "StorageClass",
    ("spec", "priorityClassName"): "PriorityClass",
}
_SNIPPETS: Final = {
    "Deployment": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${1:name}\nspec:\n  replicas: ${2:2}\n  selector:\n    matchLabels:\n      app: ${1:name}\n  template:\n    metadata:\n      labels:\n        app: ${1:name}\n    spec:\n      containers:\n        - name: ${1:name}\n          image: ${3:image}\n          ports:\n            - name: http\n              containerPort: ${4:8080}\n",
    "Service": "apiVersion: v1\nkind: Service\nmetadata:\n  name: ${1:name}\nspec:\n  selector:\n    app: ${1:name}\n  ports:\n    - name: http\n      port: ${2:80}\n      targetPort: http\n",
    "ConfigMap": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${1:name}\ndata:\n  ${2:key}: ${3:value}\n",
    "Ingress": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: ${1:name}\nspec:\n  ingressClassName: ${2:nginx}\n  rules:\n    - host: ${3:example.com}\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: ${1:name}\n                port:\n                  name: http\n",
    "PodDisruptionBudget": "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: ${1:name}\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: ${1:name}\n",
}


def completions(view: View, key: str, position: types.Position, encoding: str) -> list[types.CompletionItem]:
    """What can stand at the cursor. Works on lines, so that a text broken by typing is no obstacle."""
    file = view.snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    source = file.source
    offset = to_offset(source, position, encoding)
    line = source.position(offset).line
    before = source.text[source.line_starts[line] : offset]
    match = _ENTRY.match(before)
    if match is None:
        return []
    start, end = _document_lines(source, line)
    lines = [source.line_text(n) for n in range(start, end)]
    gvk = _header(lines)
    parents = _parents(lines, line - start, len(match["indent"]))
    if match["colon"]:
        return list(_values(view, gvk, parents, match["key"], lines))
    if not parents and gvk is None and not match["indent"]:
        out = [
            _item(word, types.CompletionItemKind.Field, f"{word}: ")
            for word in ("apiVersion", "kind", "metadata", "spec")
        ]
        return [*out, *(_snippet(kind, text) for kind, text in _SNIPPETS.items())]
    return list(_fields(view, gvk, parents))


def _document_lines(source: Source, line: int) -> tuple[int, int]:
    start = end = line
    while start > 0 and not source.line_text(start - 1).startswith("---"):
        start -= 1
    while end + 1 < len(source.line_starts) and not source.line_text(end + 1).startswith("---"):
        end += 1
    return start, end + 1


def _header(lines: list[str]) -> GroupVersionKind | None:
    found: dict[str, str] = {}
    for text in lines:
        match = re.match(r"(apiVersion|kind):\s*[\"']?([\w./-]+)", text)
        if match:
            found[match[1]] = match[2]
    return read_gvk(found.get("apiVersion"), found.get("kind"))


def _parents(lines: list[str], at: int, indent: int) -> list[str]:
    """The keys above a line, outermost first."""
    chain: list[str] = []
    level = indent
    for number in range(at - 1, -1, -1):
        text = lines[number]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        match = _ENTRY.match(text)
        if match is None or not match["colon"]:
            continue
        depth = len(match["indent"])
        dash = "-" in match["indent"]
        own = len(match["indent"]) - len(match["indent"].lstrip(" "))
        if depth < level and not match["value"].strip():
            chain.append(match["key"])
            level = depth
            if dash:
                level = own + 1
        elif dash and own < level <= depth:
            level = own + 1
        if level == 0:
            break
    return chain[::-1]


def _form(view: View, gvk: GroupVersionKind | None, parents: list[str]) -> tuple[str, str] | None:
    """(type, field) of the innermost key; the type of the object itself for none."""
    if gvk is None:
        return None
    known = schemas(view.release)
    schema = known.kind(gvk)
    if schema is None:
        return None
    name = schema.name
    for step in parents:
        code = known.type(name).fields.get(step)
        if code is None:
            return None
        bare = code.lstrip("[{")
        if not bare.startswith("#"):
            return (name, step) if step == parents[-1] else None
        name = bare[1:]
    return name, ""


def _fields(view: View, gvk: GroupVersionKind | None, parents: list[str]) -> Iterator[types.CompletionItem]:
    found = _form(view, gvk, parents)
    if found is None or found[1]:
        return
    schema = schemas(view.release).type(found[0])
    for name, form in schema.fields.items():
        text = f"{name}:\n  " if form[:1] in "#[{" else f"{name}: "
        item = _item(name, types.CompletionItemKind.Field, text)
        item.detail = type_name(form) + (" (required)" if name in schema.required else "")
        item.documentation = description(schema.name, name)[:600] or None
        item.sort_text = ("0" if name in schema.required else "1") + name
        yield item


def _values(
    view: View, gvk: GroupVersionKind | None, parents: list[str], key: str, lines: list[str]
) -> Iterator[types.CompletionItem]:
    known = schemas(view.release)
    if not parents and key == "kind":
        version = next((m[1] for t in lines if (m := re.match(r"apiVersion:\s*[\"']?([\w./-]+)", t))), "")
        for one in known.kinds():
            if not version or one.api_version == version:
                yield _item(one.kind, types.CompletionItemKind.Class)
        return
    if not parents and key == "apiVersion":
        kind = next((m[1] for t in lines if (m := re.match(r"kind:\s*[\"']?(\w+)", t))), "")
        for version in sorted({k.api_version for k in known.kinds() if not kind or k.kind == kind}):
            yield _item(version, types.CompletionItemKind.Module)
        return
    yield from _names(view, parents, key, lines)
    found = _form(view, gvk, parents)
    if found is None or found[1]:
        return
    for value in enum(found[0], key):
        yield _item(value, types.CompletionItemKind.EnumMember)
    if known.type(found[0]).fields.get(key) == "b":
        yield _item("true", types.CompletionItemKind.Value)
        yield _item("false", types.CompletionItemKind.Value)


def _names(view: View, parents: list[str], key: str, lines: list[str]) -> Iterator[types.CompletionItem]:
    """Names of objects, keys and ports that exist in the workspace."""
    parent = parents[-1] if parents else ""
    namespace = next((m[1] for t in lines if (m := re.match(r"\s+namespace:\s*[\"']?([\w-]+)", t))), "default")
    kind = _NAMES.get((parent, key))
    if kind is not None:
        for resource in view.snapshot.bundle.all(kind):
            if kind in CLUSTER_KINDS or resource.namespace == namespace:
                yield _item(resource.name, types.CompletionItemKind.Reference)
    if key == "targetPort":
        from kubelens.kube.workload import workloads  # noqa: PLC0415 - only here

        names = {
            p.name
            for w in workloads(view.snapshot.bundle, namespace)
            for c in w.pod.containers
            for p in c.ports
            if p.name
        }
        for name in sorted(names):
            yield _item(name, types.CompletionItemKind.Reference)
    if key == "key" and parent in ("configMapKeyRef", "secretKeyRef"):
        holder = "ConfigMap" if parent == "configMapKeyRef" else "Secret"
        for resource in view.snapshot.bundle.all(holder, namespace):
            for field in ("data", "stringData"):
                values = resource.value.get(field)
                for name in values if isinstance(values, dict) else ():
                    yield _item(str(name), types.CompletionItemKind.Property)


def _item(label: str, kind: types.CompletionItemKind, text: str | None = None) -> types.CompletionItem:
    return types.CompletionItem(label, kind=kind, insert_text=text or label)


def _snippet(kind: str, text: str) -> types.CompletionItem:
    return types.CompletionItem(
        f"{kind} (whole object)",
        kind=types.CompletionItemKind.Snippet,
        insert_text=text,
        insert_text_format=types.InsertTextFormat.Snippet,
    )
