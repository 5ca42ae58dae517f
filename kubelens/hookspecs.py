"""Everything a plugin can add. Built-ins come through the same hooks; entry-point group: ``kubelens``.

Hooks contribute values once, at start. A plugin that raises is named and left out; the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kubelens.plugin import hookspec

if TYPE_CHECKING:
    import click

    from kubelens.engine.loader import Loaded
    from kubelens.predict.api import NamedQuery
    from kubelens.report.api import Reporter
    from kubelens.rules.api import Rule


@hookspec
def kubelens_rules() -> Iterable[Rule[Any]]:  # type: ignore[empty-body]
    """Rules to run in ``kubelens check``. Called once; heavy imports belong inside the rules."""


@hookspec
def kubelens_queries() -> Iterable[NamedQuery]:  # type: ignore[empty-body]
    """Questions that ``kubelens predict NAME WORDS -f PATH`` asks; a name that is built in goes before."""


@hookspec
def kubelens_schemas(release: str) -> Iterable[dict[str, Any]]:  # type: ignore[empty-body]
    """CustomResourceDefinitions (decoded objects) to judge custom resources by, for one Kubernetes release."""


@hookspec
def kubelens_reporters() -> Iterable[Reporter]:  # type: ignore[empty-body]
    """Output formats for ``kubelens check --output NAME``."""


@hookspec(firstresult=True)
def kubelens_load(path: Path, render: bool) -> Sequence[Loaded] | None:
    """Texts to read in place of a path (a chart, a kustomization); None leaves it to the next plugin.

    ``render`` is True under ``--render``: only then may external programs be run.
    """


@hookspec
def kubelens_commands(cli: click.Group) -> None:
    """Add commands to the command line."""
