"""What the trainings without sentence-transformers share: how long they go on, and one step down."""

import time
from collections.abc import Iterator

import torch
from torch import Tensor


def schedule(steps: int, minutes: float, warmup: int) -> Iterator[float]:
    """The share of the highest learning rate, step by step: up over `warmup` steps, then down to 0 at the last of the steps or at the
    end of the minutes, whichever comes first."""
    started = time.time()
    for step in range(steps):
        done = max(step / steps, (time.time() - started) / (60 * minutes))
        if done >= 1:
            return
        yield min(1.0, (step + 1) / warmup) * (1 - done)


class Descent:
    """AdamW on groups of parameters, each with its highest learning rate; gradients are clipped to a norm of 1 over all of them."""

    def __init__(self, groups: list[dict]):
        self._optimizer = torch.optim.AdamW([{"weight_decay": 0.0, **group} for group in groups])
        self._highest = [group["lr"] for group in groups]

    def step(self, loss: Tensor, scale: float) -> None:
        """One step, at `scale` of the highest learning rates."""
        groups = self._optimizer.param_groups
        for group, lr in zip(groups, self._highest, strict=True):
            group["lr"] = lr * scale
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([value for group in groups for value in group["params"]], 1.0)
        self._optimizer.step()

    def state(self) -> dict:
        """What the optimiser remembers, for a run that goes on later."""
        return self._optimizer.state_dict()

    def load(self, state: dict) -> None:
        """The memory of an earlier run over the same parameters."""
        self._optimizer.load_state_dict(state)
