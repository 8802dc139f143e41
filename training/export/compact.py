"""Writes a scorer's compact form beside its graphs: python -m training.export.compact --scorer training/build/apart/best \
  --compact training/build/apart/best/compact.safetensors --out public/models/minilm-l6-rerank-en

Two small graphs. `onnx/compact_passage.onnx` makes codes of the states after the last layer, for an index or a memory of passages;
`onnx/compact_score.onnx` scores a query's states with such codes. `compact.json` says how the codes are laid out and what both graphs
gave for some texts. docs/compact-form.md has the format.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper
from training.export.compare import check_pairs
from training.export.graph import CONTRIB, OPSET, Graph
from training.export.head_graph import HeadGraph
from training.export.manifest import FP32_TOLERANCE, sha256
from training.export.quantise import Fp32
from training.scorer.apart import Reader, Texts, encode, without_crossing
from training.scorer.compact import HALF, LARGEST, MIDDLE, CompactHead, mean_codes, packed, token_codes
from training.scorer.score_head import FLOOR, NO_MATCH, segment_mean

FILES = {"passage": "onnx/compact_passage.onnx", "score": "onnx/compact_score.onnx"}
FLOAT, UINT8, INT8, INT32 = TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT8, TensorProto.INT32
Shapes = dict[str, tuple[int, list[str | int]]]


def _model(graph: Graph, inputs: Shapes, outputs: Shapes) -> onnx.ModelProto:
    """The finished graph, with these element types and shapes at its doors."""
    doors = [[helper.make_tensor_value_info(name, *shape) for name, shape in side.items()] for side in (inputs, outputs)]
    content = helper.make_graph(graph.nodes, graph.name, *doors, list(graph.initialisers.values()))
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    model = helper.make_model(content, opset_imports=opsets, ir_version=10, producer_name="browser-reranker")
    onnx.checker.check_model(model)
    return model


class CompactGraph(HeadGraph):
    """The two graphs of one compact head, in fp32 and with plain operators only, which every runtime has."""

    def __init__(self, head: CompactHead, name: str):
        super().__init__(Graph(name), head, "compact", Fp32())
        self.narrow, self.width = self.state["projection.weight"].shape

    def _projected(self, states: str) -> str:
        return self.graph.op("MatMul", states, self.graph.constant(self.state["projection.weight"].T, "projection"))

    def _over_largest(self, vectors: str, axis: int) -> str:
        """Channels from -1 to 1."""
        graph = self.graph
        largest = graph.op("ReduceMax", graph.op("Abs", vectors), graph.integers(axis), keepdims=1)
        return graph.op("Div", vectors, graph.op("Max", largest, graph.number(FLOOR)))

    def passage(self) -> onnx.ModelProto:
        """states [batch, length, width] and mask [batch, length] to tokens [batch, length, narrow / 2] and mean [batch, width]."""
        graph = self.graph
        steps = graph.op("Mul", self._over_largest(self._projected("states"), 2), graph.number(HALF))
        codes = graph.op("Floor", graph.op("Add", steps, graph.number(HALF)))
        codes = graph.op("Min", codes, graph.number(2 * HALF - 1))
        pairs = graph.op("Reshape", codes, graph.integers(0, 0, self.narrow // 2, 2))
        # The first in the lower half of the byte.
        joined = graph.op("MatMul", pairs, graph.constant(np.array([[1], [16]], np.float32), "halves"))
        tokens = graph.op("Cast", graph.op("Squeeze", joined, graph.integers(3)), to=UINT8)
        graph.named(tokens, "tokens")
        scaled = graph.op("Mul", self._over_largest(self._mean("states", self.width, "mask"), 1), graph.number(LARGEST))
        graph.named(graph.op("Cast", graph.op("Round", scaled), to=INT8), "mean")
        inputs: Shapes = {"states": (FLOAT, ["batch", "length", self.width]), "mask": (FLOAT, ["batch", "length"])}
        outputs: Shapes = {"tokens": (UINT8, ["batch", "length", self.narrow // 2]), "mean": (INT8, ["batch", self.width])}
        return _model(graph, inputs, outputs)

    def score(self) -> onnx.ModelProto:
        """One query's states [1, asked, width] and ids [1, asked], with codes of passages and their mask, to scores [batch, 1]."""
        graph = self.graph
        asked = self._unit(self._projected("query_states"))
        stored = graph.op("Cast", "tokens", to=FLOAT)
        upper = graph.op("Floor", graph.op("Div", stored, graph.number(16)))
        lower = graph.op("Sub", stored, graph.op("Mul", upper, graph.number(16)))
        halves = [graph.op("Unsqueeze", half, graph.integers(3)) for half in (lower, upper)]
        codes = graph.op("Reshape", graph.op("Concat", *halves, axis=3), graph.integers(0, 0, self.narrow))
        found = self._unit(graph.op("Sub", codes, graph.number(MIDDLE)))
        similarity = graph.op("MatMul", asked, graph.op("Transpose", found, perm=[0, 2, 1]))
        outside = graph.op("Mul", graph.op("Sub", graph.number(1), "mask"), graph.number(-NO_MATCH))
        masked = graph.op("Sub", similarity, graph.op("Unsqueeze", outside, graph.integers(1)))
        best = graph.op("Max", graph.op("ReduceMax", masked, graph.integers(2), keepdims=0), graph.number(-1))
        weights = self._token_weights("query_states", graph.op("Cast", "query_ids", to=FLOAT))
        mean = graph.op("Div", self._sum(graph.op("Mul", best, weights)), graph.op("Max", self._sum(weights), graph.number(FLOOR)))
        query = self._unit(graph.op("ReduceMean", "query_states", graph.integers(1), keepdims=0), 1)
        cosine = self._sum(graph.op("Mul", query, self._unit(graph.op("Cast", "mean", to=FLOAT), 1)))
        scaled = [graph.op("Mul", value, graph.number(self.state[name])) for value, name in ((cosine, "mean_scale"), (mean, "match_scale"))]
        graph.named(graph.op("Add", graph.op("Add", *scaled), graph.number(self.state["bias"][0])), "scores")
        inputs: Shapes = {
            "query_states": (FLOAT, [1, "asked", self.width]),
            "query_ids": (INT32, [1, "asked"]),
            "tokens": (UINT8, ["batch", "length", self.narrow // 2]),
            "mean": (INT8, ["batch", self.width]),
            "mask": (FLOAT, ["batch", "length"]),
        }
        return _model(graph, inputs, {"scores": (FLOAT, ["batch", 1])})


def codes_by_graph(graph: Path | bytes, passages: Texts) -> dict[str, np.ndarray]:
    """`tokens` and `mean` as the exported graph gives them."""
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    feeds = {"states": passages.states.numpy(), "mask": passages.mask.float().numpy()}
    return dict(zip(("tokens", "mean"), session.run(["tokens", "mean"], feeds), strict=True))


def scores_by_graph(graph: Path | bytes, query: Texts, codes: dict[str, np.ndarray], mask: torch.Tensor) -> np.ndarray:
    """[batch] as the exported graph gives them."""
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    feeds = {"query_states": query.states.numpy(), "query_ids": query.ids.int().numpy(), "mask": mask.float().numpy(), **codes}
    return session.run(["scores"], feeds)[0][:, 0]


def expected_codes(head: CompactHead, passages: Texts) -> dict[str, np.ndarray]:
    """The same by PyTorch."""
    tokens = packed(token_codes(head.vectors(passages.states)))
    mean = mean_codes(segment_mean(passages.states, passages.mask)).to(torch.int8)
    return {"tokens": tokens.numpy(), "mean": mean.numpy()}


@torch.no_grad()
def export_compact(scorer: Path, compact: Path, out: Path) -> None:
    """Writes both graphs and compact.json, and refuses graphs that score otherwise than PyTorch."""
    full, head = without_crossing(scorer), CompactHead.open(compact)
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    for name, path in FILES.items():
        onnx.save(getattr(CompactGraph(head, f"compact-{name}"), name)(), out / path)
    pairs, reader, checks = check_pairs(), Reader(scorer, 512), []
    for query, passage in pairs:
        asked, found = encode(full, reader([query, passage]))
        codes = codes_by_graph(out / FILES["passage"], found)
        score = float(scores_by_graph(out / FILES["score"], asked, codes, found.mask)[0])
        expected = head.between(asked, found).item()
        if abs(score - expected) > FP32_TOLERANCE * max(1.0, abs(expected)):
            raise SystemExit(f"{FILES['score']} gives {score:.5f} where PyTorch gives {expected:.5f} for {query!r}: nothing to ship")
        checks.append(round(expected, 5))
    content = {
        "version": 1,
        "layers": full.config.num_hidden_layers,
        "tokens": {"width": len(head.projection.weight), "bits": 4},
        "mean": {"width": full.config.hidden_size, "bits": 8},
        "files": {path: {"sha256": sha256(out / path), "bytes": (out / path).stat().st_size} for path in FILES.values()},
        "check": {"pairs": pairs, "scores": checks, "tolerance": FP32_TOLERANCE},
    }
    (out / "compact.json").write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, required=True, help="folder of a scorer without crossing")
    parser.add_argument("--compact", type=Path, required=True, help="train/compact.py's file")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write beside")
    options = parser.parse_args()
    export_compact(options.scorer, options.compact, options.out)


if __name__ == "__main__":
    main()
