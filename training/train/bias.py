"""Fits the head's bias: python -m training.train.bias --scorer training/build/start --data training/build/mined.jsonl --out training/build/l6

The order of passages stays as it is; a sigmoid then parts the relevant from the others instead of being 1 for all.
"""

import argparse
import json
from pathlib import Path

import torch
from training.scorer.model_folder import write_reference
from training.scorer.pair_scorer import PairScorer
from training.scorer.staged_scorer import Encoded, StagedScorer
from training.train.lesson import Lists, Ranked, logits_of


@torch.no_grad()
def fit_bias(lists: list[Ranked], texts: list[Encoded], scorer: StagedScorer) -> None:
    """Moves the bias so that the mean of the logits' sigmoids is the share of positives, one a list."""
    found = torch.cat(logits_of(lists, texts, scorer.final_logits))
    positives = len(lists) / len(found)
    low, high = -100.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if torch.sigmoid(found + middle).mean() < positives else (low, middle)
    scorer.scorer.head.bias += (low + high) / 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, required=True, help="folder of a scorer")
    parser.add_argument("--data", type=Path, required=True, help="mine.py's records")
    parser.add_argument("--limit", type=int, default=200, help="the first records only")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--max-length", type=int, default=128, help="tokens of one text")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    records = [json.loads(line) for line in options.data.read_text("utf-8").splitlines()[: options.limit]]
    scorer = PairScorer.from_pretrained(options.scorer).eval()
    staged = StagedScorer(scorer, options.scorer, options.max_length)
    # Half of the lists hold a passage stuffed with the query's words, as teach.py's do.
    lists = Lists(records, [], staged, staged, 0.5, 0.0, options.seed)
    fit_bias(lists.lists, lists.texts, staged)
    write_reference(scorer, options.scorer, options.out)


if __name__ == "__main__":
    main()
