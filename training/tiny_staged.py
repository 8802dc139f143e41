"""Writes the fixture of a tiny model in stages, with its goldens from PyTorch: python training/tiny_staged.py

`src/testing/fixtures/tiny-staged` is a whole model folder: three layers of which the last attends across, early heads after the
first and the second, random weights. `goldens.json` beside it holds, for each pair, the logit and the early logits of the fp32 model.
"""

import json
import random
import tempfile
from pathlib import Path

import numpy as np
import torch
from calibrate import input_ranges
from golden_texts import LATIN, PLAIN, sentence
from manifest import write_manifest
from model_folder import write_config, write_tokenizer
from onnx import TensorProto, save
from onnx_scorer import OnnxScorer
from pair_scorer import PairScorer, PairScorerConfig
from pairs import PairEncoder
from quantise import BlockInt, Fp32, StaticInt8
from scorer_graph import GraphStyle, ScorerGraph
from tiny_models import MAX_LENGTH, bert_settings, bert_tokenizer, save_tokenizer
from torch_scorer import staged_logits

FOLDER = Path(__file__).resolve().parent.parent / "src/testing/fixtures/tiny-staged"
CUTS = (1, 2)
# In logits of the early heads: wide enough to let some pass, narrow enough to stop some.
MARGINS = {1: 2.0, 2: 1.0}
# Blocks of 8 bits are wider than this model.
EMBEDDING_BITS = 4
GRAPHS = {
    "onnx/model.onnx": {"dtype": "fp32", "devices": ["wasm", "webgpu"]},
    "onnx/model_quantized.onnx": {"dtype": "q8", "devices": ["wasm"]},
    "onnx/model_w8.onnx": {"dtype": "w8", "devices": ["webgpu", "wasm"]},
}


def tiny_scorer(vocabulary: int) -> PairScorer:
    """Seeded weights, wide enough that logits lie several units apart, with gates that let the segments see each other."""
    torch.manual_seed(5)
    config = PairScorerConfig(
        open_layers=1,
        cuts=CUTS,
        early_width=16,
        first_token=5,
        first_word=40,
        vocab_size=vocabulary,
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=MAX_LENGTH,
        initializer_range=0.4,
        pad_token_id=0,
    )
    scorer = PairScorer(config).eval()
    with torch.no_grad():
        scorer.gates.fill_(-0.5)
    return scorer


def golden_pairs() -> list[tuple[str, str]]:
    """Short and long, empty, the same passage twice, passages and queries that must be cut."""
    random_ = random.Random(13)
    passages = [sentence(random_, length) for length in (1, 2, 3, 5, 8, 12, 17, 24, 33, 45, 60, 61, 62, 80, 100, 140, 200)]
    queries = [sentence(random_, length) for length in (1, 4, 9, 20, 41, 60, 90)]
    pairs = [(random_.choice(queries[:4]), passage) for passage in (*passages, *PLAIN, *LATIN, "", " ")]
    pairs += [(query, passages[index]) for query in queries for index in (3, 11, 14, 16)]
    return pairs + [("", passages[5]), ("", ""), (queries[1], passages[8]), (queries[2], passages[8])]


def main() -> None:
    torch.set_num_threads(1)
    pairs = golden_pairs()
    tokenizer = bert_tokenizer([text for pair in pairs for text in pair], size=500)
    with tempfile.TemporaryDirectory() as plain:
        save_tokenizer(tokenizer, bert_settings(), Path(plain))
        write_tokenizer(Path(plain), FOLDER, MAX_LENGTH)
    scorer = tiny_scorer(tokenizer.get_vocab_size())
    write_config(scorer, FOLDER)
    encoder = PairEncoder(FOLDER, MAX_LENGTH)
    styles = {
        "fp32": GraphStyle(Fp32(), input_type=TensorProto.INT32),
        "q8": GraphStyle(StaticInt8(input_ranges(scorer, encoder), EMBEDDING_BITS), fused_attention=True),
        "w8": GraphStyle(BlockInt(8, EMBEDDING_BITS), input_type=TensorProto.INT32),
    }
    goldens = staged_logits(scorer, encoder, pairs)
    expected = np.array(goldens["logits"], np.float32)
    check = range(8, 12)
    errors = {}
    early: list[dict] = [{"logits": [goldens[f"score_{cut}"][index] for index in check], "errors": {}} for cut in CUTS]
    (FOLDER / "onnx").mkdir(exist_ok=True)
    for path, entry in GRAPHS.items():
        save(ScorerGraph(scorer, styles[entry["dtype"]]).build(), FOLDER / path)
        scores = OnnxScorer(FOLDER / path, encoder, threads=1).predict(pairs)
        errors[entry["dtype"]] = float(np.abs(scores - expected).max())
        for cut, reference in zip(CUTS, early, strict=True):
            scores = OnnxScorer(FOLDER / path, encoder, threads=1, output=f"score_{cut}").predict(pairs)
            reference["errors"][entry["dtype"]] = float(np.abs(scores - np.array(goldens[f"score_{cut}"], np.float32)).max())
    print("logits", expected.min(), "to", expected.max(), "errors", errors)
    if max(each.pop("fp32") for each in (errors, *(cut["errors"] for cut in early))) > 1e-4:
        raise SystemExit("the fp32 graph differs from PyTorch")
    cuts = [{"layers": cut, "states": f"states_{cut}", "score": f"score_{cut}", "margin": MARGINS[cut]} for cut in CUTS]
    write_manifest(
        FOLDER,
        graphs=GRAPHS,
        pairs=[pairs[index] for index in check],
        logits=expected[list(check)],
        errors=errors,
        early=early,
        stages={"cuts": cuts, "layers": scorer.config.num_hidden_layers},
        training="Random weights, for tests.",
        max_length=MAX_LENGTH,
    )
    content = json.dumps({"pairs": pairs, **goldens}, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / "goldens.json").write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
