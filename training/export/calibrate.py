"""The range of each linear layer's inputs, channel by channel, on a few texts of our own.

int8 has one scale for a whole tensor, fixed at export from these ranges. A handful of channels reach five times as far as the
others and would cost them two bits; knowing them, the export treats them apart. The texts of calibration.json are unlike each
other (short and long, lists, numbers, code, other scripts, nothing at all): what reaches further than all of them is cut.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from training.scorer.pair_scorer import PairScorer
from training.scorer.pairs import PairEncoder, pad

CALIBRATION = Path(__file__).with_name("calibration.json")


def input_ranges(scorer: PairScorer, encoder: PairEncoder) -> dict[str, np.ndarray]:
    """Layer name to two rows, the lowest and the highest input of each channel, padding left out."""
    pairs = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    ranges: dict[str, np.ndarray] = {}

    def watch(name: str):
        def remember(_module, inputs) -> None:
            # One row at a time, so nothing is padded.
            seen = inputs[0][0].numpy()
            low, high = ranges.get(name, np.zeros((2, seen.shape[1]), np.float32))
            ranges[name] = np.stack([np.minimum(low, seen.min(axis=0)), np.maximum(high, seen.max(axis=0))])

        return remember

    layers = [(name, module) for name, module in scorer.bert.named_modules() if isinstance(module, nn.Linear)]
    handles = [module.register_forward_pre_hook(watch(name)) for name, module in layers]
    with torch.no_grad():
        for query, passage in pairs:
            scorer(**{name: torch.tensor(value) for name, value in pad([encoder(query, passage)]).items()})
    for handle in handles:
        handle.remove()
    # Rounded, so that another machine's last bits do not change the export.
    return {name: values.round(3) for name, values in ranges.items()}
