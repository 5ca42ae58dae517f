"""Build ``kubelens/render/kustomize/data`` from a checkout of kubernetes-sigs/kustomize.

    python tools/build_kustomize.py CHECKOUT

``patch_schema.json.z``: by which keys lists are merged and what stands in no namespace, from the built-in OpenAPI bundle
and the table of scopes beside it. ``field_specs.json.z``: the default paths of every transformer, from
``api/internal/konfig/builtinpluginconsts``.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from kubelens.render.kustomize.patch_schema import shortened

DATA: Final = Path(__file__).parent.parent / "kubelens" / "render" / "kustomize" / "data"
SCOPE: Final = re.compile(r'\{APIVersion: "([^"]+)", Kind: "([^"]+)"\}:\s*(true|false)')
TABLE: Final = re.compile(r"(\w+)\s*=\s*`\n(.*?)`([^\n]*)", re.DOTALL)


def patch_schema(checkout: Path) -> bytes:
    openapi = checkout / "kyaml" / "openapi"
    bundle = next((openapi / "kubernetesapi" / "data").glob("*.json.gz"))
    document = json.loads(gzip.decompress(bundle.read_bytes()))
    definitions, types, _ = shortened(document)
    found = SCOPE.findall((openapi / "openapi.go").read_text())
    scopes = {f"{a} {k}": s == "true" for a, k, s in found if f"{a} {k}" in types or "Options" in k or k == "Scale"}
    text = json.dumps({"definitions": definitions, "types": types, "scopes": scopes}, sort_keys=True)
    return zlib.compress(text.encode(), 9)


def field_specs(checkout: Path) -> str:
    folder = checkout / "api" / "internal" / "konfig" / "builtinpluginconsts"
    texts: dict[str, tuple[str, str]] = {}
    for file in sorted(folder.glob("*.go")):
        for name, text, more in TABLE.findall(file.read_text()):
            texts[name] = (text, more)
    tables: dict[str, Any] = {}
    for text, more in texts.values():
        joined = text + "".join(texts[other][0] for other in re.findall(r"\w+", more) if other in texts)
        found = YAML(typ="safe").load(joined)
        if isinstance(found, dict):
            tables.update(found)
    tables["templateLabels"] += tables.pop("volumeClaimTemplateLabels", [])  # one table in 5.8
    return json.dumps(tables, indent=1, sort_keys=True) + "\n"


def main() -> None:
    checkout = Path(sys.argv[1])
    DATA.mkdir(exist_ok=True)
    (DATA / "patch_schema.json.z").write_bytes(patch_schema(checkout))
    (DATA / "field_specs.json.z").write_bytes(zlib.compress(field_specs(checkout).encode(), 9))


if __name__ == "__main__":
    main()
