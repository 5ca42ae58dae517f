"""NumPy, or where it is not installed what :mod:`plain_columns` has of it: the same answers, at some cost in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]
    Indexes = npt.NDArray[np.intp]
else:
    try:
        import numpy as np
    except ImportError:
        from kubelens.predict.scheduler import plain_columns as np

PLAIN: Final[bool] = np.__name__ != "numpy"
"""Whether NumPy is not there."""
__all__ = ["PLAIN", "np"]
