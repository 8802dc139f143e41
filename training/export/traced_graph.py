"""The whole pipeline of a reference, transformer and head, as one fp32 graph of free batch and length."""

import io
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn
from training.export.reference import Reference, Refused
from training.export.tidy import tidy

OPSET = 17
# Short ones, one beyond 64, one beyond any local attention's window (ModernBERT: 128).
LENGTHS = (1, 2, 3, 5, 8, 13, 34, 65, 144, 233)
EXAMPLE = (2, 9)
LARGEST_GRAPH = 2**31
LARGEST_ERROR = 1e-3


class Pipeline(nn.Module):
    """Tensors in, one logit a row out; the activation is left off."""

    def __init__(self, reference: Reference):
        super().__init__()
        self.model = reference.model
        self._names = reference.input_names
        self._label = reference.label

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        scores = self.model(dict(zip(self._names, inputs)))["scores"]
        return scores[:, self._label : self._label + 1]


def trace(reference: Reference) -> onnx.ModelProto:
    """Inputs are int32, because WebGPU has no kernel that reads int64: casts of ids would stay on the CPU."""
    size = sum(parameter.numel() * 4 for parameter in reference.model.parameters())
    if size > LARGEST_GRAPH:
        raise Refused(f"{reference.name} has {size / 1e9:.1f} GB of fp32 weights; one ONNX file holds 2.1 GB, and a page hardly more.")
    names = reference.input_names
    example = tuple(torch.ones(EXAMPLE, dtype=torch.int32) for _ in names)
    axes = {name: {0: "batch", 1: "length"} for name in names} | {"logits": {0: "batch"}}
    stream = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        # Every size that tracing takes for a constant is warned of; whether one matters is measured below.
        warnings.simplefilter("ignore")
        options = {"input_names": names, "output_names": ["logits"], "dynamic_axes": axes, "opset_version": OPSET, "dynamo": False}
        torch.onnx.export(Pipeline(reference).eval(), example, stream, **options)
    graph = tidy(onnx.load_from_string(stream.getvalue()))
    onnx.checker.check_model(graph)
    check_lengths(graph, reference)
    return graph


def check_lengths(graph: onnx.ModelProto, reference: Reference) -> None:
    """Rows of random ids of many lengths, alone and in a padded batch, give what PyTorch gives."""
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    taken = [item.name for item in session.get_inputs()]
    pipeline = Pipeline(reference).eval()
    random = np.random.default_rng(7)
    padding = reference.tokenizer.pad_token_id or 0
    for length in [each for each in LENGTHS if each < reference.max_length] + [reference.max_length]:
        for rows in (1, 3):
            feeds = _random_feeds(random, rows, length, len(reference.tokenizer), padding)
            tensors = [torch.from_numpy(feeds[name]) for name in reference.input_names]
            with torch.no_grad():
                expected = pipeline(*tensors).numpy()
            found = session.run(None, {name: feeds[name] for name in taken})[0]
            error = float(np.abs(found - expected).max())
            if not error <= LARGEST_ERROR * max(1.0, float(np.abs(expected).max())):
                raise Refused(
                    f"{reference.name}: the traced graph is off by {error} for {rows} rows of {length} tokens (the example had "
                    f"{EXAMPLE[1]}), so something in it depends on the length. It cannot be exported this way."
                )


def _random_feeds(random: np.random.Generator, rows: int, length: int, vocabulary: int, padding: int) -> dict[str, np.ndarray]:
    ids = random.integers(0, vocabulary, (rows, length), dtype=np.int32)
    ids[ids == padding] = (padding + 1) % vocabulary
    mask = np.ones_like(ids)
    types = np.zeros_like(ids)
    types[:, length // 2 :] = 1
    if rows > 1:
        end = (length + 1) // 2
        ids[0, end:], mask[0, end:], types[0, end:] = padding, 0, 0
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
