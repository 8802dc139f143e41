"""The scorer before training: python training/start.py --base ../shared/model/init --data training/build/data --out training/build/start

The encoder as it is, gates nearly closed, and each head's token weights fitted to the words' IDF over prepare.py's collection, so
that the first logits already rank better than the bi-encoder alone.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from model_folder import write_reference
from pair_scorer import PairScorer, from_bi_encoder
from tokenizers import Tokenizer

TEXTS = 1500
LENGTH = 128
RIDGE = 10.0
# A token weighs 1 plus its IDF over this; special tokens hardly anything (softplus of -3 is 0.05).
IDF_SHARE = 3.0
SPECIAL = -3.0
# Best matches count twice as much as the means: chosen on the mean of the development sets, against 20 (see docs/models.md).
MEAN_SCALE = 10.0


def raw_weights(rows: list[list[int]], vocabulary: int, special: set[int]) -> np.ndarray:
    """What the head's linear layer should give for each token of the vocabulary, before its softplus."""
    found = np.zeros(vocabulary)
    for row in rows:
        found[list(set(row))] += 1
    idf = np.log((len(rows) + 1) / (found + 0.5)).clip(0, 9)
    raw = np.log(np.expm1(1 + idf / IDF_SHARE))
    raw[list(special)] = SPECIAL
    return raw.astype(np.float32)


@torch.inference_mode()
def fit_weights(scorer: PairScorer, rows: list[list[int]], raw: np.ndarray) -> dict[str, float]:
    """Least squares from states to raw weights, for every head; gives the explained variance."""
    heads = {"head": (scorer.config.num_hidden_layers, scorer.head)}
    heads |= {f"early {cut}": (cut, scorer.early[str(cut)]) for cut in scorer.config.cuts}
    found: dict[str, list[torch.Tensor]] = {name: [] for name in heads}
    for row in rows:
        ids = torch.tensor([row])
        states = scorer.states(ids, torch.ones_like(ids), torch.zeros_like(ids))
        for name, (layer, _) in heads.items():
            found[name].append(states[layer][0])
    target = torch.from_numpy(np.concatenate([raw[row] for row in rows]))
    explained = {}
    for name, (_, head) in heads.items():
        inputs = torch.cat(found[name])
        inputs = torch.cat([inputs, torch.ones(len(inputs), 1)], dim=1)
        solution = torch.linalg.solve(inputs.T @ inputs + RIDGE * torch.eye(inputs.shape[1]), inputs.T @ target)
        head.weight.weight.copy_(solution[None, :-1])
        head.weight.bias.copy_(solution[-1:])
        explained[name] = round(float(1 - ((inputs @ solution - target) ** 2).mean() / target.var()), 3)
    return explained


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="folder of the encoder, in Hugging Face form")
    parser.add_argument("--data", type=Path, required=True, help="prepare.py's folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--open-layers", type=int, default=2, help="upper layers that attend across the segments")
    parser.add_argument("--cuts", type=int, nargs="*", default=[2, 4], help="layers after which an early head scores")
    parser.add_argument("--layers", type=int, nargs="+", help="layers of the encoder to keep, from 0; default all")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    scorer = from_bi_encoder(options.base, options.open_layers, tuple(options.cuts), options.layers)
    tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LENGTH)
    texts = [json.loads(line)["text"] for line in (options.data / "passages.jsonl").open(encoding="utf-8")]
    rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    special = {tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]", "[PAD]")}
    raw = raw_weights(rows, tokenizer.get_vocab_size(), special)
    # Half the rows are cut as short as a query.
    sample = random.Random(options.seed).sample(rows, min(TEXTS, len(rows)))
    sample = [row if place % 2 else [*row[:11], row[-1]] for place, row in enumerate(sample)]
    print("explained variance", fit_weights(scorer, sample, raw))
    scorer.head.mean_scale.data.fill_(MEAN_SCALE)
    write_reference(scorer, options.base, options.out)


if __name__ == "__main__":
    main()
