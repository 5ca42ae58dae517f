"""``--fix`` and ``--diff``: files changed in place, or what would change."""

from __future__ import annotations

import codecs
import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click
from msgspec.structs import replace

from kubelens.engine.config import Config, ConfigError
from kubelens.engine.fixing import repair
from kubelens.engine.loader import Loaded
from kubelens.engine.plugins import Plugins
from kubelens.engine.run import Inputs, Outcome, run
from kubelens.syntax.text import Source

ROUNDS: Final = 5
"""How often findings are repaired and looked for again: one repair can make another possible."""


_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def show_diff(outcome: Outcome, *, unsafe: bool) -> int:
    """Print what fixing would change as a unified diff; 1 where there is something."""
    repaired = repair(outcome.snapshot, outcome.findings, unsafe=unsafe)
    for uri, text in repaired.texts.items():
        source = outcome.snapshot.source(uri)
        before = source.text if source is not None else ""
        lines = difflib.unified_diff(
            before.splitlines(keepends=True), text.splitlines(keepends=True), f"a/{uri}", f"b/{uri}"
        )
        for line in lines:
            click.echo(line, nl=line.endswith("\n") is False)
    return 1 if repaired.texts else 0


def fix_files(
    inputs: Inputs, config: Config, plugins: Plugins, outcome: Outcome, *, unsafe: bool
) -> tuple[Inputs, Outcome, int]:
    """Repair, check again, until nothing more can be repaired; then write the files.

    A round that brings a finding no earlier round had is undone.
    """
    total = 0
    changed: dict[str, str] = {}
    for _ in range(ROUNDS):
        repaired = repair(outcome.snapshot, outcome.findings, unsafe=unsafe)
        if not repaired.texts:
            break
        next_inputs = _with_texts(inputs, repaired.texts)
        next_outcome = run(next_inputs, config, plugins)
        before = {(f.rule, f.at.uri) for f in outcome.findings}
        if any((f.rule, f.at.uri) not in before for f in next_outcome.findings):
            break
        total += repaired.repaired
        changed.update(repaired.texts)
        inputs, outcome = next_inputs, next_outcome
    for uri, text in changed.items():
        _write(uri, text, next(one for one in inputs.loaded if one.uri == uri))
    return inputs, outcome, total


def _with_texts(inputs: Inputs, texts: Mapping[str, str]) -> Inputs:
    loaded: list[Loaded] = []
    for one in inputs.loaded:
        if one.uri in texts and one.source is not None:
            loaded.append(replace(one, source=Source(one.uri, texts[one.uri], bom=one.source.bom)))
        else:
            loaded.append(one)
    return replace(inputs, loaded=loaded)


def _write(uri: str, text: str, loaded: Loaded) -> None:
    if uri.startswith("<"):
        click.echo(text, nl=False)
        return
    path = Path(uri)
    beside = path.with_name(f".{path.name}.kubelens")
    try:
        mode = path.stat().st_mode
        beside.write_bytes(_encoded(text, path.read_bytes()[:4], bom=loaded.source is not None and loaded.source.bom))
        os.chmod(beside, mode)
        os.replace(beside, path)
    except OSError as error:
        raise ConfigError(f"{uri}: cannot be written: {(error.strerror or str(error)).lower()}") from None


def _encoded(text: str, head: bytes, *, bom: bool) -> bytes:
    """The text in the encoding the file had."""
    for mark, encoding in _BOMS:
        if bom and head.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode("utf-8")
