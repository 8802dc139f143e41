"""Trains the compact form of a scorer whose layers stay apart: python -m training.train.compact --scorer training/build/apart/best \
  --graded ../shared/data/train/marco2-asked.jsonl --width 48 --out training/build/apart/best/compact.safetensors

Nothing but the projection and the scales of `scorer/compact.py` learns: towards the full head's logits, from last states, by ListNet's
loss for the first ranks and the squared error of the differences, as the early heads do. Labels are not used.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import kl_div
from training.data.topics import graded_topics
from training.judge.apart import last_states
from training.scorer.allocator import keep_freed_memory
from training.scorer.apart import KeptStates, Reader, Texts, join, logits_between, without_crossing
from training.scorer.compact import CompactHead
from training.scorer.pair_scorer import PairScorer
from training.train.descent import Descent, schedule


def imitation_loss(found: Tensor, target: Tensor, differences: float) -> Tensor:
    """Of rows of logits: KL divergence of the softmaxes, and `differences` times the squared error without the rows' means."""
    ranks = kl_div(found.log_softmax(1), target.softmax(1), reduction="batchmean")
    apart = (found - found.mean(1, keepdim=True)) - (target - target.mean(1, keepdim=True))
    return ranks + differences * apart.square().mean()


def train(head: CompactHead, full: PairScorer, groups: list[tuple[Texts, Texts]], options: argparse.Namespace) -> None:
    """Through the groups of queries and passages, each with all logits among them."""
    with torch.no_grad():
        targets = [logits_between(full.head, *group) for group in groups]
    matrices, numbers = ([value for value in head.parameters() if (value.dim() == 2) == wide] for wide in (True, False))
    descent = Descent([{"params": matrices, "lr": options.lr}, {"params": numbers, "lr": options.scale_lr}])
    rng, seen = random.Random(options.seed), []
    for step, scale in enumerate(schedule(options.epochs * len(groups), options.minutes, options.warmup), 1):
        index = rng.randrange(len(groups))
        loss = imitation_loss(head.between(*groups[index]), targets[index], options.differences)
        descent.step(loss, scale)
        seen.append(loss.item())
        if step % options.log_steps == 0:
            print(f"step {step} loss {np.mean(seen[-options.log_steps :]):.4f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, required=True, help="folder of a scorer without crossing")
    parser.add_argument("--graded", type=Path, nargs="+", required=True, help="lists whose texts are learned from")
    parser.add_argument("--limit", type=int, default=160, help="topics")
    parser.add_argument("--topics", type=int, default=4, help="topics whose queries and passages are scored together")
    parser.add_argument("--width", type=int, default=48)
    parser.add_argument("--out", type=Path, required=True, help="safetensors file")
    parser.add_argument("--states", type=Path, required=True, help="where kept states lie")
    parser.add_argument("--kept", type=int, default=4, help="layer after which they were kept")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long, the schedule with it")
    parser.add_argument("--differences", type=float, default=0.2)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--scale-lr", type=float, default=1e-2, help="of the scales")
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--log-steps", type=int, default=40)
    parser.add_argument("--max-length", type=int, default=128, help="tokens of one text")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    full = without_crossing(options.scorer)
    topics = graded_topics(options.graded)
    topics = random.Random(options.seed).sample(topics, min(len(topics), options.limit))
    texts = list(dict.fromkeys(text for topic in topics for text in (*topic.queries, *topic.passages)))
    kept = KeptStates(full, Reader(options.scorer, options.max_length)(texts), options.kept, options.states)
    found = last_states(full, kept, list(range(len(texts))))
    states = {text: found[place] for place, text in enumerate(texts)}
    groups = []
    for start in range(0, len(topics), options.topics):
        part = topics[start : start + options.topics]
        sides = [[text for topic in part for text in topic.queries], [text for topic in part for text in topic.passages]]
        groups.append(tuple(join([states[text] for text in side]) for side in sides))
    head = CompactHead(full.config.first_token, full.config.first_word, full.config.hidden_size, options.width)
    head.begin(full.head, torch.cat([passages.states[passages.mask.bool()] for _, passages in groups]), options.seed)
    head.save(options.out.with_name(f"{options.out.stem}-untrained.safetensors"))
    train(head, full, groups, options)
    head.save(options.out)


if __name__ == "__main__":
    main()
