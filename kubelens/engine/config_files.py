"""Configuration files: ``kubelens.toml``, ``.kubelens.toml`` or ``[tool.kubelens]``, nearest first, up to the git root."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from kubelens.engine.config import KEYS, Config, ConfigError, ConfiguredSet, SettingsReader, did_you_mean
from kubelens.engine.config_reach import Reach, reach_of
from kubelens.engine.regular_files import read_regular, reason

FILE_NAMES: Final = ("kubelens.toml", ".kubelens.toml")
_LARGEST: Final = 1024 * 1024
_LONGEST_CHAIN: Final = 20


def find_config(start: Path) -> Config | None:
    """The configuration nearest to a folder, up to the root of its repository; it reads and writes nothing elsewhere.

    Raises:
        ConfigError: a file cannot be read, says something unknown or reaches too far, or one folder holds two.
    """
    file = discover(start)
    return _config(file, reach_of(file)) if file is not None else None


def discover(start: Path) -> Path | None:
    """The configuration file nearest to a folder.

    Raises:
        ConfigError: one folder holds two.
    """
    folder = start if start.is_dir() else start.parent
    for here in (folder.absolute(), *folder.absolute().parents):
        present = [here / name for name in FILE_NAMES if os.path.lexists(here / name)]
        if len(present) > 1:
            raise ConfigError(f"{present[1]}: {present[0].name} is there too; keep one of them")
        if present:
            return present[0]
        project = here / "pyproject.toml"
        if project.is_file() and _mentions_us(project):
            return project
        if (here / ".git").exists():
            return None
    return None


def _mentions_us(project: Path) -> bool:
    try:
        return b"[tool.kubelens" in read_regular(project, _LARGEST)
    except OSError:
        return False


def load_config(path: Path) -> Config:
    """Read the configuration file that the command line names: it may name files anywhere.

    Raises:
        ConfigError: it cannot be read, or says something unknown.
    """
    return _config(path, None)


def _config(path: Path, reach: Reach | None) -> Config:
    return Config(**_values(_load(path, reach), path, (), reach), path=path)


def _load(path: Path, reach: Reach | None) -> dict[str, Any]:
    """The table of a file that a ``reach`` (None: any) lets be read; of ``pyproject.toml``, our part."""
    import tomllib  # noqa: PLC0415 - only where there is a file

    if reach is not None and (fault := reach.fault_of_input(path)):
        raise ConfigError(f"{path}: {fault}")
    try:
        text = read_regular(path, _LARGEST).decode("utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{path}: {reason(error)}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text") from None
    except RecursionError:
        raise ConfigError(f"{path}: is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f":{match[1]}:{match[2]}" if match else f":{max(1, len(text.splitlines()))}"
        message = str(error).split(" (at ")[0]
        raise ConfigError(f"{path}{where}: no valid TOML: {message}") from None
    except ValueError as error:  # a number of thousands of digits
        raise ConfigError(f"{path}: no valid TOML: {error}") from None
    if path.name != "pyproject.toml":
        return table
    tool = table.get("tool")
    ours = tool.get("kubelens", {}) if isinstance(tool, dict) else {}
    if not isinstance(ours, dict):
        raise ConfigError(f"{path}: tool.kubelens takes a table")
    return ours


def read_config(table: Mapping[str, Any]) -> Config:
    """A configuration from a decoded table that no file holds.

    Raises:
        ConfigError: an unknown key or a value of the wrong form.
    """
    return Config(**_values(table, None, (), None))


def _values(
    table: Mapping[str, Any], path: Path | None, extending: tuple[Path, ...], reach: Reach | None
) -> dict[str, Any]:
    """The settings of a file over those it extends: tables key by key, anything else in its place."""
    reader = SettingsReader(path)
    values: dict[str, Any] = {}
    if (base := table.get("extend")) is not None:
        if not isinstance(base, str):
            raise reader.error("extend", f"extend takes text: {KEYS['extend']}")
        file = Path(os.path.normpath((path.absolute().parent if path is not None else Path()) / base))
        if file in extending:
            raise reader.error("extend", f"{base!r} extends this file in turn")
        if len(extending) == _LONGEST_CHAIN:
            raise reader.error("extend", f"more than {_LONGEST_CHAIN} files extend one another")
        if reach is not None and (fault := reach.fault_of_input(file)):
            raise reader.error("extend", f"extend: {base!r} {fault}")
        values = _values(_load(file, reach), file, (*extending, file), reach)
    for key, value in table.items():
        if key not in KEYS:
            raise reader.error(key, f"unknown setting {key!r}{did_you_mean(key, KEYS)}")
        if key == "extend":
            continue
        name, read = key.replace("-", "_"), reader.setting(key, value)
        values[name] = {**values.get(name, {}), **read} if isinstance(read, dict) else read
        if key in ("crds", "running", "baseline") and path is not None:
            values[name] = _beside(path, read)
            for one in (read,) if isinstance(read, str) else read:
                if (
                    reach is not None
                    and one
                    and (fault := reach.fault_of_input(path.absolute().parent / one, folders=key != "baseline"))
                ):
                    raise reader.error(key, f"{key}: {one!r} {fault}")
        if key == "schema-location" and path is not None:
            values[name] = tuple(_location(one, path, reach, reader) for one in read)
        if key == "apply-sets" and path is not None:
            values[name] = tuple(_set_of(one, number, path, reach, reader) for number, one in enumerate(read))
        if key == "output" and path is not None and reach is not None:
            values[name] = tuple(_output(one, path, reach, reader) for one in read)
    return values


def _location(text: str, path: Path, reach: Reach | None, reader: SettingsReader) -> str:
    """A place of schemas as seen from here; what a stranger names lies in the repository."""
    from kubelens.engine.schema_locations import DEFAULT, folder_of, read_location  # noqa: PLC0415 - few name one

    if text == DEFAULT:
        return text
    try:
        read_location(text)
    except ConfigError as error:
        raise reader.error("schema-location", str(error)) from None
    folder = folder_of(text)
    if reach is not None and (fault := reach.fault_of_input(path.absolute().parent / folder, folders=True)):
        raise reader.error("schema-location", f"schema-location: {text!r} {fault}")
    return str(_beside(path, text))


def _set_of(one: ConfiguredSet, number: int, path: Path, reach: Reach | None, reader: SettingsReader) -> ConfiguredSet:
    """A set whose files are seen from here, where they lie within the reach of the configuration."""
    at = ("apply-sets", number)
    for key, files in (("path", (one.path,)), ("values", one.values)):
        for file in files:
            near = path.absolute().parent / file
            if reach is not None and (fault := reach.fault_of_input(near, folders=key == "path")):
                raise reader.error(key, f"apply-sets: {file!r} {fault}", table=at)
            if not near.exists():
                raise reader.error(key, f"apply-sets: {file!r} is not there", table=at)
    values = tuple(str(_beside(path, file)) for file in one.values)
    return replace(one, path=str(_beside(path, one.path)), name=one.name or one.path, values=values)


def _output(text: str, path: Path, reach: Reach, reader: SettingsReader) -> str:
    """A format, with the file it goes to as seen from here where the configuration, of bounded reach, names one."""
    format_, _, file = text.partition("=")
    if not file:
        return text
    if fault := replace(reach, folder=path.absolute().parent).fault_of_output(file):
        told = "; name it on the command line instead: --output " + text
        raise reader.error("output", f"output: {file!r} {fault}{told}")
    return f"{format_}={_beside(path, file)}"


def _beside(path: Path, read: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Files that a configuration names, seen from its folder; those that are there from here stay as written."""
    if not isinstance(read, str):
        return tuple(str(_beside(path, one)) for one in read)
    near = path.absolute().parent / read
    return read if not read or Path(read).is_absolute() or near == Path.cwd() / read else str(near)


def located(error: ConfigError, config: Config) -> ConfigError:
    """An error with the line of the configuration that holds the word it is about; as it is where none does."""
    if not error.about or config.path is None or not config.path.is_file():
        return error
    word = re.compile(rf"""(?<![\w-]){re.escape(error.about)}(?![\w-])""")
    lines = config.path.read_text(encoding="utf-8", errors="replace").splitlines()
    for number, line in enumerate(lines, 1):
        if (found := word.search(line)) is not None and not line.lstrip().startswith("#"):
            return ConfigError(f"{config.path}:{number}:{found.start() + 1}: {error}")
    return error
