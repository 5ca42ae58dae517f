"""From YAML trees to the values Kubernetes makes of them.

Follows sigs.k8s.io/yaml over go-yaml v2: keys become text, the last of two equal keys wins (and is reported),
merge keys are merged with local keys first, aliases are bounded.
"""

from __future__ import annotations

from sys import intern
from typing import Any, Final

from msgspec import Struct, field

from kubelens.kube.scalar import NotFinite, UnreadableScalar, decode_scalar, not_finite_key, reads_as_itself
from kubelens.syntax.place import Step
from kubelens.syntax.text import Problem, Span
from kubelens.syntax.tree import Alias, Document, Mapping, Node, Scalar, Sequence, resolve

_FREE_NODES: Final = 400_000
_BOUNDED_NODES: Final = 4_000_000


class Reading(Struct):
    """A document's value, with what a strict reader objects to.

    ``duplicates``: (path of the mapping, key text, key node) of every repeated key, the later one.
    ``booleans``: keys that were read as a boolean and became the text ``true`` or ``false``.
    ``problems``: what keeps the value from being read at all (then ``value`` is partly None).
    """

    value: Any = None
    tree: Node | Document | None = None
    duplicates: list[tuple[tuple[Step, ...], str, Scalar]] = field(default_factory=list)
    booleans: list[Scalar] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def root(self) -> Node | None:
        """The tree the value was read from."""
        return self.tree.root if type(self.tree) is Document else self.tree  # type: ignore[return-value]

    @property
    def extent(self) -> int:
        """About how many characters its text has: those of its document where its tree is still to be made."""
        span = self.tree.span if self.tree is not None else None
        return span.end - span.start if span is not None else 0

    @property
    def is_plain(self) -> bool:
        """Whether the value tells everything."""
        return not (self.duplicates or self.booleans or self.problems)


class _TooManyAliases(Exception):
    pass


def read_value(root: Node | None, *, strict_merges: bool = False) -> Reading:
    """The value of a tree: dict, list, str, int, float, bool or None, as JSON would hold it.

    ``strict_merges``: a key that a merge brings and that is set again counts as repeated, as in the API server's own
    strict reader (clients turn YAML into JSON first, so that it never sees their merges).
    """
    reading = Reading(tree=root)
    if root is None:
        return reading
    reader = _Reader(reading, strict_merges)
    try:
        reading.value = reader.read(root, ())
    except _TooManyAliases:
        message = "aliases expand to far more than the document holds: Kubernetes refuses it (excessive aliasing)"
        reading.problems.append(Problem(Span(root.start, root.start + 1), message, "aliases"))
    except RecursionError:
        reading.problems.append(Problem(Span(root.start, root.start + 1), "nested too deeply to be read", "depth"))
    return reading


def _is_merge(key: Node) -> bool:
    return type(key) is Scalar and key.text == "<<" and not key.style and key.tag in (None, "tag:yaml.org,2002:merge")


class _Reader:
    __slots__ = ("alias_depth", "aliased", "decoded", "open", "reading", "strict_merges")

    def __init__(self, reading: Reading, strict_merges: bool) -> None:
        self.reading = reading
        self.strict_merges = strict_merges
        self.decoded = 0
        self.aliased = 0
        self.alias_depth = 0
        self.open: set[int] = set()

    def read(self, node: Node, path: tuple[Step, ...]) -> Any:
        kind = type(node)
        self.decoded += 1
        if self.alias_depth:
            self.aliased += 1
            self._check_aliases()
        if kind is Scalar:
            return self._scalar(node)  # type: ignore[arg-type]
        if kind is Mapping:
            return self._mapping(node, path)  # type: ignore[arg-type]
        if kind is Sequence:
            if node.tag is not None and node.tag.startswith("tag:yaml.org,2002:") and not node.tag.endswith(":seq"):  # type: ignore[union-attr]
                self._problem(node, f"tag {node.tag!r} does not fit a list")  # type: ignore[union-attr]
            return [self.read(item, (*path, index)) for index, item in enumerate(node.items)]  # type: ignore[union-attr]
        return self._alias(node, path)  # type: ignore[arg-type]

    def _scalar(self, node: Scalar) -> Any:
        try:
            return decode_scalar(node.text, node.style, node.tag)
        except UnreadableScalar as error:
            kind = "number" if isinstance(error, NotFinite) else "value"
            self.reading.problems.append(Problem(Span(node.start, node.end), str(error), kind))
            return None

    def _alias(self, node: Alias, path: tuple[Step, ...]) -> Any:
        target = node.target
        if target is None:
            return None
        if id(target) in self.open:
            self._problem(node, f"alias *{node.name} contains itself")
            return None
        self.open.add(id(target))
        self.alias_depth += 1
        try:
            return self.read(target, path)
        finally:
            self.alias_depth -= 1
            self.open.discard(id(target))

    def _mapping(self, node: Mapping, path: tuple[Step, ...]) -> dict[str, Any]:
        value: dict[str, Any] = {}
        merges: list[Node] = []
        typed: set[tuple[type[Any], str]] | None = None
        for key, entry in node.entries:
            if type(key) is Scalar and (key.style or (key.tag is None and reads_as_itself(key.text))):
                text = key.text
                name = intern(text) if type(text) is str else text  # objects by the thousand share a few hundred keys
            elif _is_merge(key):
                merges.append(entry)
                continue
            else:
                read = self._key(key)
                if read is None:
                    continue
                name = read
            if name in value:
                if typed is None:
                    typed = self._typed_keys_before(key, node)
                if (self._typed(key), name) in typed:
                    self.reading.duplicates.append((path, name, key))  # type: ignore[arg-type]
            if typed is not None:
                typed.add((self._typed(key), name))
            if type(entry) is Scalar and not self.alias_depth:
                self.decoded += 1
                value[name] = entry.text if entry.style and entry.tag is None else self._scalar(entry)
            else:
                value[name] = self.read(entry, (*path, name))
        if merges and self.strict_merges:
            self._repeated_merges(node, path)
        for merge in merges:
            self._merge(value, merge, path)
        return value

    def _repeated_merges(self, node: Mapping, path: tuple[Step, ...]) -> None:
        """Keys that are set by a merge and once more, in the order of the text."""
        seen: set[str] = set()
        for key, entry in node.entries:
            if type(key) is Scalar and key.text == "<<" and not key.style:
                target = resolve(entry)
                sources = target.items if isinstance(target, Sequence) else [entry]
                for source in sources:
                    inner = resolve(source)
                    for name, _ in inner.entries if isinstance(inner, Mapping) else ():
                        if isinstance(name, Scalar):
                            if name.text in seen:
                                self.reading.duplicates.append((path, name.text, name))
                            seen.add(name.text)
            elif isinstance(key, Scalar):
                if key.text in seen:
                    self.reading.duplicates.append((path, key.text, key))
                seen.add(key.text)

    def _typed_keys_before(self, key: Node, mapping: Mapping) -> set[tuple[type[Any], str]]:
        """The keys of a map before one, with what they were before they became text: 1 and "1" are two keys."""
        found: set[tuple[type[Any], str]] = set()
        problems, booleans = len(self.reading.problems), len(self.reading.booleans)
        for earlier, _ in mapping.entries:
            if earlier is key:
                break
            if (name := self._key(earlier)) is not None:
                found.add((self._typed(earlier), name))
        del self.reading.problems[problems:], self.reading.booleans[booleans:]
        return found

    def _typed(self, key: Node) -> type[Any]:
        node = resolve(key)
        if type(node) is not Scalar or node.style:
            return str
        try:
            return type(decode_scalar(node.text, node.style, node.tag))
        except UnreadableScalar:
            return float

    def _merge(self, value: dict[str, Any], merge: Node, path: tuple[Step, ...]) -> None:
        target = resolve(merge)
        if isinstance(target, Sequence):
            for item in target.items:
                if not isinstance(resolve(item), Mapping):
                    self._problem(item, "map merge requires map or sequence of maps as the value")
                    return
                self._merge(value, item, path)
            return
        if not isinstance(target, Mapping):
            self._problem(merge, "map merge requires map or sequence of maps as the value")
            return
        merged = self.read(merge, path)
        if isinstance(merged, dict):
            for name, entry in merged.items():
                value.setdefault(name, entry)

    def _key(self, key: Node) -> str | None:
        node = resolve(key)
        if type(node) is not Scalar:
            self._problem(key, "a map or list as key: Kubernetes cannot read it")
            return None
        if node.style:
            return node.text
        if (infinite := not_finite_key(node.text)) is not None and node.tag is None:
            return infinite
        name = self._scalar(node)
        if type(name) is str:
            return name
        if isinstance(name, bool):
            self.reading.booleans.append(node)
            return "true" if name else "false"
        if name is None:
            self._problem(key, "a null key: Kubernetes cannot read it")
            return None
        if isinstance(name, float):
            text = repr(name)
            return text.removesuffix(".0")
        return str(name)

    def _check_aliases(self) -> None:
        if self.aliased <= 100 or self.decoded <= 1000:
            return
        if self.decoded <= _FREE_NODES:
            allowed = 0.99
        elif self.decoded >= _BOUNDED_NODES:
            allowed = 0.10
        else:
            allowed = 0.99 - 0.89 * (self.decoded - _FREE_NODES) / (_BOUNDED_NODES - _FREE_NODES)
        if self.aliased / self.decoded > allowed:
            raise _TooManyAliases

    def _problem(self, node: Node, message: str) -> None:
        self.reading.problems.append(Problem(Span(node.start, node.end), message, "value"))
