"""``kubelens config``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import asdict, replace

from kubelens.cli.printing import complain, say, say_json
from kubelens.cli.toml import toml_entry
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import find_config
from kubelens.engine.config_schema import config_schema
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import choose_rules
from kubelens.rules.api import Severity


@click.command(name="config")
@click.argument("path", default=".")
@click.option("--schema", is_flag=True, help="Print the JSON schema of the configuration.")
def command(path: str, schema: bool) -> None:
    """Show the settings that apply at PATH and the rules they choose."""
    rules = Plugins().rules()
    if schema:
        say_json(config_schema(rules))
        return
    try:
        config = find_config(Path(path)) or Config()
        chosen = choose_rules(config, rules)
    except ConfigError as error:
        complain(str(error))
        raise SystemExit(2) from None
    say(f"# from {config.path or 'the defaults: no kubelens.toml here or above'}")
    for key, value in _settings(config).items():
        say(toml_entry(key, value))
    say(f"# {len(chosen.rules)} rules: {', '.join(sorted(r.name for r in chosen.rules))}")


def _settings(config: Config) -> dict[str, Any]:
    """Everything that is set, as a configuration file would say it."""
    first, last = config.node_port_range
    plain: dict[str, Any] = _plain(replace(config, path=None))
    return {**plain, "node-port-range": f"{first}-{last}"}


def _plain(value: Any) -> Any:
    if isinstance(value, Severity):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Struct):  # what is None is not said: there is no word for it in TOML
        return {name.replace("_", "-"): _plain(item) for name, item in asdict(value).items() if item is not None}
    return value
