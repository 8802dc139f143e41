"""The heads of `score_head.py` as nodes of an ONNX graph."""

import numpy as np
from training.export.graph import Graph
from training.export.quantise import BlockInt, Fp32
from training.scorer.score_head import FLOOR, NO_MATCH, ScoreHead


class HeadGraph:
    """Cosine of the means and best matches, of the states or, at a cut, of their projection."""

    def __init__(self, graph: Graph, head: ScoreHead, name: str, weights: Fp32 | BlockInt):
        self.graph = graph
        self.weights = weights
        self.head = head
        self.name = name
        self.state = {key: value.detach().float().numpy() for key, value in head.state_dict().items()}

    def matches(self, hidden: str, vectors: str, ids: str, in_query: str, in_passage: str) -> str:
        """The weighted mean of each query token's best match, times its scale, plus the bias: [batch, 1]."""
        graph = self.graph
        vectors = self._unit(vectors)
        similarity = graph.op("MatMul", vectors, graph.op("Transpose", vectors, perm=[0, 2, 1]))
        outside = graph.op("Mul", graph.op("Sub", graph.number(1), in_passage), graph.number(NO_MATCH))
        masked = graph.op("Add", similarity, graph.op("Unsqueeze", outside, graph.integers(1)))
        best = graph.op("Max", graph.op("ReduceMax", masked, graph.integers(2), keepdims=0), graph.number(-1))
        weights = graph.op("Mul", self._token_weights(hidden, ids), in_query)
        floor = graph.number(FLOOR)
        mean = graph.op("Div", self._sum(graph.op("Mul", best, weights)), graph.op("Max", self._sum(weights), floor))
        scaled = graph.op("Mul", mean, graph.number(self.state["match_scale"]))
        return graph.op("Add", scaled, graph.number(self.state["bias"][0]))

    def _token_weights(self, hidden: str, ids: str) -> str:
        """[batch, length]; `ids` are floats."""
        graph = self.graph
        place = graph.op("Max", graph.op("Sub", ids, graph.number(self.head.first_word - 1)), graph.number(1))
        weights = graph.op("Mul", graph.op("Log", place), graph.number(self.state["rarity_share"]))
        weights = graph.op("Add", weights, graph.number(1))
        # 1 for what is no special token, else 0: comparisons would have to be cast.
        token = graph.op("Sub", ids, graph.number(self.head.first_token - 1))
        weights = graph.op("Mul", weights, graph.op("Max", graph.op("Min", token, graph.number(1)), graph.number(0)))
        if "importance.weight" not in self.state:
            return weights
        learned = graph.op("MatMul", hidden, graph.constant(self.state["importance.weight"].T, f"{self.name}.importance"))
        learned = graph.op("Squeeze", learned, graph.integers(2))
        learned = graph.op("Add", learned, graph.number(self.state["importance.bias"][0]))
        return graph.op("Mul", weights, self._softplus(learned))

    def _softplus(self, value: str) -> str:
        """max(x, 0) + log(1 + exp(-|x|)): WebGPU has no Softplus."""
        graph = self.graph
        small = graph.op("Log", graph.op("Add", graph.number(1), graph.op("Exp", graph.op("Neg", graph.op("Abs", value)))))
        return graph.op("Add", graph.op("Max", value, graph.number(0)), small)

    def _sum(self, value: str, axis: int = 1) -> str:
        return self.graph.op("ReduceSum", value, self.graph.integers(axis), keepdims=1)

    def _unit(self, vectors: str, axis: int = 2) -> str:
        graph = self.graph
        length = graph.op("Sqrt", self._sum(graph.op("Mul", vectors, vectors), axis))
        return graph.op("Div", vectors, graph.op("Max", length, graph.number(FLOOR)))

    def mean_cosine(self, vectors: str, width: int, in_query: str, in_passage: str) -> str:
        """The cosine of the two segments' means, times its scale: [batch, 1]."""
        query, passage = (self._unit(self._mean(vectors, width, members), 1) for members in (in_query, in_passage))
        return self.graph.op("Mul", self._sum(self.graph.op("Mul", query, passage)), self.graph.number(self.state["mean_scale"]))

    def _mean(self, vectors: str, width: int, members: str) -> str:
        graph = self.graph
        count = graph.op("Max", self._sum(members), graph.number(1))
        share = graph.op("Unsqueeze", graph.op("Div", members, count), graph.integers(1))
        return graph.op("Reshape", graph.op("MatMul", share, vectors), graph.integers(0, width))

    def logit(self, hidden: str, width: int, ids: str, in_query: str, in_passage: str) -> str:
        """[batch, 1]; `hidden` is of that width."""
        vectors = hidden
        if "projection.weight" in self.state:
            projection = self.state["projection.weight"]
            width = len(projection)
            vectors = self.weights.linear(self.graph, hidden, projection, np.zeros(width, np.float32), f"{self.name}.projection")
        matches = self.matches(hidden, vectors, ids, in_query, in_passage)
        return self.graph.op("Add", self.mean_cosine(vectors, width, in_query, in_passage), matches)
