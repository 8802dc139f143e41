"""What the tests of the trainings share: a tiny random scorer in a folder, and lists for it."""

import json
from pathlib import Path

import torch
from training.fixtures.tiny_models import write_tiny_bert
from training.scorer.model_folder import write_reference
from training.scorer.pair_scorer import PairScorer, PairScorerConfig

RECORDS = [
    {"query": "abc", "positive": "cab bed", "negatives": ["fed ace dad", "deaf"]},
    {"query": "bead", "positive": "a bead cab", "negatives": ["face fade", "bed a bed", "cafe"]},
]


def write_tiny_scorer(base: Path, folder: Path, **shape) -> PairScorer:
    """Its tokenizer lies in `base`; `shape` is that of PairScorerConfig."""
    write_tiny_bert(["a bad cab faced a dead bee", "fed cafe ace bead"] * 20, base / "model", base / "base")
    torch.manual_seed(1)
    vocabulary = json.loads((base / "base" / "config.json").read_text(encoding="utf-8"))["vocab_size"]
    small = {"vocab_size": vocabulary, "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 24}
    small |= {"early_width": 8, "first_token": 5, "first_word": 12}
    scorer = PairScorer(PairScorerConfig(open_layers=1, **small, **shape)).eval()
    write_reference(scorer, base / "base", folder)
    return scorer
