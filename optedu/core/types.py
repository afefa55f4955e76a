"""Names of the types that stand in many signatures."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Params = Iterable[np.ndarray] | Iterable[Mapping[str, Any]]
"""What an optimizer trains: arrays of floats, or groups, ``{"params": arrays, "lr": 0.1, ...}``."""

Grads = Iterable[ArrayLike | None]
"""One gradient for each parameter, in order; None where there is none."""
