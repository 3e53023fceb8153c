"""Matrix products in bfloat16, everything between them in float32, for processors that have those products.

A whole model in bfloat16 is a third faster still, but texts' vectors lie so close together that its rounding
changed one of the ten nearest passages for every second question (now for one in twenty), so that two kinds
of machine gave different answers; `benchmarks/embedding.py` shows it.
"""

import torch
from torch import nn


class _Product(nn.Module):
    """A linear layer whose weights are kept in bfloat16; it takes and gives float32."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.weight = nn.Parameter(layer.weight.detach().to(torch.bfloat16), requires_grad=False)
        self.bias = layer.bias

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """Shape (..., in) to (..., out)."""
        made = nn.functional.linear(given.to(torch.bfloat16), self.weight).float()
        return made if self.bias is None else made + self.bias


def in_bfloat16(model: nn.Module) -> None:
    """Let every linear layer of a model multiply in bfloat16, in place."""
    for module in list(model.modules()):
        for name, child in module.named_children():
            if type(child) is nn.Linear:
                setattr(module, name, _Product(child))
