"""For tests, ours and plugin authors': bundles from text."""

from __future__ import annotations

from textwrap import dedent

from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.resource import Resource, read_resources
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source


def resources_from_text(*texts: str, namespace: str = "default") -> list[Resource]:
    """The objects of YAML texts, each text a file ``0.yaml``, ``1.yaml`` ..."""
    resources: list[Resource] = []
    for number, text in enumerate(texts):
        documents, _ = parse_source(Source(f"{number}.yaml", dedent(text)))
        for document in documents:
            resources.extend(read_resources(document, namespace=namespace))
    return resources


def bundle_from_text(*texts: str, release: str = NEWEST) -> Bundle:
    """A bundle of the objects of YAML texts."""
    return Bundle(resources_from_text(*texts), release)
