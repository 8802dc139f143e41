"""The scorer before training: python -m training.scorer.start --base ../shared/model/init --out training/build/start

The encoder as it is, the gates nearly closed, and the heads of `score_head.py`, whose scales are known well enough that the first
logits already rank better than the bi-encoder alone (docs/models.md).
"""

import argparse
from pathlib import Path

import torch
from training.scorer.model_folder import write_reference
from training.scorer.pair_scorer import from_bi_encoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="folder of the encoder, in Hugging Face form")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--open-layers", type=int, default=2, help="upper layers that attend across the segments")
    parser.add_argument("--cuts", type=int, nargs="*", default=[1, 2, 4], help="layers after which an early head scores")
    parser.add_argument("--layers", type=int, nargs="+", help="layers of the encoder to keep, from 0; default all")
    parser.add_argument("--seed", type=int, default=1, help="of the early heads' projections, which early.py learns")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    scorer = from_bi_encoder(options.base, options.open_layers, tuple(options.cuts), options.layers)
    write_reference(scorer, options.base, options.out)


if __name__ == "__main__":
    main()
