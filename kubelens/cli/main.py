"""The ``kubelens`` command: every subcommand in a module of its own, imported when it is called."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final, NoReturn

import click

from kubelens import __version__

COMMANDS: Final = {
    "check": ("kubelens.cli.check", "Find what will not work, before the cluster does."),
    "predict": ("kubelens.cli.predict", "Ask what will happen: schedule, rollout, endpoints, route, dns, connect ..."),
    "simulate": (
        "kubelens.cli.simulate",
        "Play a scenario on a virtual cluster: rollouts, drains, lost nodes and zones.",
    ),
    "test": ("kubelens.cli.test", "Run scenario files as tests: promises held against what happens."),
    "sets": ("kubelens.cli.sets", "List what is applied together: kustomizations, charts, folders."),
    "plan": ("kubelens.cli.plan", "Say what a change does: what restarts, breaks, opens, is refused."),
    "upgrade": ("kubelens.cli.upgrade", "Say what another release of Kubernetes does otherwise with these manifests."),
    "snapshot": ("kubelens.cli.snapshot", "Write what a cluster holds, by way of kubectl, secrets left out."),
    "rules": ("kubelens.cli.rules", "List the rules."),
    "explain": ("kubelens.cli.explain", "Explain a rule: what it catches, why, and what to write."),
    "config": ("kubelens.cli.config", "Show the settings that apply here, or their JSON schema."),
    "migrate": ("kubelens.cli.migrate", "Write a kubelens.toml from a kube-linter or kube-score setup."),
    "lsp": ("kubelens.cli.lsp", "Start the language server on standard input and output."),
    "plugins": ("kubelens.cli.plugins", "List the plugins in use and where they come from."),
    "completion": ("kubelens.cli.completion", "Print the completion script of a shell."),
}
USAGE: Final = 2
INTERRUPTED: Final = 130
"""What shells say of a program that Ctrl-C ended."""
TRACEBACK: Final = "KUBELENS_TRACEBACK"


class Commands(click.Group):
    """Subcommands by name, imported only when one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of their use."""
        return [*COMMANDS, *sorted(set(super().list_commands(ctx)) - set(COMMANDS))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; plugins are asked only for names that are not built in."""
        if cmd_name in COMMANDS:
            command: click.Command = import_module(COMMANDS[cmd_name][0]).command
            return command
        if not self.commands:
            from kubelens.engine.plugins import Plugins  # noqa: PLC0415 - only for words that are no built-in command

            plugins = Plugins()
            plugins.add_commands(self)
            for failure in plugins.failures:
                _complain(str(failure))
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the built-in commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Say which command is close where none fits."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            import difflib  # noqa: PLC0415 - only after a mistake

            close = difflib.get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "-V", "--version", message="kubelens %(version)s")
def cli() -> None:
    """What your Kubernetes manifests will do, before the cluster does it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with 0, 1 (findings), 2 (usage) or 3 (unread input)."""
    gc.disable()  # a command ends before cycles matter; the language server turns it on again
    name = os.path.basename(sys.argv[0]) if sys.argv else "kubelens"
    if sys.stdout is None:  # closed by who called
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the rest of the process
    if isinstance(sys.stdout, TextIOWrapper):  # names of files and characters that an encoding does not have
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="kubectl kubelens" if "kubectl" in name else "kubelens",
            standalone_mode=False,
        )
        if isinstance(code, int) and code:
            raise SystemExit(code)
    except BrokenPipeError:
        _write_no_more()
        raise SystemExit(USAGE) from None
    except OSError as error:
        _write_no_more()
        _complain((error.strerror or str(error)).lower())
        raise SystemExit(USAGE) from None
    except RecursionError:
        _complain("the input is nested too deeply")
        raise SystemExit(USAGE) from None
    except (click.Abort, KeyboardInterrupt):
        _complain("stopped")
        raise SystemExit(INTERRUPTED) from None
    except click.ClickException as error:
        from kubelens.report.printable import printable  # noqa: PLC0415 - only after a mistake

        vars(error)["message"] = printable(error.message)  # words of the command line may be names of files
        error.show()
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        _defect(error)
    except SystemExit as done:
        if isinstance(done.code, int) and sys.argv[1:2] == ["check"] and "coverage" not in sys.modules:
            _leave(done.code)
        raise


def _complain(message: str) -> None:
    from kubelens.cli.printing import complain  # noqa: PLC0415 - only after a mistake

    complain(message)


def _write_no_more() -> None:
    """Let what waits to be written go nowhere: written at the end it would fail again, with Python's own exit code."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _defect(error: Exception) -> NoReturn:
    """Name a defect of kubelens itself in one line: exit code 1 would say that findings are all there is."""
    if os.environ.get(TRACEBACK):
        raise error
    reason = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {reason[0]}" if reason else type(error).__name__
    _complain(f"internal error: {said} (set {TRACEBACK}=1 to see where)")
    raise SystemExit(USAGE) from None


def _leave(code: int) -> NoReturn:
    """End at once: taking the objects of a large run apart one by one would take longer than some of the work."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BrokenPipeError:
        code = USAGE
    except OSError as error:
        code = USAGE
        with suppress(OSError):
            os.write(2, f"kubelens: output cannot be written: {(error.strerror or str(error)).lower()}\n".encode())
    os._exit(code)


if __name__ == "__main__":
    main()
