"""Documents that kubectl refuses because they are no objects: parts of one, lists of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from kubelens.syntax.text import Problem, Span
from kubelens.syntax.tree import Document, Mapping, Node, Scalar, Sequence, resolve

NO_OBJECT: Final = "no-object"
"""The kind of a problem that a document is no object, where its file is meant for Kubernetes."""
_MOST_SHOWN: Final = 20


def no_objects(documents: Iterable[Document], taken: Collection[int]) -> Iterator[Problem]:
    """What is wrong with the documents beside those that were ``taken`` as objects, by index.

    A map without a head is a fault only beside objects: other files hold values, settings and the like.
    """
    for document in documents:
        if document.index in taken:
            continue
        root = resolve(document.root)
        if isinstance(root, Sequence) and root.items and all(map(_is_object, root.items[:_MOST_SHOWN])):
            yield Problem(
                Span(root.start, root.start + 1),
                f"a list of {len(root.items)} objects is no object: kubectl reads kind: List with items, or one document each",
                NO_OBJECT,
            )
        elif taken and isinstance(root, Mapping) and root.entries and not _says_what_it_is(root):
            first = root.entries[0][0]
            yield Problem(
                Span(first.start, first.end),
                "a document with neither apiVersion nor kind: kubectl refuses it (Object 'Kind' is missing)",
                NO_OBJECT,
            )


def _is_object(node: Node) -> bool:
    target = resolve(node)
    return isinstance(target, Mapping) and {"apiVersion", "kind"} <= _keys(target)


def _says_what_it_is(root: Mapping) -> bool:
    return not _keys(root).isdisjoint({"apiVersion", "kind"})


def _keys(mapping: Mapping) -> set[str]:
    return {key.text for key, _ in mapping.entries if isinstance(key, Scalar)}


def looks_like_kubernetes(text: str) -> bool:
    """Whether a text with a broken document is meant for Kubernetes, as far as it tells."""
    return ("apiVersion:" in text and "kind:" in text) or ('"apiVersion"' in text and '"kind"' in text)
