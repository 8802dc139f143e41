"""From hidden states to a logit: the two means, and for every query token its best match in the passage.

The second part is ColBERT's late interaction (Khattab & Zaharia 2020), where rare query tokens weigh more, as by IDF in BM25. A
WordPiece vocabulary lists its words by frequency, so the logarithm of a word's place there stands for its IDF (Zipf 1949), with no
table and no collection to count in.
"""

import torch
from torch import Tensor, nn

# Far below any similarity; padding and the other segment never win.
NO_MATCH = -1e4
# Keeps an empty segment at 0 instead of NaN.
FLOOR = 1e-6


def segment_mean(hidden: Tensor, members: Tensor) -> Tensor:
    """Mean of the hidden states where `members` is 1 (an empty segment gives zeros, not NaN)."""
    weights = members.to(hidden.dtype)[:, :, None]
    return (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)


def unit(vectors: Tensor) -> Tensor:
    """Vectors of length 1."""
    return vectors / vectors.norm(dim=-1, keepdim=True).clamp(min=FLOOR)


def best_matches(vectors: Tensor, passage: Tensor) -> Tensor:
    """For each token the cosine of its best match in the passage, [batch, length]."""
    vectors = unit(vectors)
    similarity = vectors @ vectors.transpose(1, 2)
    return torch.where(passage[:, None, :].bool(), similarity, NO_MATCH).amax(dim=2).clamp(min=-1)


def weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    """[batch, 1]"""
    return (values * weights).sum(dim=1, keepdim=True) / weights.sum(dim=1, keepdim=True).clamp(min=FLOOR)


def mean_cosine(vectors: Tensor, query: Tensor, passage: Tensor) -> Tensor:
    """Cosine of the two segments' means, [batch, 1]."""
    return (unit(segment_mean(vectors, query)) * unit(segment_mean(vectors, passage))).sum(dim=1, keepdim=True)


class ScoreHead(nn.Module):
    """logit = mean_scale * cosine(mean query, mean passage) + match_scale * weighted mean of best matches + bias.

    A query token weighs 1 + rarity_share * log(its place among the vocabulary's words); punctuation and other tokens that stand
    before the first word weigh 1, special tokens (before the first token) nothing.
    """

    def __init__(self, first_token: int, first_word: int):
        super().__init__()
        self.first_token = first_token
        self.first_word = first_word
        self.rarity_share = nn.Parameter(torch.tensor(0.5))
        self.mean_scale = nn.Parameter(torch.tensor(10.0))
        self.match_scale = nn.Parameter(torch.tensor(20.0))
        self.bias = nn.Parameter(torch.zeros(1))

    def vectors(self, hidden: Tensor) -> Tensor:
        """What is compared: here the states themselves."""
        return hidden

    def token_weights(self, hidden: Tensor, ids: Tensor) -> Tensor:
        """[batch, length]"""
        place = (ids - (self.first_word - 1)).clamp(min=1).float()
        return (ids >= self.first_token) * (1 + self.rarity_share * place.log())

    def forward(self, hidden: Tensor, ids: Tensor, query: Tensor, passage: Tensor) -> Tensor:
        hidden = hidden.float()
        vectors = self.vectors(hidden).float()
        matches = weighted_mean(best_matches(vectors, passage), self.token_weights(hidden, ids) * query)
        return self.mean_scale * mean_cosine(vectors, query, passage) + self.match_scale * matches + self.bias


class EarlyHead(ScoreHead):
    """The same on a narrow projection of the states at a cut, where a token's weight is also learned from its state."""

    def __init__(self, first_token: int, first_word: int, width: int, narrow: int):
        super().__init__(first_token, first_word)
        self.projection = nn.Linear(width, narrow, bias=False)
        self.importance = nn.Linear(width, 1)

    def vectors(self, hidden: Tensor) -> Tensor:
        return self.projection(hidden)

    def token_weights(self, hidden: Tensor, ids: Tensor) -> Tensor:
        return super().token_weights(hidden, ids) * nn.functional.softplus(self.importance(hidden)[:, :, 0].float())
