"""The man page ``kubelens(1)``, from the command line's own words. ``tools/build_docs.py`` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import click

from kubelens import __version__
from kubelens.cli.commands import COMMANDS, cli
from kubelens.cli.input_choices import InputChoices

EXIT_CODES: Final = (
    ("0", "Nothing was found, or the answer is yes."),
    ("1", "Findings at or above --fail-on; a prediction that ends badly, as the command says."),
    ("2", "Wrong usage or configuration, or a rule or plugin that failed."),
    ("3", "Some input could not be read or parsed, or there was nothing to look at."),
)
VARIABLES: Final = (
    ("NO_COLOR, FORCE_COLOR", "Whether output is coloured, where --color does not say."),
    ("KUBELENS_DAEMON", "Where it is 1, check has a process of the user do the work (see check --daemon)."),
    ("KUBELENS_CACHE_DIR", "The folder of what earlier runs found; default: kubelens in the user's cache folder."),
    ("KUBELENS_TRACEBACK", "Where it is 1, an internal error is shown whole."),
)
FILES: Final = (
    ("kubelens.toml, .kubelens.toml, pyproject.toml", "Settings: the nearest one up to the root of the repository."),
)
_NARROW: Final = click.Context(cli, info_name="kubelens")


def man_page() -> str:
    """The page, in roff's man macros."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield '.\\" Written by tools/build_docs.py from the help of each command.'
    yield f'.TH KUBELENS 1 "" "kubelens {__version__}" "User Commands"'
    yield from (".SH NAME", "kubelens \\- what Kubernetes manifests will do, before the cluster does it")
    yield from (".SH SYNOPSIS", ".B kubelens", ".I COMMAND", "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]")
    yield ".SH DESCRIPTION"
    yield _text(
        "kubelens reads manifests, charts and kustomizations and needs no cluster. It says whether the API server"
    )
    yield _text("would take them, what would happen then, and which line is to be changed.")
    yield from (".SH COMMANDS",)
    for name in COMMANDS:
        yield from _command(cli, _NARROW, name)
    yield from (".SH INPUT OPTIONS", "The options of every command that reads manifests.")
    shared = cli.get_command(_NARROW, "check")
    for one in shared.params if shared is not None else ():
        if one.name in InputChoices.__struct_fields__:
            yield from _option(one, _NARROW)
    for title, entries in (("EXIT STATUS", EXIT_CODES), ("ENVIRONMENT", VARIABLES), ("FILES", FILES)):
        yield f".SH {title}"
        for term, told in entries:
            yield from (".TP", f"\\fB{_text(term)}\\fR", _text(told))
    yield from (".SH SEE ALSO", "https://kubelens.dev/")


def _command(group: click.Group, above: click.Context, name: str) -> Iterator[str]:
    command = group.get_command(above, name)
    if command is None:
        return
    context = click.Context(command, info_name=name, parent=above)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f'.SS "{_text(usage)}"'
    for number, paragraph in enumerate((command.help or "").split("\n\n")):
        yield from ([".PP"] if number else [])
        yield _text(" ".join(paragraph.split()))
    own = [one for one in command.params if one.name not in InputChoices.__struct_fields__]
    for one in own:
        yield from _option(one, context)
    if len(own) < len(command.params):
        yield from (".PP", "Takes the \\fBINPUT OPTIONS\\fR as well.")
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _command(command, context, inner)


def _option(one: click.Parameter, context: click.Context) -> Iterator[str]:
    record = one.get_help_record(context) if isinstance(one, click.Option) else None
    if record is not None:
        yield from (".TP", f"\\fB{_text(record[0])}\\fR", _text(record[1]))


def _text(text: str) -> str:
    """Words as roff prints them as they are."""
    escaped = (
        text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("^", "\\(ha").replace("~", "\\(ti")
    )
    return re.sub(r"^(?=[.'])", r"\\&", escaped)
