"""``kubelens lsp``: the one place that starts the language server."""

from __future__ import annotations

import gc
from importlib import import_module

import click


@click.command(name="lsp")
@click.option("--log-file", type=click.Path(), default=None, help="Write the server's log to a file.")
def command(log_file: str | None) -> None:
    """Start the language server on standard input and output."""
    gc.enable()
    import_module("kubelens_lsp.server").start(log_file)
