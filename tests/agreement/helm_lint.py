"""``helm lint c`` over the project's own rules."""

from __future__ import annotations

from collections.abc import Mapping

from kubelens.render.chart.given import Given
from kubelens.render.chart.lint.message import Severity
from kubelens.render.chart.lint.run import lint_chart
from tests.agreement.helm_command import bytes_of, parse


def lint(files: Mapping[str, str], arguments: list[str], helm: int) -> tuple[str, str | None]:
    """(what the command prints, its error)."""
    options = parse(arguments)
    given = Given(
        [(name, files[name]) for name in options.all("files")],
        **{key: options.all(key) for key in ("set_json", "set", "set_string", "set_literal")},
    ).values(helm)
    version = options.last("kube_version", "")
    messages = list(lint_chart(bytes_of(files), given, "$ROOT/c", kube_version=version, helm=helm))
    failed = any(message.severity is Severity.ERROR for message in messages)
    text = "".join(f"{line}\n" for line in ["==> Linting c", *messages, ""])
    summary = f"1 chart(s) linted, {int(failed)} chart(s) failed"
    return (text, f"Error: {summary}") if failed else (f"{text}{summary}\n", None)
