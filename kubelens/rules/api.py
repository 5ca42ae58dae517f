"""What a rule is: a name, what it is about, and a function from a typed object to findings.

A rule never computes behaviour: it asks a question (``ctx.ask``). A finding holds symbolic places, never a
column. A rule holds no state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum, IntEnum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from kubelens.syntax.place import Place
from kubelens.syntax.text import Edit, Span

if TYPE_CHECKING:
    from kubelens.kube.bundle import Bundle
    from kubelens.kube.resource import Resource
    from kubelens.predict.api import Prediction, Query
    from kubelens.rules.absence import Absent

T = TypeVar("T")
A = TypeVar("A")


class Severity(IntEnum):
    """How much a finding matters: an error will not work, a warning may not, info is worth knowing."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Profile(StrEnum):
    """Sets of rules, each with all before it: what breaks or will, near-certain mistakes, and what is good practice.

    ``default`` and ``works`` hold no opinions; ``security`` stands apart; ``strict`` is every rule.
    """

    DEFAULT = "default"
    WORKS = "works"
    RECOMMENDED = "recommended"
    SECURITY = "security"
    STRICT = "strict"


class Applicability(Enum):
    """Whether a fix keeps what the manifest means (SAFE) or may change it (UNSAFE)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class SetValue(Struct, frozen=True, tag=True):
    """Write ``text`` (YAML) where the value stands."""

    place: Place
    text: str


class RenameKey(Struct, frozen=True, tag=True):
    """Write ``text`` where the key stands."""

    place: Place
    text: str


class AddEntry(Struct, frozen=True, tag=True):
    """Add ``key: text`` to the mapping at ``place``, after its last entry."""

    place: Place
    key: str
    text: str


class RemoveEntry(Struct, frozen=True, tag=True):
    """Take out the key and its value (or the list item)."""

    place: Place


class MoveEntry(Struct, frozen=True, tag=True):
    """Take the key and its value out and add them to the mapping at ``to``, which is made where it is missing."""

    place: Place
    to: Place


class RawEdit(Struct, frozen=True, tag=True):
    """A plain text edit in one file."""

    uri: str
    edit: Edit


Change = SetValue | RenameKey | AddEntry | RemoveEntry | MoveEntry | RawEdit


class Fix(Struct, frozen=True):
    """A repair: a title in the imperative and the changes it makes, all or none."""

    title: str
    changes: tuple[Change, ...]
    applicability: Applicability = Applicability.SAFE


class Related(Struct, frozen=True, array_like=True):
    """Another place that belongs to a finding: the other end of a broken link. ``span`` as in :class:`Finding`."""

    place: Place
    message: str
    span: Span | None = None


class Finding(Struct, frozen=True, array_like=True):
    """What a rule found. ``span`` overrides ``at`` for things of the text that no value stands for.

    A run shared among processes fills in ``span`` for the others too: its texts do not change any more.

    ``label`` stands under the caret; ``notes`` say what Kubernetes does about it; ``fix`` what to write.
    """

    rule: str
    severity: Severity
    message: str
    at: Place
    related: tuple[Related, ...] = ()
    label: str = ""
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
    span: Span | None = None
    tags: frozenset[str] = frozenset()
    about: Place | None = None
    """A place in the object that it is about, where it does not stand in that: what was rendered is told at its origin."""
    sets: tuple[tuple[str, Place], ...] = ()
    """The apply sets that have it, each by its name, with the place in the object that it is about there."""
    among: str = ""
    """In which of the sets that are made from its file it is, in words: ``in prod, staging; not in dev``."""

    @property
    def told(self) -> str:
        """The message, with the words about sets: these change with every set that comes, the message does not."""
        return f"{self.message} ({self.among})" if self.among else self.message

    @property
    def fixable(self) -> bool:
        """Whether ``--fix`` repairs it."""
        return self.fix is not None and self.fix.applicability is Applicability.SAFE


class Option(Struct, frozen=True):
    """One typed option of a rule: its default decides the type (bool, int, str, list of str)."""

    name: str
    default: Any
    help: str


class Rule(Struct, Generic[T], frozen=True, eq=False):
    """A rule. ``on`` says what it subscribes to: kinds by name, or a type (Workload, Bundle, Document ...)."""

    name: str
    family: str
    on: type[Any] | tuple[str, ...]
    severity: Severity
    check: Callable[[T, Context], Iterable[Finding]]
    page: Callable[[], str]
    """What it says of itself: its docstring."""
    profiles: frozenset[Profile]
    options: tuple[Option, ...] = ()
    aliases: tuple[str, ...] = ()
    distribution: str = "kubelens"
    needs_old: bool = False
    mentions: tuple[str, ...] = ()
    """Words of which a document holds at least one where the rule has something to find; none: any document may."""
    on_trouble: bool = False
    """Whether it looks only at what reading a text or a document left to say."""
    kinds: tuple[str, ...] = ()
    """Of a rule about all objects together: kinds of which there is one where it has something to find; none: any."""
    module: str = ""
    """The module that defines it, ``""`` where none does."""

    @property
    def doc(self) -> str:
        """Its docstring: the rule's page."""
        return self.page()

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        doc = self.doc.strip()
        return doc.splitlines()[0] if doc else self.name


_LONGEST: Final = 4000
GIVEN_ELSEWHERE: Final = "given-elsewhere"
"""A tag of findings about what most of its sort share, so that something else gives it: they are counted, not told."""
ONCE: Final = "once"
"""The tag of a finding that a run tells once, wherever its message stands: it says itself how many more there are."""
_NO_TAGS: Final[frozenset[str]] = frozenset()


class Context:
    """What a rule is handed beside its object: its options, the bundle, and a way to ask questions."""

    __slots__ = ("_ask", "_bundle", "facts", "options", "rule", "severity")

    def __init__(
        self,
        rule: Rule[Any],
        severity: Severity,
        options: Mapping[str, Any],
        bundle: Bundle,
        ask: Callable[[Any], Any],
        facts: Facts,
    ) -> None:
        self.rule = rule
        self.severity = severity
        self.options = options
        self._bundle = bundle
        self.facts = facts
        self._ask = ask

    @property
    def bundle(self) -> Bundle:
        """All objects of the run."""
        return self._bundle

    def ask(self, query: Query[A]) -> Prediction[A]:
        """Ask a question about behaviour; answers are remembered for the whole run."""
        answer: Prediction[A] = self._ask(query)
        return answer

    def finding(
        self,
        message: str,
        *,
        at: Place,
        related: Iterable[Related] = (),
        label: str = "",
        notes: Iterable[str] = (),
        fix: Fix | None = None,
        span: Span | None = None,
        severity: Severity | None = None,
        tags: Iterable[str] = (),
    ) -> Finding:
        """A finding of this rule, with the severity the user gave it."""
        return Finding(
            self.rule.name,
            self.severity if severity is None else min(severity, self.severity),
            _short(message),
            at,
            tuple(related),
            _short(label),
            tuple(map(_short, notes)),
            fix,
            span,
            frozenset(tags) if tags else _NO_TAGS,
        )


def _short(text: str) -> str:
    return cut(text) if isinstance(text, str) and len(text) > _LONGEST else text


def cut(message: str) -> str:
    """A message without the middle of what a manifest made too long: somebody reads it."""
    half = _LONGEST // 2
    return f"{message[:half]} [{len(message) - 2 * half} characters left out] {message[-half:]}"


class Facts(Struct, frozen=True):
    """What the user said about the run beside the manifests.

    ``assume_exists``: (kind, name pattern) of objects that live elsewhere. ``old``: the bundle before a
    change (``--against``), None otherwise; see also :meth:`before`. ``cluster``: a cluster given for scheduling, None otherwise.
    ``client_side``: whether the objects may be applied client-side; Flux applies server-side, Helm keeps no annotation.
    ``absent``: what objects of Argo CD and Flux name and no file of the repository makes; None where nobody looked.
    ``running``: the files that say what a cluster holds. ``turned_on``: what settings of API servers beside the manifests
    serve beyond the default: ``group/version``, or ``api/all``, ``api/beta``, ``api/alpha``.
    """

    release: str
    assume_exists: tuple[tuple[str, str], ...] = ()
    old: Bundle | None = None
    cluster: Any = None
    node_port_range: tuple[int, int] = (30000, 32767)
    client_side: bool = True
    absent: tuple[Absent, ...] | None = None
    running: frozenset[str] = frozenset()
    turned_on: frozenset[str] = frozenset()

    def serves(self, api_version: str) -> bool:
        """Whether such a setting turns a version on, itself or with all of its stability."""
        if not self.turned_on:
            return False
        stability = "api/alpha" if "alpha" in api_version else "api/beta"
        named = {api_version, stability, "api/all"}
        return any(one in named or one.startswith(f"{api_version}/") for one in self.turned_on)

    def before(self, resource: Resource) -> Resource | None:
        """The whole object that a whole one takes the place of: what the cluster given holds, else the one of ``old``."""
        found = resource.standing
        if found is None and self.old is not None and resource.name:
            found = self.old.get(resource.kind, resource.namespace, resource.name, group=resource.gvk.group)
        if found is None or found.partial or resource.partial:
            return None
        return found

    def exists_elsewhere(self, kind: str, name: str, namespace: str = "") -> bool:
        """Whether the user said that an object lives outside the manifests (glob patterns)."""
        from fnmatch import fnmatchcase  # noqa: PLC0415 - only where something is missing

        return any(
            _is_of_kind(kind, k) and (fnmatchcase(name, n) or fnmatchcase(f"{namespace}/{name}", n))
            for k, n in self.assume_exists
        )


@lru_cache(maxsize=4096)
def _is_of_kind(kind: str, pattern: str) -> bool:
    """Whether a kind is one that a pattern means, whatever the case: a run asks this of few kinds, many times."""
    from fnmatch import fnmatchcase  # noqa: PLC0415 - as above

    return fnmatchcase(kind.lower(), pattern.lower())


Check = Callable[[T, Context], Iterator[Finding]]


def rule(
    *,
    on: type[Any] | str | tuple[str, ...],
    severity: Severity,
    profiles: Iterable[Profile] = (Profile.DEFAULT,),
    options: Iterable[Option] = (),
    aliases: Iterable[str] = (),
    name: str | None = None,
    needs_old: bool = False,
    mentions: Iterable[str] = (),
    on_trouble: bool = False,
    kinds: Iterable[str] = (),
) -> Callable[[Callable[[Any, Context], Iterable[Finding]]], Rule[Any]]:
    """Make a rule of a generator function; its name is its module's name, its page the module's docstring.

    ``mentions``: texts, names of fields or parts of them (``onfigMap`` is in ``configMap`` and ``ConfigMap``), without
    one of which there is nothing to find in an object. ``check`` is then not called for documents that hold none.
    ``on_trouble``: a rule about texts or documents that looks at their problems alone is not called where there are none.
    ``kinds``: a rule about a whole bundle is not called where it holds no object of one of these.
    """

    def decorate(check: Callable[[Any, Context], Iterable[Finding]]) -> Rule[Any]:
        import sys  # noqa: PLC0415 - needed only while rules are being defined

        module = sys.modules[check.__module__]
        parts = check.__module__.split(".")
        wanted = frozenset(profiles)
        if Profile.DEFAULT in wanted:
            wanted |= {Profile.WORKS}
        if Profile.WORKS in wanted:
            wanted |= {Profile.RECOMMENDED}
        return Rule(
            name=name or parts[-1].replace("_", "-"),
            family=parts[-2] if len(parts) > 1 else "custom",
            on=(on,) if isinstance(on, str) else on,
            severity=severity,
            check=check,
            page=lambda: module.__doc__ or check.__doc__ or "",
            profiles=wanted | {Profile.STRICT},
            options=tuple(options),
            aliases=tuple(aliases),
            needs_old=needs_old,
            mentions=tuple(mentions),
            on_trouble=on_trouble,
            kinds=tuple(kinds),
            module=check.__module__,
        )

    return decorate


def with_distribution(found: Rule[Any], distribution: str) -> Rule[Any]:
    """The rule, marked as coming from an installed distribution."""
    return found if found.distribution == distribution else replace(found, distribution=distribution)
