"""Whether a container runtime can read the name of an image.

Upstream: ``distribution/reference`` (ParseNormalizedNamed) as the kubelet calls it before it pulls
(pkg/kubelet/images, ``applyDefaultImageTag``): a name it cannot read ends in ``InvalidImageName``.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, lru_cache
from typing import Final

_COMPONENT: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN_PART: Final = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN: Final = rf"(?:{_DOMAIN_PART}(?:\.{_DOMAIN_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_TAG: Final = r"[\w][\w.-]{0,127}"
_DIGEST: Final = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE: Final = rf"(?:{_DOMAIN}/)?{_COMPONENT}(?:/{_COMPONENT})*(?::{_TAG})?(?:@(?P<digest>{_DIGEST}))?"
_HEX_DIGITS: Final = {"sha256": 64, "sha384": 96, "sha512": 128}
_ONLY_A_DIGEST: Final = r"[a-f0-9]{64}"
_LONGEST: Final = 255


class ImageFault(Enum):
    """Why no runtime can read a name; the value says what a name must be."""

    SPACE = "an image's name holds no blanks"
    SCHEME = "an image's name begins with a registry or a repository, not with a scheme"
    CAPITALS = "a repository is written in lower case"
    TAG = "one tag follows the repository, after one ':'"
    TAG_FORM = "a tag is at most 128 letters, digits, '_', '.' and '-', with no '.' or '-' at its beginning"
    EMPTY_PART = "no part of a name between two '/' is empty"
    DIGEST = "a digest is an algorithm and all of its hexadecimal digits (64 for sha256)"
    LENGTH = f"a name has at most {_LONGEST} characters"
    FORM = "an image is REGISTRY/REPOSITORY:TAG or REGISTRY/REPOSITORY@DIGEST"


@lru_cache(maxsize=4096)
def image_fault(name: str) -> ImageFault | None:
    """What is wrong with the name of an image, None where a runtime can read it."""
    found = _compiled(_REFERENCE).fullmatch(_normalized(name))
    if found is not None:
        if _compiled(_ONLY_A_DIGEST).fullmatch(name):
            return ImageFault.FORM
        digest = found["digest"]
        if digest is not None:
            algorithm, _, digits = digest.partition(":")
            if _HEX_DIGITS.get(algorithm) != len(digits) or digits != digits.lower():
                return ImageFault.DIGEST
        repository = name.partition("@")[0].rpartition(":")[0] or name
        return ImageFault.LENGTH if len(repository) > _LONGEST else None
    if any(character.isspace() for character in name):
        return ImageFault.SPACE
    if "://" in name:
        return ImageFault.SCHEME
    if "@" in name:
        return ImageFault.DIGEST
    if _compiled(_REFERENCE).fullmatch(_normalized(name.lower())):
        return ImageFault.CAPITALS
    return _parts_fault(name)


def _parts_fault(name: str) -> ImageFault:
    """What is wrong with a name that has neither digest nor capitals: its tag, its repository, or its form."""
    *_, last = name.split("/")
    repository, colon, tag = last.partition(":")
    before = name[: len(name) - len(last)] + repository
    if colon and _compiled(_REFERENCE).fullmatch(_normalized(before)):
        return ImageFault.TAG if not tag or ":" in tag else ImageFault.TAG_FORM
    if "" in before.split("/"):
        return ImageFault.EMPTY_PART if repository else ImageFault.FORM
    return ImageFault.FORM


def _normalized(name: str) -> str:
    """The name with the registry that a short one stands for (splitDockerDomain)."""
    first, slash, _ = name.partition("/")
    if not slash or ("." not in first and ":" not in first and first != "localhost" and first.lower() == first):
        return f"docker.io/{name}"
    return name


@cache
def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(form, re.ASCII)
