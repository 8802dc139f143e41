"""The range of each linear layer's inputs, channel by channel, on a few texts of our own.

A handful of channels reach five times the others' range. Dynamic int8 has one scale for a whole tensor, so those few would cost
everyone else two bits; knowing them, the export moves their excess into the weights.
"""

import json
from pathlib import Path

import numpy as np
import torch
from pair_scorer import PairScorer
from pairs import PairEncoder, pad
from torch import nn

CALIBRATION = Path(__file__).with_name("calibration.json")


def input_ranges(scorer: PairScorer, encoder: PairEncoder) -> dict[str, np.ndarray]:
    """Layer name to the largest absolute input of each channel, padding left out."""
    pairs = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    ranges: dict[str, np.ndarray] = {}

    def watch(name: str):
        def remember(_module, inputs) -> None:
            # One row at a time, so nothing is padded.
            seen = inputs[0].abs().amax(dim=(0, 1)).numpy()
            ranges[name] = np.maximum(ranges.get(name, 0), seen)

        return remember

    layers = [(name, module) for name, module in scorer.bert.named_modules() if isinstance(module, nn.Linear)]
    handles = [module.register_forward_pre_hook(watch(name)) for name, module in layers]
    with torch.no_grad():
        for query, passage in pairs:
            scorer(**{name: torch.tensor(value) for name, value in pad([encoder(query, passage)]).items()})
    for handle in handles:
        handle.remove()
    return ranges
