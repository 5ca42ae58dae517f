"""What every command that reads manifests can be told of them, and the configuration that comes of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import find_config, load_config, located
from kubelens.engine.releases import check_release


class InputOptions(Struct, frozen=True):
    """What the command line says of the inputs; what it does not say is the configuration's to say."""

    config_file: str | None = None
    isolated: bool = False
    kubernetes_version: tuple[str, ...] = ()
    namespace: str | None = None
    exclude: tuple[str, ...] = ()
    crds: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    render: bool | None = None
    renderer: str = "native"
    inside: tuple[str, ...] = ()


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

    own = [name for name in InputOptions.__struct_fields__ if namespace or name != "namespace"]

    def decorated(function: _Command) -> _Command:
        @wraps(function)
        def gathered(*arguments: Any, **said: Any) -> Any:
            inputs = InputOptions(**{name: said.pop(name) for name in own})
            return function(*arguments, inputs=inputs, **said)

        command: _Command = gathered
        for option in reversed(_OPTIONS):
            if namespace or option is not _NAMESPACE:
                command = option(command)
        return command

    return decorated


def configured(paths: Sequence[str], inputs: InputOptions) -> Config:
    """The configuration that counts for some paths, with what the command line says of the inputs.

    Raises:
        ConfigError: it cannot be read, says something unknown, or names a release that is not known.
    """
    config = Config()
    if inputs.config_file is not None:
        config = load_config(Path(inputs.config_file))
    elif not inputs.isolated:
        first = next((path for path in paths if path != "-" and os.path.exists(path)), ".")
        config = find_config(Path(first)) or (find_config(Path.cwd()) if first != "." else None) or config
    config = replace(
        config,
        namespace=inputs.namespace or config.namespace,
        kubernetes_version=inputs.kubernetes_version or config.kubernetes_version,
        exclude=(*config.exclude, *inputs.exclude),
        crds=(*config.crds, *inputs.crds),
        running=(*config.running, *inputs.running),
    )
    releases: list[str] = []
    for text in config.kubernetes_version:
        try:
            releases.append(check_release(text))
        except ValueError as error:
            raise located(ConfigError(str(error), text), config) from None
    return replace(config, kubernetes_version=tuple(releases))
