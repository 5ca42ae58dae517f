"""Words that only a shell understands, where none reads them.

A command is run as it is written, word by word. ``>``, ``|`` and ``&&`` reach the program as arguments, unless the program is
a shell; and a shell takes the one word behind ``-c`` as its script: words after that are the script's ``$0``, ``$1`` and so on.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: load
spec:
  containers:
    - name: load
      image: shop/load:1.27
      command: [shop-load, --all, ">", /var/log/load]  # expect: '>'
```

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: load
spec:
  containers:
    - name: load
      image: shop/load:1.27
      command: [/bin/sh, -c, shop-load, --all]  # expect: shop-load
```

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: load
spec:
  containers:
    - name: load
      image: shop/load:1.27
      command: [/bin/sh, -c, cd /srv/load, shop-load --all]  # expect: cd /srv/load
```

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: load
spec:
  containers:
    - name: load
      image: shop/load:1.27
      command: [/bin/sh, "shop-load --all"]  # expect: -c is missing
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: load
spec:
  containers:
    - name: load
      image: shop/load:1.27
      command: [/bin/sh, -c, "shop-load --all > /var/log/load"]
```

References:

- https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#run-a-command-in-a-shell
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.syntax.place import Place

_SHELLS: Final = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_SCRIPT: Final = re.compile(r"-[a-z]*c[a-z]*")
_SIGNS: Final = frozenset({"&&", "||", "|", ">", ">>", "2>&1"})
_TAKE_A_WORD: Final = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file", "-s"})
"""Options of shells after which a word is theirs, or none is a script's name."""
_TAKES_SIGNS: Final = frozenset({"test", "[", "expr", "eval", "busybox", "env", "timeout", "find", "awk", "jq"})
"""Programs to which such a sign may well mean something, or that start another program."""


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("command",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each container, at the first word that is not what it looks like."""
    command, args = (fields.texts(pc.container.value, name) for name in ("command", "args"))
    if not command:
        return
    words = (*command, *args)
    program = words[0].rpartition("/")[2]
    if program in _SHELLS:
        yield from _no_script(pc, words, len(command), ctx)
        yield from _lost(pc, words, len(command), ctx)
    elif program not in _TAKES_SIGNS and " " not in words[0]:
        number = next((n for n, word in enumerate(words) if word in _SIGNS), None)
        if number is not None and not _SHELLS & {word.rpartition("/")[2] for word in words[:number]}:
            yield ctx.finding(
                f"{words[number]!r} in the command of {pc.title()} is an argument: no shell reads it",
                at=_place(pc, number, len(command)),
                notes=[
                    f"{program!r} is given it as it stands; for what it means to a shell run /bin/sh -c with one text"
                ],
            )


def _no_script(pc: PodContainer, words: Sequence[str], own: int, ctx: Context) -> Iterator[Finding]:
    """A whole command line where a shell without ``-c`` takes the name of a file."""
    number = next((n for n, word in enumerate(words[1:], 1) if not word.startswith(("-", "+"))), None)
    if number is None or len(words[number].split()) < 2 or words[number].startswith(("/", ".", "$")):
        return
    if any(_SCRIPT.fullmatch(word) or word in _TAKE_A_WORD for word in words[1:number]):
        return
    yield ctx.finding(
        f"the shell of {pc.title()} looks for a file called {words[number]!r}: -c is missing before it",
        at=_place(pc, number, own),
        notes=["without -c a shell reads its script from the file of that name; the container ends with 127"],
    )


def _lost(pc: PodContainer, words: Sequence[str], own: int, ctx: Context) -> Iterator[Finding]:
    """A script that names none of the words after it: one word, or a command line before others."""
    option = next((n for n, word in enumerate(words[1:], 1) if _SCRIPT.fullmatch(word)), None)
    if option is None or len(words) < option + 3 or any(not word.startswith("-") for word in words[1:option]):
        return
    if words[option + 1] == "--":
        option += 1
        if len(words) < option + 3:
            return
    script, *others = words[option + 1 :]
    if "$" in script or (len(script.split()) != 1 and not _is_a_command(others)):
        return
    yield ctx.finding(
        f"the shell of {pc.title()} runs {script!r} without the words after it",
        at=_place(pc, option + 2, own),
        notes=["it takes one word behind -c as its script; those after it are $0, $1 ...: write all of it as one text"],
    )


def _is_a_command(others: Sequence[str]) -> bool:
    """Whether words behind a script are more than the one name that it is to go by in messages (``$0``)."""
    return any(len(word.split()) > 1 for word in others) or (len(others) > 1 and others[0] not in ("--", "-"))


def _place(pc: PodContainer, number: int, own: int) -> Place:
    return pc.place("command", number) if number < own else pc.place("args", number - own)
