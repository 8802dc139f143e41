"""The pair scorer as an ONNX graph, written node by node.

The states at each cut have a name (`states_2`), and so have early logits (`score_2`) that nothing in the graph reads: a runtime
drops them, and ours cuts the file there. Written by hand so that no shape arithmetic appears (shapes are 0 and -1 in constants), integers become float32 at the door, and
attention can be one fused operator (WASM) or plain MatMul and Softmax (WebGPU, whose fused kernel is wrong on long inputs).
"""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto
from training.export.graph import Graph
from training.export.head_graph import HeadGraph
from training.export.quantise import BlockInt, Fp32, StaticInt8
from training.scorer.pair_scorer import MASKED, PairScorer


@dataclass(frozen=True)
class GraphStyle:
    """What one export looks like."""

    weights: Fp32 | StaticInt8 | BlockInt
    fused_attention: bool = False
    input_type: int = TensorProto.INT64


class ScorerGraph:
    """Emits one graph from a scorer's weights."""

    def __init__(self, scorer: PairScorer, style: GraphStyle):
        self.config = scorer.config
        self.style = style
        self.graph = Graph("pair-scorer")
        self.state = {name: value.detach().float().numpy() for name, value in scorer.bert.state_dict().items()}
        self.gates = scorer.gates.detach().float().numpy()
        # Too little work for 8-bit activations to pay.
        weights = style.weights if isinstance(style.weights, Fp32) else BlockInt()
        self.head = HeadGraph(self.graph, scorer.head, "head", weights)
        self.early = {int(cut): HeadGraph(self.graph, head, f"early_{cut}", weights) for cut, head in scorer.early.items()}

    def build(self) -> onnx.ModelProto:
        graph = self.graph
        mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
        types = graph.op("Cast", "token_type_ids", to=TensorProto.FLOAT)
        ids = graph.op("Cast", "input_ids", to=TensorProto.FLOAT)
        in_passage = graph.op("Mul", mask, types)
        in_query = graph.op("Sub", mask, in_passage)
        hidden = self._embeddings(mask, types, in_query)
        apart, padding = self._segments(mask, types)
        closed = self._attention_bias(apart, padding, MASKED)
        first_open = self.config.num_hidden_layers - self.config.open_layers
        for index in range(self.config.num_hidden_layers):
            gate = index - first_open
            bias = closed if gate < 0 else self._attention_bias(apart, padding, self.gates[gate])
            hidden = self._layer(f"encoder.layer.{index}", hidden, bias)
            if early := self.early.get(index + 1):
                hidden = graph.named(hidden, f"states_{index + 1}")
                graph.named(early.logit(hidden, self.config.hidden_size, ids, in_query, in_passage), f"score_{index + 1}")
        names = ("input_ids", "attention_mask", "token_type_ids")
        inputs = dict.fromkeys(names, self.style.input_type)
        logits = self.head.logit(hidden, self.config.hidden_size, ids, in_query, in_passage)
        return graph.model(inputs, logits, "logits")

    def _embeddings(self, mask: str, types: str, in_query: str) -> str:
        """Word + position + type 0, where positions count from 0 in each segment."""
        graph = self.graph
        query_length = graph.op("ReduceSum", in_query, graph.integers(1), keepdims=1)
        counted = graph.op("Sub", graph.op("CumSum", mask, graph.constant(np.array(1, np.int64))), graph.number(1))
        position = graph.op("Sub", counted, graph.op("Mul", types, query_length))
        position = graph.op("Cast", graph.op("Mul", position, mask), to=TensorProto.INT32)
        words = self.state["embeddings.word_embeddings.weight"]
        places = self.state["embeddings.position_embeddings.weight"] + self.state["embeddings.token_type_embeddings.weight"][0]
        weights = self.style.weights
        word = weights.embedding(graph, "input_ids", words, "word_embeddings")
        place = weights.embedding(graph, position, places, "position_embeddings")
        return self._norm("embeddings.LayerNorm", graph.op("Add", word, place))

    def _segments(self, mask: str, types: str) -> tuple[str, str]:
        """[batch, 1, length, length]: 1 where a token would look into the other segment; [batch, 1, 1, length]: 1 at padding."""
        graph = self.graph
        rows = graph.op("Unsqueeze", types, graph.integers(1, 3))
        columns = graph.op("Unsqueeze", types, graph.integers(1, 2))
        padding = graph.op("Sub", graph.number(1), graph.op("Unsqueeze", mask, graph.integers(1, 2)))
        return graph.op("Abs", graph.op("Sub", rows, columns)), padding

    def _attention_bias(self, apart: str, padding: str, across: float) -> str:
        """[batch, 1, length, length]: 0 within a segment, `across` to the other, at most MASKED at padding."""
        graph = self.graph
        other = graph.op("Mul", apart, graph.number(across))
        return graph.op("Add", other, graph.op("Mul", padding, graph.number(MASKED)))

    def _layer(self, name: str, hidden: str, bias: str) -> str:
        graph = self.graph
        attended = self._attention(f"{name}.attention", hidden, bias)
        hidden = self._norm(f"{name}.attention.output.LayerNorm", graph.op("Add", hidden, attended))
        inner = graph.contrib("Gelu", self._linear(f"{name}.intermediate.dense", hidden))
        outer = self._linear(f"{name}.output.dense", inner)
        return self._norm(f"{name}.output.LayerNorm", graph.op("Add", hidden, outer))

    def _attention(self, name: str, hidden: str, bias: str) -> str:
        graph = self.graph
        weight, offset = self._query_key_value(f"{name}.self")
        joined = self.style.weights.linear(graph, hidden, weight, offset, f"{name}.self.query")
        query, key, value = graph.op("Split", joined, axis=2, num_outputs=3, outputs=3)
        attend = self._fused if self.style.fused_attention else self._unfused
        return self._linear(f"{name}.output.dense", attend(query, key, value, bias))

    def _query_key_value(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The three projections as one, the query's part already divided by the root of the head's width."""
        scale = (self.config.hidden_size // self.config.num_attention_heads) ** -0.5
        parts = [(self.state[f"{name}.{part}.weight"], self.state[f"{name}.{part}.bias"]) for part in ("query", "key", "value")]
        parts[0] = (parts[0][0] * np.float32(scale), parts[0][1] * np.float32(scale))
        return np.concatenate([weight for weight, _ in parts]), np.concatenate([offset for _, offset in parts])

    def _fused(self, query: str, key: str, value: str, bias: str) -> str:
        heads = self.config.num_attention_heads
        return self.graph.contrib("MultiHeadAttention", query, key, value, "", "", bias, num_heads=heads, scale=1.0)

    def _unfused(self, query: str, key: str, value: str, bias: str) -> str:
        graph = self.graph
        heads = self.config.num_attention_heads
        shape = graph.integers(0, 0, heads, self.config.hidden_size // heads)
        query, key, value = (
            graph.op("Transpose", graph.op("Reshape", part, shape), perm=order)
            for part, order in ((query, [0, 2, 1, 3]), (key, [0, 2, 3, 1]), (value, [0, 2, 1, 3]))
        )
        weights = graph.op("Softmax", graph.op("Add", graph.op("MatMul", query, key), bias), axis=-1)
        context = graph.op("Transpose", graph.op("MatMul", weights, value), perm=[0, 2, 1, 3])
        return graph.op("Reshape", context, graph.integers(0, 0, self.config.hidden_size))

    def _linear(self, name: str, value: str) -> str:
        weight, bias = self.state[f"{name}.weight"], self.state[f"{name}.bias"]
        return self.style.weights.linear(self.graph, value, weight, bias, name)

    def _norm(self, name: str, value: str) -> str:
        scale = self.graph.constant(self.state[f"{name}.weight"], f"{name}.weight")
        shift = self.graph.constant(self.state[f"{name}.bias"], f"{name}.bias")
        return self.graph.op("LayerNormalization", value, scale, shift, axis=-1, epsilon=self.config.layer_norm_eps)
