"""Products in bfloat16 give nearly what float32 gives, and leave the rest of a model as it was."""

import torch
from torch import nn

from ingest.products import in_bfloat16


def test_every_product_is_rounded_and_nothing_else() -> None:
    torch.manual_seed(1)
    norm = nn.LayerNorm(64)
    inner = nn.Sequential(nn.Linear(64, 64), norm, nn.GELU())
    model = nn.Sequential(nn.Linear(32, 64), inner, nn.Linear(64, 8, bias=False))
    given = torch.randn(5, 7, 32)
    with torch.inference_mode():
        exact = model(given)
        before = norm.weight.clone()
        in_bfloat16(model)
        made = model(given)
    assert made.dtype == torch.float32
    assert made.shape == exact.shape
    error = (made - exact).abs().max() / exact.abs().max()
    assert 0 < error < 0.02
    assert torch.equal(norm.weight, before)
    assert not any(type(module) is nn.Linear for module in model.modules())
    assert {name for name, weight in model.named_parameters() if weight.dtype == torch.bfloat16} == {
        "0.weight", "1.0.weight", "2.weight",
    }  # fmt: skip
