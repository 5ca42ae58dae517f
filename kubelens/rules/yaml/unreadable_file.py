"""A file that was asked for and could not be read.

Nothing is known about what it holds, so a clean result would be a lie: the exit code is 3.
A folder's other files are checked all the same.

Bad: a file named deploy.yaml that holds a picture, that may not be read, or that is larger than 32 MB.

Good: a text file in UTF-8 or UTF-16.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text


@rule(on=Text, severity=Severity.ERROR, on_trouble=True)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each file without a text."""
    if text.source is None:
        span = next((problem.span for problem in text.problems if problem.kind == "encoding"), None)
        yield ctx.finding(f"{text.uri} {text.reason}", at=text.place, span=span)
