"""Build ``kubelens/kube/data`` from the API's own schemas.

    python tools/build_knowledge.py [--check] [--openapi openapi-v3-1.36.json.gz] [--gateway experimental-install.yaml]
                                    [--network-policy FILE_OR_FOLDER]...

Sources: PyPI's ``kubernetes-validate`` (schemas of every release, without enums or defaults), the API's OpenAPI v3
document for one release (with enums), and the tables in ``tools/facts``. Bodies shared between releases are stored once.
``--gateway`` takes the release file of the Gateway API's experimental channel (its standard one is part of it), or a
folder with its definitions; without it ``gateway.json.z`` stays as it is. ``--network-policy`` does the same for the Network
Policy API, of whose kinds no release holds all: give several. ``--check`` writes nothing and exits with 1 where the committed
files differ.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tomllib
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
DATA: Final = ROOT / "kubelens" / "kube" / "data"
FACTS: Final = Path(__file__).parent / "facts"
OPENAPI: Final = ROOT.parent / "shared" / "kubernetes" / "openapi-v3-1.36.json.gz"
RELEASES: Final = tuple(f"1.{minor}" for minor in range(25, 38))
SPECIAL: Final = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "q",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "p",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "t",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "m",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "x",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "x",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch": "x",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "x",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": "y",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "z",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "w",
}
"""Types with a text form of their own, and the letter that stands for them."""
PREFIXES: Final = (
    "io.k8s.api.",
    "io.k8s.apimachinery.pkg.",
    "io.k8s.apiextensions-apiserver.pkg.apis.",
    "io.k8s.kube-aggregator.pkg.apis.",
)


def short(name: str) -> str:
    """A type's name without the part that all share."""
    for prefix in PREFIXES:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name


def code(schema: dict[str, Any]) -> str:
    """A field's type in short: a letter, ``#Type``, ``[`` of, ``{`` of."""
    for part in schema.get("allOf", ()):
        return code(part)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return SPECIAL.get(name, "#" + short(name))
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(k for k in kind if k != "null")
    if kind == "array":
        return "[" + code(schema["items"])
    if kind == "object":
        inner = schema.get("additionalProperties")
        return "{" + code(inner) if isinstance(inner, dict) else "x"
    if kind == "string":
        return {"byte": "y8", "date-time": "t", "int-or-string": "p"}.get(schema.get("format", ""), "s")
    if kind == "integer":
        return "i" if schema.get("format") == "int32" else "l"
    return {"boolean": "b", "number": "n"}.get(str(kind), "x")


def body(schema: dict[str, Any]) -> dict[str, Any]:
    """A type without its prose: fields, required ones, and how lists merge."""
    fields = {name: code(field) for name, field in schema.get("properties", {}).items()}
    out: dict[str, Any] = {"f": fields}
    if schema.get("required"):
        out["r"] = sorted(schema["required"])
    lists: dict[str, Any] = {}
    for name, field in schema.get("properties", {}).items():
        kind = field.get("x-kubernetes-list-type")
        if kind == "map":
            lists[name] = field.get("x-kubernetes-list-map-keys", [])
        elif kind in ("set", "atomic"):
            lists[name] = kind
        elif field.get("x-kubernetes-patch-merge-key"):
            lists[name] = [field["x-kubernetes-patch-merge-key"]]
        elif field.get("x-kubernetes-map-type") == "atomic":
            lists[name] = "atomic"
    if lists:
        out["m"] = lists
    if schema.get("x-kubernetes-map-type") == "atomic":
        out["a"] = 1
    return out


def read_release(release: str) -> dict[str, Any]:
    """All types of a release, from kubernetes-validate."""
    spec = find_spec("kubernetes_validate")
    if spec is None or spec.origin is None:
        sys.exit("build_knowledge: pip install kubernetes-validate first")
    path = Path(spec.origin).parent / "kubernetes-json-schema" / f"v{release}.0-local" / "_definitions.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    definitions: dict[str, Any] = document.get("$defs") or document["definitions"]
    return definitions


def kinds_of(definitions: dict[str, Any]) -> dict[str, str]:
    """``group/version/Kind`` -> type, for objects (lists and options left out)."""
    kinds: dict[str, str] = {}
    for name, schema in definitions.items():
        properties = schema.get("properties", {})
        if "metadata" not in properties or not code(properties["metadata"]).endswith(".ObjectMeta"):
            continue
        for gvk in schema.get("x-kubernetes-group-version-kind", ()):
            kinds[f"{gvk['group']}/{gvk['version']}/{gvk['kind']}"] = short(name)
    return kinds


def build(openapi: Path) -> dict[str, bytes]:
    """Every data file by name."""
    bodies: dict[str, int] = {}
    releases: dict[str, Any] = {}
    texts: dict[str, str] = {}
    since: dict[str, str] = {}
    for release in RELEASES:
        definitions = read_release(release)
        types: dict[str, int] = {}
        for name, schema in definitions.items():
            if name in SPECIAL:
                continue
            packed = json.dumps(body(schema), sort_keys=True, separators=(",", ":"))
            types[short(name)] = bodies.setdefault(packed, len(bodies))
            texts[short(name)] = schema.get("description", "")
            for field, inner in schema.get("properties", {}).items():
                texts[f"{short(name)}.{field}"] = inner.get("description", "")
                since.setdefault(f"{short(name)}.{field}", release)
        releases[release] = {"types": types, "kinds": kinds_of(definitions)}
    document = json.loads(gzip.decompress(openapi.read_bytes()))
    enums: dict[str, list[str]] = {}
    for name, schema in document["schemas"].items():
        for field, inner in schema.get("properties", {}).items():
            if values := inner.get("enum") or inner.get("items", {}).get("enum"):
                enums[f"{short(name)}.{field}"] = values
    resources = [
        [r["group"], r["version"], r["kind"], r["path"].rpartition("/")[2], int(r["namespaced"])]
        for r in document["resources"]
    ]
    facts = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FACTS.glob("*.toml"))}
    oldest = RELEASES[0]
    made_by = "tools/build_knowledge.py from kubernetes-validate 1.37.0 and openapi-v3-1.36"
    return {
        "schemas.json.z": pack({"made_by": made_by, "bodies": [json.loads(b) for b in bodies], "releases": releases}),
        "overlay.json.z": pack({"made_by": made_by, "enums": enums, "resources": resources, **facts}),
        "prose.json.z": pack(
            {"made_by": made_by, "texts": texts, "since": {k: v for k, v in since.items() if v != oldest}}
        ),
    }


def definitions_of(group: str, sources: list[Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """A group's definitions without prose (what judging an object needs), and the versions they are of."""
    from ruamel.yaml import YAML

    found: dict[str, Any] = {}
    for path in (one for source in sources for one in (sorted(source.glob("*.yaml")) if source.is_dir() else [source])):
        for value in YAML(typ="safe", pure=True).load_all(path.read_text(encoding="utf-8")):
            if isinstance(value, dict) and value.get("kind") == "CustomResourceDefinition":
                found[value["metadata"]["name"]] = value
    own = [one for _, one in sorted(found.items()) if one["spec"]["group"] == group]
    versions = sorted({one["metadata"]["annotations"][f"{group}/bundle-version"] for one in own})
    bare = [
        {"kind": one["kind"], "spec": {key: _bare(one["spec"][key]) for key in ("group", "names", "scope", "versions")}}
        for one in own
    ]
    return bare, versions


def gateway(source: Path) -> bytes:
    """The Gateway API's definitions."""
    definitions, versions = definitions_of("gateway.networking.k8s.io", [source])
    if len(versions) != 1:
        sys.exit(f"build_knowledge: definitions of one release are needed, found {versions}")
    made_by = "tools/build_knowledge.py from the Gateway API's experimental channel"
    return pack({"made_by": made_by, "version": versions[0], "definitions": definitions})


def network_policy(sources: list[Path]) -> bytes:
    """The Network Policy API's definitions."""
    definitions, versions = definitions_of("policy.networking.k8s.io", sources)
    made_by = "tools/build_knowledge.py from the Network Policy API's experimental channel"
    return pack({"made_by": made_by, "version": " and ".join(versions), "definitions": definitions})


def _bare(value: Any, *, fields: bool = False) -> Any:
    """A schema without descriptions; ``fields``: the keys of this map are names of fields."""
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    drop = () if fields else ("description", "additionalPrinterColumns", "subresources")
    return {
        key: _bare(item, fields=key == "properties" and not fields) for key, item in value.items() if key not in drop
    }


def pack(value: Any) -> bytes:
    """JSON, compressed."""
    return zlib.compress(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(), 9)


def main() -> None:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--openapi", type=Path, default=OPENAPI)
    parser.add_argument("--gateway", type=Path)
    parser.add_argument("--network-policy", type=Path, action="append")
    options = parser.parse_args()
    files = build(options.openapi)
    if options.gateway is not None:
        files["gateway.json.z"] = gateway(options.gateway)
    if options.network_policy is not None:
        files["network_policy.json.z"] = network_policy(options.network_policy)
    stale = [
        n
        for n, content in files.items()
        if not (DATA / n).is_file() or zlib.decompress((DATA / n).read_bytes()) != zlib.decompress(content)
    ]
    if options.check:
        sys.exit(f"stale: {', '.join(stale)}" if stale else 0)
    DATA.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (DATA / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
