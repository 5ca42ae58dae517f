"""``kubelens lsp``: the one place that starts the language server."""

from __future__ import annotations

import gc
from importlib import import_module

import click


@click.command(name="lsp")
@click.option("--log-file", type=click.Path(), default=None, help="Write the server's log to a file.")
@click.option("--stdio", is_flag=True, help="What it does anyway; VS Code and other clients say so.")
@click.option("--clientProcessId", "client", type=int, default=None, hidden=True)
def command(log_file: str | None, stdio: bool, client: int | None) -> None:
    """Start the language server on standard input and output."""
    del stdio, client
    gc.enable()
    import_module("kubelens_lsp.server").start(log_file)
