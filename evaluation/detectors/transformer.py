"""The Transformer that SmartGuard and SmartGen's detector share: encoder and decoder are shown the same."""

from torch import Tensor, nn


class EncoderDecoder(nn.Module):
    """`layers` of encoder and of decoder, PyTorch's defaults (post-norm, ReLU, 2048 inside, dropout .1)."""

    def __init__(self, width: int, heads: int, layers: int) -> None:
        super().__init__()
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(width, heads, batch_first=True), layers, enable_nested_tensor=False
        )
        self.decoder = nn.TransformerDecoder(
            nn.TransformerDecoderLayer(width, heads, batch_first=True), layers
        )

    def forward(self, x: Tensor, pads: Tensor, hidden: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C). Nobody looks at *pads*; self-attention not at what is *hidden*, (B, T)."""
        unseen = pads | hidden
        memory = self.encoder(x, src_key_padding_mask=unseen)
        return self.decoder(  # type: ignore[no-any-return]
            x, memory, tgt_key_padding_mask=unseen, memory_key_padding_mask=pads
        )
