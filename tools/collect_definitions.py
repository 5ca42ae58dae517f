"""Collect schemas of custom resources that the catalogue lacks into ``tools/facts/definitions.jsonl.xz``.

    python tools/collect_definitions.py MIRROR [--catalog catalog.jsonl.xz]

``MIRROR`` holds a git directory for repositories of ``tools/facts/definitions.toml``, as ``OWNER+NAME``; of those that it
lacks what was collected before stays. What comes
out is one JSON object a line with ``group``, ``kind``, ``version``, ``source`` and ``schema``: facts only, no prose, no
rules in CEL, in the terms of a CustomResourceDefinition. ``tools/build_catalog.py`` packs it beside the catalogue.

Kinds of an extension API server (OpenShift's) are no custom resources: its documents are decoded, and no schema is held
against them. So their schemas say which fields there are and of which types, take null anywhere, and require nothing.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from tools.build_catalog import CATALOG, DEFINITIONS

SOURCES: Final = Path(__file__).parent / "facts" / "definitions.toml"
PROSE: Final = frozenset({"description", "title", "example", "externalDocs", "x-kubernetes-validations"})
IN_SWAGGER: Final = "io.k8s.apimachinery.pkg."
ANY_OBJECT: Final = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
OPAQUE: Final[Mapping[str, Any]] = {
    f"{IN_SWAGGER}util.intstr.IntOrString": {"x-kubernetes-int-or-string": True},
    f"{IN_SWAGGER}api.resource.Quantity": {"x-kubernetes-preserve-unknown-fields": True},
    f"{IN_SWAGGER}apis.meta.v1.Time": {"type": "string"},
    f"{IN_SWAGGER}apis.meta.v1.ObjectMeta": ANY_OBJECT,
    f"{IN_SWAGGER}runtime.RawExtension": ANY_OBJECT,
}
"""Types that are read in a way of their own."""
WIDEST: Final = ("-CustomNoUpgrade", "-SelfManagedHA", "-Default")
"""Of the variants of one definition the one that knows most fields."""
Schema = Any


def facts(schema: Schema) -> Schema:
    """A schema without prose."""
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key in PROSE or value is None:
            continue
        if key == "properties":
            found[key] = {name: facts(inner) for name, inner in value.items()}
        elif key in ("items", "additionalProperties", "not") and isinstance(value, dict):
            found[key] = facts(value)
        elif key in ("oneOf", "anyOf", "allOf"):
            found[key] = [facts(one) for one in value]
        elif key == "additionalProperties" and value is True:
            found["x-kubernetes-preserve-unknown-fields"] = True
        else:
            found[key] = value
    return found


def definitions(text: str) -> Iterator[Mapping[str, Any]]:
    """The CustomResourceDefinitions in a text of YAML, without the lines that only a template's actions stand on."""
    text = re.sub(r"^\s*\{\{.*\}\}\s*$", "", text, flags=re.MULTILINE)
    if "{{" in re.sub(r"#.*", "", text) and re.search(r"^\s*\{\{", text, re.MULTILINE):
        return
    yaml = YAML(typ="safe", pure=False)
    yaml.constructor.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)  # a plain "="
    for document in yaml.load_all(text):
        if isinstance(document, dict) and document.get("kind") == "CustomResourceDefinition":
            yield document


def of_definition(value: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Schema]]:
    """Group, kind, version and schema of each version that is served."""
    spec = value.get("spec", {})
    for version in spec.get("versions", []):
        schema = version.get("schema", {}).get("openAPIV3Schema")
        if version.get("served") and schema:
            yield spec["group"], spec["names"]["kind"], version["name"], facts(schema)


def of_swagger(document: Mapping[str, Any], built_in: list[str]) -> Iterator[tuple[str, str, str, Schema]]:
    """Group, kind, version and schema of kinds that OpenShift's API server has built in."""
    named = document["definitions"]

    def resolved(schema: Schema, within: tuple[str, ...]) -> Schema:
        name = schema.get("$ref", "").removeprefix("#/definitions/")
        if name:
            if name in OPAQUE:
                return {**OPAQUE[name], "nullable": True}
            return dict(ANY_OBJECT) if name in within else resolved(named[name], (*within, name))
        found: dict[str, Any] = {"nullable": True}
        for key, value in schema.items():
            if key == "properties":
                found[key] = {field: resolved(inner, within) for field, inner in value.items()}
            elif key in ("items", "additionalProperties"):
                found[key] = resolved(value, within)
            elif key == "type":
                found[key] = value
        if found.get("type") == "object" and not found.keys() & {"properties", "additionalProperties"}:
            return {**ANY_OBJECT, "nullable": True}
        return found

    for path in built_in:
        group, version, kind = path.split("/")
        name = f"com.github.openshift.api.{group}.{version}.{kind}"
        yield f"{group}.openshift.io", kind, version, resolved(named[name], (name,))


def git(directory: Path, *arguments: str) -> str:
    """What git says of a repository."""
    return subprocess.run(
        ["git", f"--git-dir={directory}", *arguments], check=True, capture_output=True, text=True
    ).stdout


def of_source(source: Mapping[str, Any], directory: Path) -> Iterator[tuple[str, str, str, Schema]]:
    """All that a repository declares; the widest variant of each comes first.

    What OpenShift's API server has built in is never held against a definition, though there may be one for other servers.
    """
    if source.get("swagger"):
        document = json.loads(git(directory, "show", f"HEAD:{source['swagger']}"))
        yield from of_swagger(document, source["built_in"])
    paths = git(directory, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    wanted = [p for p in paths if any(fnmatch(p, g) and p.count("/") == g.count("/") for g in source["files"])]
    wanted.sort(key=lambda p: next((n for n, mark in enumerate(WIDEST) if mark in p), len(WIDEST)))
    for path in wanted:
        for value in definitions(git(directory, "show", f"HEAD:{path}")):
            yield from of_definition(value)


def main() -> None:
    """Write the facts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mirror", type=Path)
    parser.add_argument("--catalog", type=Path, default=CATALOG)
    options = parser.parse_args()
    with lzma.open(options.catalog, "rt", encoding="utf-8") as lines:
        known = {(one["group"], one["kind"], one["version"]) for one in map(json.loads, lines)}
    rows: list[dict[str, Any]] = []
    with lzma.open(DEFINITIONS, "rt", encoding="utf-8") as lines:
        before = [json.loads(line) for line in lines]
    for source in tomllib.loads(SOURCES.read_text())["sources"]:
        repository = source["repository"]
        directory = options.mirror / repository.replace("/", "+") / "repo"
        taken = 0
        if not directory.exists():
            kept = [row for row in before if row["source"] == repository]
            rows += kept
            known.update((row["group"], row["kind"], row["version"]) for row in kept)
            print(f"{repository}: {len(kept)}, as before")
            continue
        for group, kind, version, schema in of_source(source, directory):
            if (group, kind, version) in known or group in source.get("without", ()):
                continue
            known.add((group, kind, version))
            taken += 1
            row = {"group": group, "kind": kind, "version": version, "source": repository, "schema": schema}
            rows.append(row)
        print(f"{repository}: {taken}")
    rows.sort(key=lambda row: (row["group"], row["kind"], row["version"]))
    text = "".join(json.dumps(row, sort_keys=True, separators=(",", ":")) + "\n" for row in rows)
    DEFINITIONS.write_bytes(lzma.compress(text.encode(), preset=9))
    print(f"{DEFINITIONS.name}: {len(rows)} kinds, {DEFINITIONS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
