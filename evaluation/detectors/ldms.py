"""LDMS: SmartGuard's loss-guided dynamic mask strategy.

After some epochs of plain reconstruction, each window hides its behaviours whose actions were told worst in
the epoch before, and only what is hidden counts. Source: SmartGuard (KDD 2024), train.py and SmartGuard.py.
"""

import torch
from torch import Tensor


def hardest(loss: Tensor, mask: Tensor, share: float) -> Tensor:
    """The floor(share * n) behaviours with the greatest loss, of the n in each window; ties by position.

    Windows shorter than published (ten) hide at least one, unless it is all there is. (B, T) -> bool (B, T).
    """
    count = mask.sum(1, keepdim=True)
    wanted = torch.maximum((share * count + 1e-9).floor(), (count > 1).long())
    order = loss.masked_fill(~mask, -torch.inf).argsort(dim=1, descending=True, stable=True)
    return order.argsort(1) < wanted


class LossByAction:
    """The mean loss of each action over an epoch."""

    def __init__(self, actions: int, device: torch.device) -> None:
        self.sums = torch.zeros(actions, device=device)
        self.counts = torch.zeros(actions, device=device)

    def add(self, action: Tensor, loss: Tensor) -> None:
        """Count behaviours, (M,) and (M,)."""
        self.sums.index_add_(0, action, loss)
        self.counts.index_add_(0, action, torch.ones_like(loss))

    def mean(self) -> Tensor:
        """(A,); nan for an action that did not occur."""
        return self.sums / self.counts
