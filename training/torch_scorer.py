"""Scores pairs with the PyTorch weights, by the package's own rules for pairs: what an export is compared with."""

from pathlib import Path

import numpy as np
import pair_scorer  # noqa: F401 (registers our scorer, so that the Auto class opens its folder)
import torch
from pairs import Row, batches_by_length, pad
from transformers import AutoModelForSequenceClassification


class TorchScorer:
    """One folder of weights in fp32."""

    def __init__(self, folder: Path, threads: int = 2, pad_id: int = 0):
        torch.set_num_threads(threads)
        self._model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
        self._pad_id = pad_id

    @torch.inference_mode()
    def score_rows(self, rows: list[Row], batch_size: int = 8) -> np.ndarray:
        """One logit a row, in the order given."""
        scores = np.empty(len(rows), np.float32)
        for batch in batches_by_length([len(row.ids) for row in rows], batch_size):
            feeds = pad([rows[index] for index in batch], self._pad_id)
            logits = self._model(**{name: torch.from_numpy(table) for name, table in feeds.items()}).logits
            scores[batch] = logits[:, 0].numpy()
        return scores
