"""A text as documents, as far as somebody has read it already."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.reading import Reading
from kubelens.kube.resource import Header
from kubelens.syntax.text import Problem
from kubelens.syntax.tree import Document


class Parsed(Struct):
    """A text as documents. ``headers`` and ``readings`` are there where it was parsed by another process.

    ``readings`` has the values of documents that were read without complaint, None for others.
    """

    documents: list[Document]
    problems: list[Problem]
    headers: list[Header | None] | None = None
    readings: list[Reading | None] = []
