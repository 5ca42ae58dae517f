"""What the command line says of the inputs, and the configuration that comes of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import find_config, load_config, located
from kubelens.engine.releases import check_release


class InputChoices(Struct, frozen=True):
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


def configured(paths: Sequence[str], inputs: InputChoices) -> Config:
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
