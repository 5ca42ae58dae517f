"""What templates print and kustomizations come to, set by set, as text beside them."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.loader import Loaded
from kubelens.engine.told_once import short_names
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens_lsp.view import View


def rendered_text(view: View, key: str) -> str:
    """What a template, values file, Chart.yaml or kustomization comes to in every set; ``""`` where no set is made from it."""
    parts: list[str] = []
    before: dict[str, str] = {}
    every = [name for one in view.told.sets for name in (one.name, *one.also)]
    short = dict(zip(every, short_names(every), strict=True))
    for one in view.told.sets:
        outputs = list(_outputs(one, key))
        text = "".join(_document(made) for made in outputs)
        names = ", ".join(short[name] for name in (one.name, *one.also))
        if text and text in before:
            parts.append(f"# {names}: as {before[text]}\n")
        elif text:
            before[text] = short[one.name]
            parts.append(f"# {names}\n{text}")
        elif outputs or (_is_part(one, key) and not one.whole):
            parts.append(f"# {names}: {'; '.join(one.missing) or 'nothing is printed'}\n")
    return "\n".join(parts)


def is_rendered(view: View, key: str) -> bool:
    """Whether a file is a template or kustomization that some set prints something for."""
    return any(True for one in view.told.sets for _ in _outputs(one, key))


def rendered_lens(view: View, key: str) -> list[types.CodeLens]:
    """The lens above a template, values file or kustomization that opens what it comes to."""
    if not is_rendered(view, key):
        return []
    top = types.Range(types.Position(0, 0), types.Position(0, 0))
    return [types.CodeLens(top, types.Command("show rendered", "kubelens.showRendered", arguments=[key]))]


def _outputs(one: ApplySet, key: str) -> Iterator[Loaded]:
    own = f"{key} ("
    whole = _is_part(one, key) and "/templates/" not in f"/{key}"
    for text in one.texts:
        if text.made is not None and text.source is not None and (text.uri.startswith(own) or whole):
            yield text


def _is_part(one: ApplySet, key: str) -> bool:
    """Whether all of a set is made from a file: its kustomization, or a file of its chart."""
    if is_kustomization_name(key) or one.chart is not None:
        return any(text.uri == key for text in one.texts)
    return False


def _document(made: Loaded) -> str:
    text = made.source.text if made.source is not None else ""
    begin = "" if text.startswith("---") else "---\n"
    return f"{begin}# {made.uri.partition(' (')[0].rpartition('/')[2]}\n{text}" + ("" if text.endswith("\n") else "\n")
