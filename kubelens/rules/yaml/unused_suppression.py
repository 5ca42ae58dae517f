"""A request to ignore a rule that ignores nothing, or names a rule that does not exist.

The problem was repaired and the comment stayed, or the name has a typo; in both cases the next real finding is
silenced or the wrong one shown.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings  # kubelens: ignore[yaml-sintax] typo
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
```
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import UnusedSuppression


@rule(on=UnusedSuppression, severity=Severity.WARNING)
def check(request: UnusedSuppression, ctx: Context) -> Iterator[Finding]:
    """One finding for each request that is wrong."""
    if request.problem:
        yield ctx.finding(request.problem, at=request.place, span=request.span)
    for name in request.unknown:
        close = _closest(name, tuple(request.known))
        hint = f"; did you mean {close!r}?" if close else ""
        yield ctx.finding(f"no rule is called {name!r}{hint}", at=request.place, span=request.span)
    for name in request.unused:
        yield ctx.finding(
            f"nothing here to ignore for {name!r}", at=request.place, span=request.span, tags=["unnecessary"]
        )


@lru_cache(maxsize=1024)
def _closest(name: str, known: tuple[str, ...]) -> str:
    """The known name that is closest; comments may ask for the same one again and again."""
    import difflib  # noqa: PLC0415 - only after a mistake

    return next(iter(difflib.get_close_matches(name, known, 1)), "")
