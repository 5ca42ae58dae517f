"""The options of every command that reads manifests."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from kubelens.cli.input_choices import InputChoices

_Command = Callable[..., Any]
_NAMESPACE: Final = click.option("--namespace", "-n", help="Namespace of objects that name none; default: default.")
_OPTIONS: Final = (
    click.option(
        "--kubernetes-version",
        multiple=True,
        metavar="1.N",
        help="Release to ask about (check: repeatable); default: the newest known.",
    ),
    _NAMESPACE,
    click.option(
        "--crd", "crds", multiple=True, metavar="PATH", help="CustomResourceDefinitions to judge custom resources by."
    ),
    click.option(
        "--cluster",
        "running",
        multiple=True,
        metavar="PATH",
        help="What a cluster holds: Nodes, Pods, volumes, quotas; manifests or kubectl get -o yaml.",
    ),
    click.option(
        "--render/--no-render",
        default=None,
        help="Render kustomizations with kustomize or kubectl; render nothing. Default: natively.",
    ),
    click.option(
        "--renderer",
        type=click.Choice(["native", "helm"]),
        default="native",
        show_default=True,
        help="What renders charts: kubelens, or helm on PATH, which is held against kubelens.",
    ),
    click.option(
        "--in", "inside", multiple=True, metavar="NAME", help="Look at this set of objects alone (see kubelens sets)."
    ),
    click.option("--exclude", multiple=True, help="Files to leave out (patterns as in .gitignore)."),
    click.option("--config", "config_file", type=click.Path(), help="Configuration file to use."),
    click.option("--isolated", is_flag=True, help="Use no configuration file."),
)


def input_options(*, namespace: bool = True) -> Callable[[_Command], _Command]:
    """Add the options to a command, which gets them as ``inputs``.

    ``namespace``: False where ``-n`` is a part of the command's own question.
    """

    own = [name for name in InputChoices.__struct_fields__ if namespace or name != "namespace"]

    def decorated(function: _Command) -> _Command:
        @wraps(function)
        def gathered(*arguments: Any, **said: Any) -> Any:
            inputs = InputChoices(**{name: said.pop(name) for name in own})
            return function(*arguments, inputs=inputs, **said)

        command: _Command = gathered
        for option in reversed(_OPTIONS):
            if namespace or option is not _NAMESPACE:
                command = option(command)
        return command

    return decorated
