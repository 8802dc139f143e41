"""A passage in few bytes: its token vectors through a narrow projection in 4 bits a channel, and the mean of its states in 8.

Both halves are compared by cosine alone, so the codes hold directions, and no scale is stored: a token of 48 channels takes 24 bytes,
a mean of 384 channels 384. A query stays in full precision. Passages that are scored live go through the same codes, so a kept passage
and a live one get the same score. docs/compact-form.md has the format.
"""

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from training.scorer.apart import Texts
from training.scorer.score_head import FLOOR, NO_MATCH, ScoreHead, segment_mean, unit

# Levels of 4 bits: -7.5, -6.5 … 7.5, in steps of an eighth of the vector's largest channel.
HALF, MIDDLE = 8, 7.5
# Of a mean's codes.
LARGEST = 127


def token_codes(vectors: Tensor) -> Tensor:
    """0 to 15 for each channel, as floats."""
    step = vectors.abs().amax(dim=-1, keepdim=True).clamp(min=FLOOR) / HALF
    return (vectors / step + HALF).floor().clamp(0, 2 * HALF - 1)


def mean_codes(means: Tensor) -> Tensor:
    """-127 to 127 for each channel, as floats."""
    return (means / means.abs().amax(dim=-1, keepdim=True).clamp(min=FLOOR) * LARGEST).round()


def packed(codes: Tensor) -> Tensor:
    """Two codes a byte, the first in the lower half."""
    whole = codes.to(torch.uint8)
    return whole[..., 0::2] | (whole[..., 1::2] << 4)


def unpacked(stored: Tensor) -> Tensor:
    """The codes of packed bytes."""
    return torch.stack([stored & 15, stored >> 4], dim=-1).flatten(-2).float()


def through(value: Tensor, coded: Tensor) -> Tensor:
    """The coded direction, with the gradient of the direction that was coded (straight-through, Bengio et al. 2013)."""
    return unit(value) + (unit(coded) - unit(value)).detach()


class CompactHead(ScoreHead):
    """The scorer's last head on codes. `coded` off compares the projection itself, to see what the codes cost."""

    def __init__(self, first_token: int, first_word: int, width: int, narrow: int):
        super().__init__(first_token, first_word)
        if narrow % 2:
            raise ValueError(f"two channels share a byte, so the width must be even, not {narrow}")
        self.projection = nn.Linear(width, narrow, bias=False)
        self.coded = True

    def vectors(self, hidden: Tensor) -> Tensor:
        return self.projection(hidden)

    def between(self, queries: Texts, passages: Texts) -> Tensor:
        """[queries, passages]: logits, as `logits_between` has them of the full vectors."""
        asked, found = unit(self.vectors(queries.states)), self.vectors(passages.states)
        found = through(found, token_codes(found) - MIDDLE) if self.coded else unit(found)
        similarity = torch.einsum("qih,pjh->qpij", asked, found)
        best = similarity.masked_fill(passages.mask[None, :, None, :] == 0, NO_MATCH).amax(dim=3).clamp(min=-1)
        weights = (self.token_weights(queries.states, queries.ids) * queries.mask)[:, None, :]
        matches = (best * weights).sum(dim=2) / weights.sum(dim=2).clamp(min=FLOOR)
        mean = segment_mean(passages.states, passages.mask)
        mean = unit(mean_codes(mean)) if self.coded else unit(mean)
        cosines = unit(segment_mean(queries.states, queries.mask)) @ mean.T
        return self.mean_scale * cosines + self.match_scale * matches + self.bias

    @torch.no_grad()
    def begin(self, full: ScoreHead, tokens: Tensor, seed: int) -> None:
        """Scales of the full head, and the principal directions of these states, turned at random: cosines stay the same, and the
        channels get alike, where the first direction alone would else use up the codes' range."""
        for name, value in full.named_parameters():
            self.get_parameter(name).copy_(value)
        narrow = len(self.projection.weight)
        directions = torch.linalg.svd(tokens.T @ tokens / len(tokens))[0][:, :narrow]
        turn = torch.linalg.qr(torch.randn(narrow, narrow, generator=torch.Generator().manual_seed(seed)))[0]
        self.projection.weight.copy_(turn @ directions.T)

    def save(self, path: Path) -> None:
        """Weights, and the vocabulary's two borders."""
        path.parent.mkdir(parents=True, exist_ok=True)
        borders = {"first_token": str(self.first_token), "first_word": str(self.first_word)}
        save_file({name: value.contiguous() for name, value in self.state_dict().items()}, path, borders)

    @staticmethod
    def open(path: Path) -> "CompactHead":
        """What `save` has written."""
        with safe_open(path, "pt") as file:
            borders = file.metadata()
        state = load_file(path)
        narrow, width = state["projection.weight"].shape
        head = CompactHead(int(borders["first_token"]), int(borders["first_word"]), width, narrow)
        head.load_state_dict(state)
        return head.eval()
