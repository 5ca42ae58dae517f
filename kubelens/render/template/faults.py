"""What goes wrong with templates: where, and in Go's words."""

from __future__ import annotations

from kubelens.render.go.strconv import quote


class TemplateFault(Exception):
    """A template that cannot be read or rendered; ``str`` is the text of the Go error.

    ``file`` is the name that the template was read under, ``line`` counts from 1; ``column`` counts bytes from 0 as
    text/template does, and is None where Go knows only the line.
    """

    def __init__(self, text: str, file: str, line: int, column: int | None, message: str) -> None:
        super().__init__(text)
        self.file = file
        self.line = line
        self.column = column
        self.message = message


class ParseFault(TemplateFault):
    """Text that is no template."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"template: {file}:{line}: {message}", file, line, None, message)


class ExecutionFault(TemplateFault):
    """A template that fails while it is executed (text/template, ``ExecError``).

    ``template``: the name of the one that was executed; ``context``: the part of it that failed; ``cause``: the failure
    of what it called.
    """

    def __init__(
        self,
        file: str,
        line: int,
        column: int,
        template: str,
        context: str,
        message: str,
        cause: Exception | None = None,
    ) -> None:
        place = f"{file}:{line}:{column}"
        text = f"template: {place}: executing {quote(template)} at <{context}>: {message}"
        super().__init__(text, file, line, column, message)
        self.template = template
        self.context = context
        self.cause = cause


class LimitReached(Exception):
    """A render that takes more than it may. ``what`` names the limit."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
