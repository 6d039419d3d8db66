"""The Transformer that SmartGuard and SmartGen's detector share: encoder and decoder are shown the same."""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Drops 26 of 256 numbers, a tenth: a byte of chance each, where PyTorch draws a float.

    Drawing floats is a quarter of an epoch of SmartGuard on a CPU.
    """

    def forward(self, x: Tensor) -> Tensor:
        """x, some of it 0 and the rest larger, while in training."""
        if not self.training:
            return x
        words = torch.empty(x.numel() // 8 + 1, dtype=torch.int64, device=x.device).random_(-(2**63), None)
        kept = words.view(torch.uint8)[: x.numel()].view_as(x) >= 26
        return x * (kept.to(x.dtype) * (256 / 230))


class EncoderDecoder(nn.Module):
    """`layers` of encoder and of decoder, otherwise PyTorch's defaults (post-norm, ReLU, dropout .1)."""

    def __init__(self, width: int, heads: int, layers: int, inner: int) -> None:
        super().__init__()
        encoder = nn.TransformerEncoderLayer(width, heads, inner, batch_first=True)
        decoder = nn.TransformerDecoderLayer(width, heads, inner, batch_first=True)
        self.encoder = nn.TransformerEncoder(encoder, layers, enable_nested_tensor=False)
        self.decoder = nn.TransformerDecoder(decoder, layers)
        for layer in [*self.encoder.layers, *self.decoder.layers]:
            for name in [name for name, part in layer.named_children() if isinstance(part, nn.Dropout)]:
                setattr(layer, name, Dropout())

    def forward(self, x: Tensor, pads: Tensor, hidden: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C). Nobody looks at *pads*; self-attention not at what is *hidden*, (B, T)."""
        unseen = pads | hidden
        memory = self.encoder(x, src_key_padding_mask=unseen)
        return self.decoder(  # type: ignore[no-any-return]
            x, memory, tgt_key_padding_mask=unseen, memory_key_padding_mask=pads
        )
