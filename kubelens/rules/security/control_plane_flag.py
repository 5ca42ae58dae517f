"""A static Pod starts a part of the control plane with a flag that opens it.

Callers without a name, plain HTTP ports, an authorizer that allows everything, certificates that nobody checks: each
of these flags lets somebody in past RBAC. The options widen this to all that the CIS benchmark asks for, and to flags
that are not written.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
spec:
  containers:
    - name: kube-apiserver
      image: registry.k8s.io/kube-apiserver:v1.36.0
      command:
        - kube-apiserver
        - --authorization-mode=AlwaysAllow  # expect: AlwaysAllow
        - --client-ca-file=/etc/kubernetes/pki/ca.crt
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
spec:
  containers:
    - name: kube-apiserver
      image: registry.k8s.io/kube-apiserver:v1.36.0
      command:
        - kube-apiserver
        - --authorization-mode=Node,RBAC
        - --client-ca-file=/etc/kubernetes/pki/ca.crt
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Severity, rule
from kubelens.rules.security._control_plane import COMPONENTS, FLAGS, STRONG, FlagFact
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place

Written = dict[str, tuple[str, Place]]
"""Value and place of a flag, by its name without dashes; the last one written counts."""

_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DURATION: Final = pattern(r"(\d+(?:\.\d+)?)(ms|h|m|s)")


@rule(
    on=PodContainer,
    mentions=("kube", "etcd"),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    options=(
        Option("flags", [f.key for f in FLAGS if f.opens], "COMPONENT/FLAG (and /ENTRY of lists) that are looked at"),
        Option("unset", [], "those of the flags that are reported where they are not written, too"),
    ),
    aliases=tuple(dict.fromkeys(peer for fact in FLAGS for peer in (*fact.asks, *fact.asks_all))),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each flag."""
    component = _component(pc)
    if component is None:
        return
    written = _written(pc)
    for fact in FLAGS:
        if fact.component != component or fact.key not in ctx.options["flags"]:
            continue
        value, at = written.get(fact.flag, (None, None))
        if value is None or at is None:
            if fact.key in ctx.options["unset"] and fact.want in ("is", "set", "has", "least", "strong"):
                yield ctx.finding(
                    f"{component} of {pc.title()} runs without --{fact.flag}{_wanted(fact)}", at=pc.place("name")
                )
        elif not _holds(fact, value):
            yield ctx.finding(f"{component} of {pc.title()} runs with --{fact.flag}={value}{_wanted(fact)}", at=at)


def _component(pc: PodContainer) -> str | None:
    """The component a container starts: by its command, or by its image where it has none."""
    command = fields.texts(pc.container.value, "command")
    for word in command:
        if (name := word.rpartition("/")[2]) in COMPONENTS:
            return name
    if command or not pc.container.value.get("args"):
        return None
    image = pc.container.image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return image if image in COMPONENTS else None


def _written(pc: PodContainer) -> Written:
    found: Written = {}
    for key in ("command", "args"):
        listed = pc.container.value.get(key)
        words: list[object] = listed if isinstance(listed, list) else []
        for index, word in enumerate(words):
            if not isinstance(word, str) or not word.startswith("-"):
                continue
            name, equals, value = word.lstrip("-").partition("=")
            after = words[index + 1] if index + 1 < len(words) else None
            if not equals:
                value = after if isinstance(after, str) and not after.startswith("-") else "true"
            found[name] = (value.strip("\"'"), pc.place(key, index))
    return found


def _holds(fact: FlagFact, value: str) -> bool:
    """Whether a written value is what the fact wants."""
    entries = [entry.strip() for entry in value.split(",")]
    match fact.want:
        case "is":
            return value.lower() == fact.value
        case "not":
            return value.lower() not in (fact.value, f"{fact.value}s")
        case "never":
            return False
        case "set":
            return bool(value.strip())
        case "has":
            return fact.value in entries
        case "lacks":
            return fact.value not in entries
        case "strong":
            return all(entry in STRONG for entry in entries if entry)
    number = _number(value)
    if number is None:
        return True
    return number >= float(fact.value) if fact.want == "least" else number <= float(fact.value)


def _number(value: str) -> float | None:
    """A number, or the seconds of a duration such as ``5m0s``; None for anything else."""
    try:
        return float(value)
    except ValueError:
        parts = _DURATION.findall(value)
        return sum(float(n) * _UNITS[unit] for n, unit in parts) if parts else None


def _wanted(fact: FlagFact) -> str:
    """What the benchmark wants, as the end of a message."""
    return {
        "is": f", not {fact.value}",
        "has": f", without {fact.value}",
        "lacks": f", with {fact.value}",
        "least": f", less than {fact.value}",
        "most": f", more than {fact.value}",
        "strong": ", with weak cipher suites",
    }.get(fact.want, "")
