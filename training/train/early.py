"""Trains the early heads of a scorer, and nothing else: python -m training.train.early --scorer training/build/l6 --data training/build/mined.jsonl

Each learns to score a list as the scorer's own last head does, from the states at its cut, which are computed once and kept:
ListNet's loss for the first ranks, and the squared error of the logits' differences for the others, since passages are pruned by a
margin. So the lists should be as long as what a search hands over. It begins with the principal directions of those states, so that
its first logits are a late interaction already (`score_head.py`), and goes through few epochs: seen often, the lists are learned by
heart. Writes into the scorer's folder.
"""

import argparse
import json
import random
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import mse_loss
from training.scorer.allocator import keep_freed_memory
from training.scorer.model_folder import write_reference
from training.scorer.pair_scorer import PairScorer
from training.scorer.score_head import EarlyHead
from training.scorer.staged_scorer import Encoded, StagedScorer
from training.train.descent import Descent
from training.train.lesson import Lists, Ranked, Scoring, drawn, logits_of, rank_loss

# Texts whose states tell the principal directions.
SAMPLE = 1000


@torch.no_grad()
def begin(head: EarlyHead, texts: list[Encoded], place: int, seed: int) -> None:
    """The projection becomes the states' principal directions; best matches count for more than the means, which tell little there;
    all states are equally important."""
    sample = random.Random(seed).sample(texts, min(SAMPLE, len(texts)))
    tokens = torch.cat([each.states[place] for each in sample]).float()
    directions = torch.linalg.svd(tokens.T @ tokens / len(tokens))[0]
    head.projection.weight.copy_(directions[:, : len(head.projection.weight)].T)
    head.importance.weight.zero_()
    head.importance.bias.fill_(0.5413)  # softplus makes 1 of it
    head.mean_scale.fill_(1.0)
    head.match_scale.fill_(30.0)


def difference_error(lists: list[Ranked], found: list[Tensor]) -> Tensor:
    """Squared error of logits whose mean in each list is taken off, mean over the lists."""
    centred = lambda logits: logits - logits.mean()  # noqa: E731
    return torch.stack([mse_loss(centred(own), centred(each.target)) for own, each in zip(found, lists, strict=True)]).mean()


def early_loss(lists: list[Ranked], texts: list[Encoded], score: Scoring, weight: float) -> Tensor:
    """ListNet's loss and `weight` times the differences' error."""
    found = logits_of(lists, texts, score)
    return rank_loss(lists, found) + weight * difference_error(lists, found)


def train(cut: int, lists: Lists, scorer: StagedScorer, options: argparse.Namespace) -> None:
    """One head."""
    head, started = scorer.scorer.early[str(cut)], time.time()
    matrices, numbers = ([value for value in head.parameters() if (value.dim() == 2) == wide] for wide in (True, False))
    descent = Descent([{"params": matrices, "lr": options.lr}, {"params": numbers, "lr": options.scale_lr}])
    score = partial(scorer.early_logits, cut)
    held_out, known = lists.lists[: options.held_out], lists.lists[options.held_out :]
    seen: list[float] = []
    for step, (batch, scale) in enumerate(drawn(known, options), 1):
        loss = early_loss(batch, lists.texts, score, options.differences)
        descent.step(loss, scale)
        seen.append(loss.item())
        if step % options.log_steps == 0:
            with torch.no_grad():
                line = {"loss": float(np.mean(seen)), "held out": early_loss(held_out, lists.texts, score, options.differences).item()}
            figures = {name: round(value, 4) for name, value in line.items()}
            print({"cut": cut, "step": step, "seconds": round(time.time() - started), **figures}, flush=True)
            seen.clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, required=True, help="folder of a trained scorer; its early heads are replaced")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="mine.py's records")
    parser.add_argument("--limit", type=int, help="so many records of each file, the last")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop a head after so long, the schedule with it")
    parser.add_argument("--lists", type=int, default=4, help="questions a step")
    parser.add_argument("--differences", type=float, default=0.2, help="weight of the differences' error")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--scale-lr", type=float, default=3e-2, help="of the scales and biases")
    parser.add_argument("--warmup", type=int, default=20)
    parser.add_argument("--distractors", type=float, default=0.2, help="share of lists with one that holds the query's words")
    parser.add_argument("--held-out", type=int, default=100, help="lists for the log")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of one text")
    parser.add_argument("--log-steps", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keep_freed_memory()
    torch.manual_seed(options.seed)
    # The last ones: what the upper layers have learned by heart (the first) has other logits than new lists have.
    records = [json.loads(line) for path in options.data for line in path.read_text("utf-8").splitlines()[-(options.limit or 0) :]]
    random.Random(options.seed).shuffle(records)
    scorer = PairScorer.from_pretrained(options.scorer).eval()
    staged = StagedScorer(scorer, options.scorer, options.max_length)
    lists = Lists(records, [], staged, staged, options.distractors, 0.0, options.seed)
    print(f"{len(lists.lists)} lists, {len(lists.texts)} texts", flush=True)
    for place, cut in enumerate(scorer.config.cuts):
        begin(scorer.early[str(cut)], lists.texts, place, options.seed)
        train(cut, lists, staged, options)
    write_reference(scorer, options.scorer, options.scorer)


if __name__ == "__main__":
    main()
