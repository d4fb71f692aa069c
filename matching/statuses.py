"""What a decision can say, before and after programmes are weighed against each other."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.uint8]
Money: TypeAlias = NDArray[np.int64]

STATUSES: Final = ("eligible", "not_eligible", "undetermined", "conflict", "not_applicable")
ELIGIBLE, NOT_ELIGIBLE, UNDETERMINED, CONFLICT, NOT_APPLICABLE = range(len(STATUSES))

AFTER: Final = ("", "kept", "excluded", "topped_up")
NOTHING, KEPT, EXCLUDED, TOPPED_UP = range(len(AFTER))
