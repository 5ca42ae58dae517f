"""What differs in the files of a set of which it is not known what they come to."""

from __future__ import annotations

from msgspec import Struct

from kubelens.plan.change import Action
from kubelens.plan.field_change import FieldChange


class FileChange(Struct, frozen=True):
    """A file that is added, removed, or says something else; ``fields``: what, where it is no template.

    ``texts``: both of a template or of several documents, whose lines tell it; never of what may hold a Secret.
    """

    name: str
    action: Action
    fields: tuple[FieldChange, ...] = ()
    texts: tuple[str, str] | None = None
