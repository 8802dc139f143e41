"""What a student loses on topics: a whole list at once, and pair by pair."""

import torch
from torch import Tensor
from torch.nn.functional import softplus
from training.data.topics import STRANGER


def grade_table(grades: list[list[list[float]]]) -> tuple[Tensor, Tensor]:
    """[questions, passages] of several topics side by side: the grades, those of another topic's passages STRANGER; and which are own."""
    blocks = [torch.tensor(block, dtype=torch.float32) for block in grades]
    own = torch.block_diag(*[torch.ones_like(block) for block in blocks]).bool()
    # Between the blocks stands 0, which is a grade too.
    return torch.where(own, torch.block_diag(*blocks), STRANGER), own


def list_loss(logits: Tensor, grades: Tensor, temperature: float) -> Tensor:
    """Cross-entropy of each row's softmax to the softmax of grades / temperature, mean over the rows; unknown grades count for nothing."""
    unknown = grades.isnan()
    target = (grades / temperature).masked_fill(unknown, -torch.inf).softmax(1)
    chosen = logits.masked_fill(unknown, -torch.inf).log_softmax(1).masked_fill(unknown, 0.0)
    return -(target * chosen).sum(1).mean()


def pair_loss(logits: Tensor, grades: Tensor, own: Tensor) -> Tensor:
    """RankNet's, over the pairs of one topic, each weighing as much as its grades differ; mean over the rows."""
    gap = grades[:, :, None] - grades[:, None, :]
    pairs = own[:, :, None] & own[:, None, :]
    weights = torch.where(pairs & ~gap.isnan(), gap, 0.0).clamp(min=0)
    losses = softplus(logits[:, None, :] - logits[:, :, None]) * weights
    return (losses.sum((1, 2)) / weights.sum((1, 2)).clamp(min=1)).mean()
