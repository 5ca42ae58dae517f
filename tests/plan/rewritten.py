"""A folder written otherwise, so that the server is told the same: other files, order, spelling, YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from ruamel.yaml import YAML

Objects = list[dict[str, Any]]


def as_yaml(value: Any, chance: Random) -> str:
    """One document: block or flow, each in one manner (the writer mixes them up), with quotes or without, long lines folded or not, with comments and anchors or not."""
    if chance.random() < 0.25:
        return json.dumps(value, indent=chance.choice((None, 2)))
    yaml = YAML()
    yaml.width = chance.choice((40, 4096))
    style = chance.randrange(4)
    yaml.default_flow_style = None if style == 0 else False
    if style == 1:
        yaml.indent(mapping=2, sequence=4, offset=2)
    elif style == 2:
        yaml.default_style = chance.choice(("'", '"'))  # type: ignore[assignment]
    out = StringIO()
    yaml.dump(with_anchors(value, chance) if chance.random() < 0.4 else value, out)
    text = out.getvalue()
    return f"# {chance.random()}\n{text}# the end\n" if chance.random() < 0.5 else text


def with_anchors(value: Any, chance: Random) -> Any:
    """The same value with equal maps as one, which is written as an anchor and aliases."""
    seen: dict[str, Any] = {}

    def walk(one: Any) -> Any:
        if isinstance(one, dict):
            found: Any = {key: walk(inner) for key, inner in one.items()}
        elif isinstance(one, list):
            found = [walk(inner) for inner in one]
        else:
            return one
        return seen.setdefault(json.dumps(found, sort_keys=True), found) if found else found

    return walk(value)


def as_list(objects: Objects) -> dict[str, Any]:
    """Several objects as one of kind List."""
    return {"apiVersion": "v1", "kind": "List", "items": objects}


def in_files(objects: Objects, chance: Random) -> Iterator[tuple[str, str]]:
    """(name, text) of files that hold all objects: one each, several documents, or Lists."""
    left = list(objects)
    chance.shuffle(left)
    number = 0
    while left:
        size = chance.choice((1, 1, 2, 5, len(left)))
        some, left = left[:size], left[size:]
        number += 1
        name = f"{chance.choice(('a', 'zz', 'web', 'all'))}-{number}.{chance.choice(('yaml', 'yml'))}"
        if len(some) > 1 and chance.random() < 0.3:
            yield name, as_yaml(as_list(some), chance)
        else:
            yield name, "\n---\n".join(as_yaml(one, chance) for one in some)


def write(folder: Path, objects: Objects, chance: Random) -> None:
    """The objects as loose files."""
    folder.mkdir(parents=True)
    for name, text in in_files(objects, chance):
        (folder / name).write_text(text, encoding="utf-8")


def write_overlay(folder: Path, objects: Objects, chance: Random, *, namespace: str, common: dict[str, str]) -> None:
    """The objects as an overlay ``prod`` over one base or several, what all have in common written where chance has it.

    That is a namespace, labels, and a patch: fields of kustomizations, or of components that these take in.
    """
    parts = chance.choice((1, 1, 2, 3))
    placed: list[Objects] = [[] for _ in range(parts)]
    for one in objects:
        chance.choice(placed).append(one)
    high = chance.random() < 0.5
    bases = []
    for number, some in enumerate(placed):
        if some:
            name = f"base-{chance.randrange(1000)}-{number}"
            write(folder / name, some, chance)
            files = sorted(path.name for path in (folder / name).iterdir())
            shared = {} if high else _shared(folder / name, namespace, common, chance)
            _kustomization(folder / name, {"resources": files, **shared}, chance)
            bases.append(f"../{name}")
    (folder / "prod").mkdir()
    shared = _shared(folder / "prod", namespace, common, chance) if high else {}
    _kustomization(folder / "prod", {"resources": bases, **shared}, chance)


def _shared(folder: Path, namespace: str, common: dict[str, str], chance: Random) -> dict[str, Any]:
    """What all objects of a kustomization have in common: its own fields, or a component beside it, or some of both.

    The patch stands in place, in a file, or in the component.
    """
    patch = json.dumps([{"op": "add", "path": "/metadata/annotations", "value": common}])
    in_component = [chance.random() < 0.4 for _ in range(3)]
    home = folder.parent / f"shared-{folder.name}" if any(in_component) else folder
    own: dict[str, Any] = {}
    component: dict[str, Any] = {}
    for there, fields in zip(
        in_component,
        ({"namespace": namespace}, {"labels": [{"pairs": common}]}, {"patches": [{"target": {"kind": "ConfigMap"}}]}),
        strict=True,
    ):
        (component if there else own).update(fields)
    home.mkdir(exist_ok=True)
    place = component if in_component[2] else own
    if chance.random() < 0.5:
        place["patches"][0]["patch"] = patch
    else:
        (home if in_component[2] else folder).joinpath("annotated.json").write_text(patch, encoding="utf-8")
        place["patches"][0]["path"] = "annotated.json"
    if component:
        head = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
        (home / "kustomization.yaml").write_text(as_yaml({**head, **component}, chance), encoding="utf-8")
        own["components"] = [f"../{home.name}"]
    return own


def _kustomization(folder: Path, value: dict[str, Any], chance: Random) -> None:
    head = {} if chance.random() < 0.5 else {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    name = chance.choice(("kustomization.yaml", "kustomization.yml", "Kustomization"))
    (folder / name).write_text(as_yaml({**head, **value}, chance), encoding="utf-8")
