"""Custom resources against the definitions that declare them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubelens.predict.admission.verdict import Stage

if TYPE_CHECKING:
    from kubelens.predict.admission.body import Body
    from kubelens.predict.admission.server import Answer, Request


def judge_custom(value: dict[str, Any], request: Request, body: Body) -> Answer:
    """The answer to a custom resource."""
    from kubelens.predict.admission.server import Answer  # noqa: PLC0415 - the two call each other

    return Answer(Stage.ACCEPTED, (), (), value)
