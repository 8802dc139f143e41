"""Makes a model folder of our own scorer: python -m training.export --scorer training/build/l6 --out public/models/minilm-l6-rerank-en

q8 (WASM) and w8 (WebGPU) are shipped in --out, every other form goes to --work, to be compared. Each is checked against PyTorch
on 200 pairs; the largest error on the self-check's pairs becomes its tolerance in reranker.json.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16
from sentence_transformers import CrossEncoder
from torch import nn
from training.export.calibrate import input_ranges
from training.export.compare import check_pairs, compared_pairs, largest_error
from training.export.manifest import write_manifest
from training.export.onnx_scorer import OnnxScorer
from training.export.quantise import BlockInt, Fp32, StaticInt8
from training.export.scorer_graph import GraphStyle, ScorerGraph
from training.scorer.model_folder import MAX_LENGTH, write_config, write_tokenizer
from training.scorer.pair_scorer import PairScorer
from training.scorer.pairs import PairEncoder
from training.scorer.torch_scorer import staged_logits

SHIPPED = {
    "onnx/model_quantized.onnx": {"dtype": "q8", "devices": ["wasm"]},
    "onnx/model_w8.onnx": {"dtype": "w8", "devices": ["webgpu", "wasm"]},
}


def graph_styles(scorer: PairScorer, encoder: PairEncoder, embedding_bits: int) -> dict[str, GraphStyle]:
    """How each form is written; the shipped ones are q8 and w8."""
    ranges = input_ranges(scorer, encoder)
    # int32, because WebGPU has no kernel that reads int64: the casts would stay on the CPU.
    int32 = TensorProto.INT32
    return {
        "fp32": GraphStyle(Fp32()),
        "fused": GraphStyle(Fp32(), fused_attention=True),
        "q8": GraphStyle(StaticInt8(ranges, embedding_bits), fused_attention=True),
        "w8": GraphStyle(BlockInt(8, embedding_bits), input_type=int32),
        "q8e4": GraphStyle(StaticInt8(ranges, 4), fused_attention=True),
        "w8e4": GraphStyle(BlockInt(8, 4), input_type=int32),
        "q4": GraphStyle(BlockInt(4, 8), input_type=int32),
        "q4e4": GraphStyle(BlockInt(4, 4), input_type=int32),
    }


def write_graphs(scorer: PairScorer, encoder: PairEncoder, out: Path, work: Path, embedding_bits: int) -> dict[str, Path]:
    """Every form's file, by its name."""
    files = {entry["dtype"]: out / name for name, entry in SHIPPED.items()}
    for name, style in graph_styles(scorer, encoder, embedding_bits).items():
        files.setdefault(name, work / f"model_{name}.onnx")
        files[name].parent.mkdir(parents=True, exist_ok=True)
        onnx.save(ScorerGraph(scorer, style).build(), files[name])
    files |= {name: work / f"model_{name}.onnx" for name in ("fp16", "dynamic")}
    # An empty list of blocked operators: those blocked by default get casts of one and the same name.
    options = {"keep_io_types": True, "disable_shape_infer": True, "op_block_list": [], "max_finite_val": 6e4}
    half = convert_float_to_float16(onnx.load(files["fp32"]), **options)
    onnx.save(half, files["fp16"])
    # One scale a batch, as the Hub's q8 files have it: for comparison only.
    types = {"DefaultTensorType": TensorProto.FLOAT}
    quantize_dynamic(files["fused"], files["dynamic"], weight_type=QuantType.QInt8, extra_options=types)
    return files


def compare(files: dict[str, Path], encoder: PairEncoder, reference: CrossEncoder) -> dict[str, dict]:
    """Bytes, mean and largest error of every form against PyTorch."""
    pairs = compared_pairs()
    expected = reference.predict(pairs, batch_size=8)
    table = {}
    for name, path in files.items():
        errors = np.abs(OnnxScorer(path, encoder).predict(pairs) - expected)
        figures = {"mean": float(errors.mean()), "largest": float(errors.max())}
        table[name] = {"bytes": path.stat().st_size, **{key: round(value, 6) for key, value in figures.items()}}
        print(name, table[name], flush=True)
    if table["fp32"]["largest"] > 1e-3:
        raise SystemExit(f"the fp32 graph differs from PyTorch by {table['fp32']['largest']}")
    return table


def export_scorer(folder: Path, out: Path, work: Path, embedding_bits: int, margins: list[float], training: str) -> None:
    scorer = PairScorer.from_pretrained(folder).eval()
    write_config(scorer, out)
    write_tokenizer(folder, out)
    encoder = PairEncoder(out, MAX_LENGTH)
    files = write_graphs(scorer, encoder, out, work, embedding_bits)
    reference = CrossEncoder(str(folder), activation_fn=nn.Identity(), device="cpu")
    (work / "exports.json").write_text(json.dumps(compare(files, encoder, reference), indent=2) + "\n", encoding="utf-8")

    pairs = check_pairs()
    logits = reference.predict(pairs)
    errors = {kind: largest_error(files[kind], encoder, pairs, logits) for kind in ("q8", "w8")}
    print("self-check", logits, errors)
    early, staged = [], staged_logits(scorer, encoder, pairs)
    for cut in scorer.config.cuts:
        name = f"score_{cut}"
        expected = np.array(staged[name], np.float32)
        off = {kind: largest_error(files[kind], encoder, pairs, expected, name) for kind in ("q8", "w8")}
        early.append({"logits": expected, "errors": off})
        print(name, expected, off)
    write_manifest(
        out,
        graphs=SHIPPED,
        pairs=pairs,
        logits=logits,
        errors=errors,
        early=early,
        stages={
            "layers": scorer.config.num_hidden_layers,
            "cuts": [
                {"layers": cut, "states": f"states_{cut}", "score": f"score_{cut}", "margin": margin}
                for cut, margin in zip(scorer.config.cuts, margins, strict=True)
            ],
        },
        training=training,
        max_length=MAX_LENGTH,
    )

