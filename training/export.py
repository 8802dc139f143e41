"""Makes the model folder: python training/export.py --base ../shared/model/init --out public/models/minilm-l6-rerank-en"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from calibrate import input_ranges
from manifest import write_manifest
from model_folder import MAX_LENGTH, write_config, write_reference, write_tokenizer
from onnx import TensorProto
from onnx_scorer import OnnxScorer
from pair_scorer import PairScorer, from_bi_encoder
from pairs import PairEncoder
from quantise import BlockInt8, Fp32, StaticInt8
from scorer_graph import GraphStyle, ScorerGraph
from sentence_transformers import CrossEncoder
from torch import nn

CHECK_PAIRS = Path(__file__).with_name("check_pairs.json")
TRAINING = (
    "Interim, untrained as a reranker: sentence-transformers/all-MiniLM-L6-v2 (linear layers restored from 4-bit weights) used "
    "as a pair scorer, logit = 20 x cosine of the query's and the passage's mean state."
)
SHIPPED = {
    "onnx/model_quantized.onnx": {"dtype": "q8", "devices": ["wasm"]},
    "onnx/model_w8.onnx": {"dtype": "w8", "devices": ["webgpu", "wasm"]},
}


def graph_styles(scorer: PairScorer, encoder: PairEncoder) -> dict[str, GraphStyle]:
    """How each dtype is exported."""
    return {
        "fp32": GraphStyle(Fp32()),
        "q8": GraphStyle(StaticInt8(input_ranges(scorer, encoder)), fused_attention=True),
        # int32, because WebGPU has no kernel that reads int64: the casts would stay on the CPU.
        "w8": GraphStyle(BlockInt8(), input_type=TensorProto.INT32),
    }


def write_graph(scorer: PairScorer, style: GraphStyle, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(ScorerGraph(scorer, style).build(), path)


def largest_error(graph: Path, encoder: PairEncoder, pairs: list, expected: np.ndarray) -> float:
    """Over every way to batch the pairs that a loader may choose: alone, or all in one padded batch."""
    scorer = OnnxScorer(graph, encoder)
    return max(float(np.abs(scorer.predict(pairs, size) - expected).max()) for size in (1, len(pairs)))


def export(base: Path, out: Path, work: Path) -> None:
    scorer = from_bi_encoder(base)
    write_config(scorer, out)
    write_tokenizer(base, out)
    write_reference(scorer, base, work / "reference")
    encoder = PairEncoder(out, MAX_LENGTH)
    styles = graph_styles(scorer, encoder)
    write_graph(scorer, styles["fp32"], work / "model.onnx")
    for name, entry in SHIPPED.items():
        write_graph(scorer, styles[entry["dtype"]], out / name)

    pairs = [tuple(pair) for pair in json.loads(CHECK_PAIRS.read_text(encoding="utf-8"))]
    reference = CrossEncoder(str(work / "reference"), activation_fn=nn.Identity(), device="cpu")
    logits = reference.predict(pairs)
    exported = largest_error(work / "model.onnx", encoder, pairs, logits)
    if exported > 1e-4:
        raise SystemExit(f"the fp32 graph differs from PyTorch by {exported}")
    errors = {entry["dtype"]: largest_error(out / name, encoder, pairs, logits) for name, entry in SHIPPED.items()}
    print("reference", logits, "errors", errors | {"fp32": exported})
    write_manifest(
        out, graphs=SHIPPED, pairs=pairs, logits=logits, errors=errors, training=TRAINING, max_length=MAX_LENGTH
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of the encoder, in Hugging Face form")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--work", type=Path, default=Path("training/build"), help="fp32 graph and reference, not shipped")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    export(arguments.base, arguments.out, arguments.work)


if __name__ == "__main__":
    main()
