"""Scores pairs with an exported graph in native ONNX Runtime."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from training.scorer.pairs import PairEncoder, Row, batches_by_length, pad


class OnnxScorer:
    """One graph and the tokenizer beside it. `output` is a tensor inside the graph, of one value a row, to read in place of its logit."""

    def __init__(self, model: Path, encoder: PairEncoder, threads: int = 2, pad_id: int = 0, output: str | None = None):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Errors only: on the CPU half precision is computed in single, which is warned of node by node.
        options.log_severity_level = 3
        graph: Path | bytes = model
        if output:
            opened = onnx.load(model)
            opened.graph.output.insert(0, onnx.ValueInfoProto(name=output))
            graph = opened.SerializeToString()
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._integers = np.int32 if "int32" in self._session.get_inputs()[0].type else np.int64
        self._names = [item.name for item in self._session.get_inputs()]
        self._encoder = encoder
        self._pad_id = pad_id

    def score_rows(self, rows: list[Row], batch_size: int = 8) -> np.ndarray:
        """One logit a row, in the order given."""
        scores = np.empty(len(rows), np.float32)
        for batch in batches_by_length([len(row.ids) for row in rows], batch_size):
            feeds = pad([rows[index] for index in batch], self._pad_id)
            feeds = {name: feeds[name].astype(self._integers) for name in self._names}
            scores[batch] = self._session.run(None, feeds)[0][:, 0]
        return scores

    def predict(self, pairs: list[tuple[str, str]], batch_size: int = 8) -> np.ndarray:
        """One logit a pair of texts, in the order given."""
        return self.score_rows([self._encoder(query, passage) for query, passage in pairs], batch_size)
