"""The forms in which a traced fp32 graph is stored, by the names of the package's `dtype` option."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.transformers.float16 import convert_float_to_float16
from training.export.quantise import BlockInt, StaticInt8
from training.export.rewrite import rewrite

Ranges = dict[str, np.ndarray]
BOTH = ("webgpu", "wasm")


@dataclass(frozen=True)
class StoredForm:
    """One dtype: its file, the devices that have kernels for it, and how it is made."""

    path: str
    devices: tuple[str, ...]
    # From the fp32 graph, the ranges of its layers' inputs and the bits of its embeddings.
    make: Callable[[onnx.ModelProto, Ranges, int], onnx.ModelProto]


def half_precision(model: onnx.ModelProto) -> onnx.ModelProto:
    """fp16 inside, fp32 logits."""
    source = onnx.ModelProto()
    source.CopyFrom(model)
    # An empty list of blocked operators: those blocked by default get casts of one and the same name.
    options = {"keep_io_types": True, "disable_shape_infer": True, "op_block_list": [], "max_finite_val": 6e4}
    return convert_float_to_float16(source, **options)


def fused(model: onnx.ModelProto) -> onnx.ModelProto:
    """As ONNX Runtime fuses it for any CPU: the package opens q8 files of a manifest as they are."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 3
    with tempfile.TemporaryDirectory() as folder:
        options.optimized_model_filepath = str(Path(folder) / "model.onnx")
        onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return onnx.load(options.optimized_model_filepath)


def static_int8(model: onnx.ModelProto, ranges: Ranges, bits: int) -> onnx.ModelProto:
    """int8 but for the head: it works on one row a pair, and every error of its inputs would reach the score."""
    return fused(rewrite(model, StaticInt8(ranges, bits), head=BlockInt(8, bits)))


FORMS = {
    "fp32": StoredForm("onnx/model.onnx", BOTH, lambda model, ranges, bits: model),
    "fp16": StoredForm("onnx/model_fp16.onnx", ("webgpu",), lambda model, ranges, bits: half_precision(model)),
    "q8": StoredForm("onnx/model_quantized.onnx", ("wasm",), lambda model, ranges, bits: static_int8(model, ranges, bits)),
    "w8": StoredForm("onnx/model_w8.onnx", BOTH, lambda model, ranges, bits: rewrite(model, BlockInt(8, bits))),
    "q4": StoredForm("onnx/model_q4.onnx", BOTH, lambda model, ranges, bits: rewrite(model, BlockInt(4, 4))),
    "q4f16": StoredForm("onnx/model_q4f16.onnx", ("webgpu",), lambda model, ranges, bits: half_precision(rewrite(model, BlockInt(4, 4)))),
}
