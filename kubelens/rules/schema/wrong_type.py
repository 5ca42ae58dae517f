"""A value of the wrong form: a number where text is expected, text where a map is, ``yes`` where nothing but text fits.

The API server cannot decode the object. In YAML the usual reason is a value without quotes: ``y``, ``no``, ``1.10``
and ``08`` are no text.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  debug: no  # expect: must be text
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  debug: "no"
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.causes import Cause
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.claims import claimed
from kubelens.rules.written import value_at, written_scalar
from kubelens.syntax.pattern import pattern

_MODE: Final = pattern(r"0[0-7]{3}", re.ASCII)
_NUMBER: Final = pattern(r"0|-?[1-9][0-9]{0,17}", re.ASCII)


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:schema-validation",
        "kubeconform:schema-validation",
        "kubeval:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each value; quotes are the repair where text is expected and a plain scalar stands there."""
    for place, cause in claimed(resource, ctx, "wrong-type"):
        from kubelens.rules.schema._what_to_write import what_to_write  # noqa: PLC0415 - only where something is found

        notes = ["the API server cannot decode the object"]
        fix = None
        written = written_scalar(resource, cause.path)
        if written is not None and cause.message.startswith("must be text,"):
            fix = Fix(f'"{written}"', (SetValue(place, f'"{written}"'),), Applicability.SAFE)
            notes = [f"without quotes it is {cause.message.partition(', is ')[2]}", *notes]
        elif (plain := _without_quotes(resource, cause)) is not None:
            fix = Fix(plain, (SetValue(place, plain),), Applicability.SAFE)
        elif (meant := what_to_write(resource, cause, ctx.facts.release)) is not None:
            notes = [*notes, meant.note]
            if meant.text is not None:
                fix = Fix(meant.text, (SetValue(place, meant.text),), Applicability.UNSAFE)
        field = ".".join(str(step) if isinstance(step, str) else f"[{step}]" for step in cause.path).replace(".[", "[")
        yield ctx.finding(f"{field} {cause.message}", at=place, fix=fix, notes=notes)


def _without_quotes(resource: Resource, cause: Cause) -> str | None:
    """What a quoted number or boolean is without its quotes, where one is wanted; None for other texts."""
    value = value_at(resource, cause.path)
    if not isinstance(value, str):
        return None
    if cause.message.startswith("must be true or false,"):
        return value if value in ("true", "false") else None
    if cause.message.startswith(("must be a whole number,", "must be a number,")):
        is_mode = cause.path[-1] in ("defaultMode", "mode") and _MODE.fullmatch(value)
        return value if is_mode or _NUMBER.fullmatch(value) else None
    return None
