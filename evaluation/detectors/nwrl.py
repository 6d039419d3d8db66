"""NWRL: SmartGuard's noise-aware weighted reconstruction loss.

Actions that are told worse than others in normal validation windows are noise, and count less:
w_c = sigmoid(-relu(l_c - m) / (mu s)), where l_c is the mean loss of action c in validation, and m and s are
mean and standard deviation of l over the actions present. An action that validation does not have keeps .5.
score = sum_i w_i l_i / sum_i w_i. Source: SmartGuard (KDD 2024).

Released, the weights reach the first window of a batch only, and the threshold is of unweighted losses.
Here every window is weighted, for the threshold and in the test alike.
"""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

MU = 0.01


def log_weights(loss: Tensor, mu: float = MU) -> Tensor:
    """Logarithms of w from the mean loss of each action, nan where it does not occur. (A,)."""
    present = loss[~loss.isnan()]
    mean, spread = present.mean(), present.std(correction=0).clamp_min(1e-12)
    return F.logsigmoid(-F.relu(loss.nan_to_num(0.0) - mean) / (mu * spread))


def weighted(loss: Tensor, log_weight: Tensor, mask: Tensor) -> Tensor:
    """The weighted mean loss of each window, (B, T) three times -> (B,).

    A softmax of log w is w over its sum, and does not divide zero by zero where all behaviours are noise.
    """
    share = log_weight.masked_fill(~mask, -torch.inf).softmax(1)
    return (share * loss.masked_fill(~mask, 0.0)).sum(1)
