"""The API server refuses the object.

Beyond the schema the server holds several hundred constraints on values and between fields. An object that
breaks one is not stored; nothing of it runs. Where one object breaks the same one in more than ten places, five are shown
and the others counted.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports:
        - containerPort: 80800  # expect: containerPort
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.27
      ports:
        - containerPort: 8080
```
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.causes import Cause, CauseReason, Path, field_notation
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.rules.claims import claimed, declared_by
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place

_MANY: Final = 5
_SHOWN: Final = 1
_WHOLE: Final = "[]"
"""What the server writes where the object as a whole is at fault."""
_MOUNTS: Final = frozenset({"volumeMounts", "volumeDevices"})
_CLOSED: Final = pattern(r"""must be one of (.*), is ["'](.*)["']""")


@rule(
    on=Resource,
    severity=Severity.ERROR,
    aliases=(
        "kube-linter:schema-validation",
        "kube-score:label-values",
        "kube-score:cronjob-restartpolicy",
        "kics:metadata_label_is_invalid",
        "kyverno:pdb-maxunavailable",
        "kubeconform:schema-validation",
        "kubeval:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each field the server blames; one for a mistake that is everywhere, as in a definition."""
    found = list(_but_what_follows(resource, _one_for_each_value(claimed(resource, ctx, "admission"))))
    times = (
        Counter(cause.message for _, cause in found if not _meant(cause)[0]) if len(found) > _MANY else Counter[str]()
    )
    told: Counter[str] = Counter()
    for place, cause in found:
        told[cause.message] += 1
        more = times[cause.message] - _SHOWN if times[cause.message] > _MANY else 0
        if more and told[cause.message] > _SHOWN:
            continue
        last = more and told[cause.message] == _SHOWN
        blamed = cause.field or field_notation(cause.path)
        field = f"{blamed}: " if blamed not in ("", _WHOLE) else ""
        meant, is_other_case = _meant(cause)
        applicability = Applicability.SAFE if is_other_case else Applicability.UNSAFE
        hint = f"; did you mean {meant!r}?" if meant else ""
        yield ctx.finding(
            f"the API server refuses {resource.key}: {field}{cause.message}{hint}",
            at=place,
            label=cause.message,
            related=declared_by(resource),
            notes=[f"{more} more fields of this object are refused for the same reason"] if last else (),
            fix=Fix(meant, (SetValue(place, meant),), applicability) if meant else None,
        )


def _one_for_each_value(claimed: Iterable[tuple[Place, Cause]]) -> list[tuple[Place, Cause]]:
    """The first cause of each value: what is missing is also too short, and of no known form."""
    first: dict[Path, tuple[Place, Cause]] = {}
    for place, cause in claimed:
        first.setdefault(cause.path, (place, cause))
    return list(first.values())


def _but_what_follows(resource: Resource, found: list[tuple[Place, Cause]]) -> Iterator[tuple[Place, Cause]]:
    """Without mounts of volumes that are there and blamed themselves: the server then takes them for missing."""
    blamed = {
        fields.at(resource.value, (*cause.path[: at + 2], "name"))
        for _, cause in found
        for at, step in enumerate(cause.path[:-1])
        if step == "volumes"
    }
    for place, cause in found:
        is_mount = cause.reason is CauseReason.NOT_FOUND and not _MOUNTS.isdisjoint(cause.path)
        if not is_mount or fields.at(resource.value, cause.path) not in blamed:
            yield place, cause


def _meant(cause: Cause) -> tuple[str, bool]:
    """The value of a closed list that a text is nearly, and whether the case alone is another; ``""`` for other causes."""
    match = _CLOSED.fullmatch(cause.message) if cause.reason is CauseReason.NOT_SUPPORTED else None
    if match is None:
        return "", False
    known = [one for one in match[1].split(", ") if one != '""']
    same = next((one for one in known if one.lower() == match[2].lower()), "")
    if same:
        return same, True
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    return next(iter(get_close_matches(match[2], known, 1, 0.8)), ""), False
