"""Words that only a shell understands, where none reads them.

A command is run as it is written, word by word, that of a probe or hook too. ``>``, ``|`` and ``&&`` reach the program as
arguments, and ``$PORT`` as these letters, unless the program is a shell (Kubernetes itself puts in ``$(PORT)``). A shell takes
the one word behind ``-c`` as its script: words after that are the script's ``$0``, ``$1`` and so on. ``${PORT}`` is left alone: some
programs fill it in themselves.

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

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: load
spec:
  containers:
    - name: load
      image: shop/load:1.27
      command: [shop-load, --port=$PORT]  # expect: $(PORT)
      env:
        - name: PORT
          value: "8080"
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

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Applicability, Context, Finding, Fix, SetValue, Severity, rule
from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place

_SHELLS: Final = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_SCRIPT: Final = pattern(r"-[a-z]*c[a-z]*")
_SIGNS: Final = frozenset({"&&", "||", "|", ">", ">>", "2>&1"})
_TAKE_A_WORD: Final = frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file", "-s"})
"""Options of shells after which a word is theirs, or none is a script's name."""
_TAKES_SIGNS: Final = frozenset({"test", "[", "expr", "eval", "busybox", "env", "timeout", "find", "awk", "jq"})
"""Programs to which such a sign may well mean something, or that start another program."""


_VARIABLE: Final = pattern(r"\$([A-Za-z_][A-Za-z0-9_]*)", re.ASCII)
_CODE: Final = frozenset({"-c", "-e", "-r", "--eval"})
"""Options before a word that is code of some language."""
_TAKES_VARIABLES: Final = frozenset({"envsubst", "su", "runuser", "ssh", "watch", "xargs", "php", "perl"})
"""Programs to which a dollar sign may well mean something."""
_ASKED: Final = (
    *((probe, "exec", "command") for probe in ("livenessProbe", "readinessProbe", "startupProbe")),
    *(("lifecycle", hook, "exec", "command") for hook in ("postStart", "preStop")),
)
"""Where a probe or a hook of a container has a command."""


class _Command(Struct, frozen=True):
    """The words of a command with the place of each, and what it is a command of."""

    words: tuple[str, ...]
    places: tuple[Place, ...]
    of: str

    @property
    def program(self) -> str:
        """The program's name without its folder."""
        return self.words[0].rpartition("/")[2]

    def is_read_before(self, number: int) -> bool:
        """Whether a shell among the words before one reads it."""
        return bool(_SHELLS & {word.rpartition("/")[2] for word in self.words[:number]})


@rule(on=PodContainer, severity=Severity.WARNING, mentions=("command",))
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each command, at the first word that is not what it looks like."""
    for command in _commands(pc):
        if command.program in _SHELLS:
            yield from _no_script(command, ctx)
            yield from _lost(command, ctx)
        elif command.program not in _TAKES_SIGNS and " " not in command.words[0]:
            yield from _sign(command, ctx)
            yield from _variable(command, pc, ctx)


def _commands(pc: PodContainer) -> Iterator[_Command]:
    """The container's own, then those of its probes and hooks."""
    own, args = (fields.texts(pc.container.value, name) for name in ("command", "args"))
    if own:
        places = [pc.place(name, n) for name, words in (("command", own), ("args", args)) for n in range(len(words))]
        yield _Command((*own, *args), tuple(places), pc.title())
    for path in _ASKED:
        holder = fields.at(pc.container.value, path[:-1])
        words = fields.texts(holder, path[-1]) if isinstance(holder, dict) else ()
        if words:
            yield _Command(words, tuple(pc.place(*path, n) for n in range(len(words))), f"{path[-3]} of {pc.title()}")


def _sign(command: _Command, ctx: Context) -> Iterator[Finding]:
    """A sign that only a shell understands."""
    number = next((n for n, word in enumerate(command.words) if word in _SIGNS), None)
    if number is None or command.is_read_before(number):
        return
    yield ctx.finding(
        f"{command.words[number]!r} in the command of {command.of} is an argument: no shell reads it",
        at=command.places[number],
        notes=[
            f"{command.program!r} is given it as it stands; for what it means to a shell run /bin/sh -c with one text"
        ],
    )


def _variable(command: _Command, pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """A variable of the container as a shell writes it, in a word of its own."""
    set_here = {fields.text(item, "name") for _, item in fields.items(pc.container.value, "env")}
    for number, word in enumerate(command.words):
        named = _VARIABLE.findall(word)
        if not named or not set(named) <= set_here or len(word.split()) != 1 or command.is_read_before(number):
            continue
        if command.program in _TAKES_VARIABLES or (number and command.words[number - 1] in _CODE):
            continue
        right = _VARIABLE.sub(r"$(\1)", word)
        yield ctx.finding(
            f"{word!r} in the command of {command.of} stays as it is: no shell reads it",
            at=command.places[number],
            notes=[f"Kubernetes puts in what is written {right}"],
            fix=Fix(right, (SetValue(command.places[number], right),), Applicability.UNSAFE),
        )
        return


def _no_script(command: _Command, ctx: Context) -> Iterator[Finding]:
    """A whole command line where a shell without ``-c`` takes the name of a file."""
    words = command.words
    number = next((n for n, word in enumerate(words[1:], 1) if not word.startswith(("-", "+"))), None)
    if number is None or len(words[number].split()) < 2 or words[number].startswith(("/", ".", "$")):
        return
    if any(_SCRIPT.fullmatch(word) or word in _TAKE_A_WORD for word in words[1:number]):
        return
    yield ctx.finding(
        f"the shell of {command.of} looks for a file called {words[number]!r}: -c is missing before it",
        at=command.places[number],
        notes=["without -c a shell reads its script from the file of that name; it ends with 127"],
    )


def _lost(command: _Command, ctx: Context) -> Iterator[Finding]:
    """A script that names none of the words after it: one word, or a command line before others."""
    words = command.words
    option = next((n for n, word in enumerate(words[1:], 1) if _SCRIPT.fullmatch(word)), None)
    if option is None or any(not word.startswith("-") for word in words[1:option]):
        return
    start = _first_operand(words, option + 1)
    if len(words) < start + 2:
        return
    script, *others = words[start:]
    if "$" in script or (len(script.split()) != 1 and not _is_a_command(others)):
        return
    yield ctx.finding(
        f"the shell of {command.of} runs {script!r} without the words after it",
        at=command.places[start + 1],
        notes=["it takes one word behind -c as its script; those after it are $0, $1 ...: write all of it as one text"],
    )


def _first_operand(words: Sequence[str], start: int) -> int:
    """Where the script of ``-c`` stands: other options may come between (``sh -c -e SCRIPT``), up to ``--``."""
    number = start
    while number < len(words) and words[number][:1] in ("-", "+"):
        if words[number] == "--":
            return number + 1
        number += 2 if words[number] in _TAKE_A_WORD else 1
    return number


def _is_a_command(others: Sequence[str]) -> bool:
    """Whether words behind a script are more than the one name that it is to go by in messages (``$0``)."""
    return any(len(word.split()) > 1 for word in others) or (len(others) > 1 and others[0] not in ("--", "-"))
