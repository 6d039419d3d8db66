"""Windows of behaviours as arrays of ids: what detectors learn from and score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.windows import SIZE

Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

DAY, SLOT, DEVICE, ACTION = range(4)
"""The places of the fields of a behaviour."""


@dataclass(frozen=True, eq=False)
class Windows:
    """N windows of up to T behaviours."""

    fields: Integers
    """(N, T, 4): day, slot, device, action; 0 where there is no behaviour."""

    mask: Bools
    """(N, T): True where there is a behaviour; these come first, and every window has one."""

    sizes: tuple[int, int, int, int]
    """How many values each field can have."""

    context: Floats | None = None
    """(N, T, K): what a hub knew when each behaviour reached it, see `evaluation.context`; None: nothing."""

    imagined: Floats | None = None
    """(N, T, F, 2 + K): action, device and context of what did not come after a behaviour; to learn from."""

    def __post_init__(self) -> None:
        if self.context is not None and self.context.shape[:2] != self.mask.shape:
            raise ValueError(f"context {self.context.shape} and mask {self.mask.shape} do not fit together")
        if self.fields.shape != (*self.mask.shape, 4):
            raise ValueError(f"fields {self.fields.shape} and mask {self.mask.shape} do not fit together")
        if not self.mask[:, :1].all():
            raise ValueError(f"window {int(np.argmin(self.mask[:, 0]))} has no behaviour")
        if (self.fields < 0).any() or (self.fields >= self.sizes).any():
            raise ValueError(f"an id is outside the sizes {self.sizes} of day, slot, device, action")

    def __len__(self) -> int:
        return len(self.mask)

    def field(self, which: int) -> Integers:
        """(N, T): one field, such as ACTION."""
        chosen: Integers = self.fields[:, :, which]
        return chosen

    def rows(self, chosen: Any) -> "Windows":
        """The windows at these rows: numbers, a slice or a mask."""
        context, imagined = (None if it is None else it[chosen] for it in (self.context, self.imagined))
        return Windows(self.fields[chosen], self.mask[chosen], self.sizes, context=context, imagined=imagined)


def from_ids(
    ids: Integers, sequence: Integers, sizes: tuple[int, int, int, int], size: int = SIZE
) -> Windows:
    """Windows from rows of (day, slot, device, action), (n, 4), and the sequence that each belongs to, (n,).

    Rows of one sequence stand together, in order; none may have more than *size*.
    """
    starts = np.flatnonzero(np.diff(sequence, prepend=sequence[:1] - 1))
    lengths = np.diff(starts, append=len(sequence))
    if len(lengths) and lengths.max() > size:
        raise ValueError(f"a sequence has {lengths.max()} behaviours; cut it into windows of {size} first")
    mask = np.arange(size) < lengths[:, None]
    fields = np.zeros((*mask.shape, 4), np.int64)
    fields[mask] = ids
    return Windows(fields, mask, sizes)


def joined(*parts: Windows) -> Windows:
    """Windows one after the other; all of one length and of the same sizes."""
    fields, masks = ([getattr(part, name) for part in parts] for name in ("fields", "mask"))
    context, imagined = (_all_of([getattr(it, name) for it in parts]) for name in ("context", "imagined"))
    return Windows(
        np.concatenate(fields), np.concatenate(masks), parts[0].sizes, context=context, imagined=imagined
    )


def _all_of(parts: Sequence[Floats | None]) -> Floats | None:
    known = [it for it in parts if it is not None]
    return np.concatenate(known) if len(known) == len(parts) else None
