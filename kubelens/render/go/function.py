"""A function that templates may call, with its Go signature."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

ANY = "interface {}"
"""The Go type of a parameter that takes anything."""


class TemplateFailure(Exception):
    """A call that fails: the text of the Go error, without the place that the engine knows."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Function(msgspec.Struct, frozen=True):
    """A function by the name that templates call it by.

    ``parameters``: Go type names, in order; if ``variadic`` the last one is that of each further argument. ``call``
    takes the arguments one by one, after the engine has held them against the parameters (a constant for a ``float64``
    parameter arrives as ``float``, one for ``int64`` as ``Int64``); raises ``TemplateFailure``. If it gives a ``Text``
    that has pieces, these are the result's origins; any other ``str`` comes from all arguments.
    """

    name: str
    call: Callable[..., object]
    parameters: tuple[str, ...] = ()
    variadic: bool = False
