"""Scores pairs with the PyTorch weights, by the package's own rules for pairs: what an export is compared with."""

from pathlib import Path

import numpy as np
import pair_scorer  # noqa: F401 (registers the interim scorer, so that the Auto class opens its folder)
import torch
from pairs import PairEncoder, batches_by_length, pad
from transformers import AutoModelForSequenceClassification


class TorchScorer:
    """One folder of weights in fp32."""

    def __init__(self, folder: Path, encoder: PairEncoder, threads: int = 2, pad_id: int = 0):
        torch.set_num_threads(threads)
        self._model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
        self._encoder = encoder
        self._pad_id = pad_id

    @torch.inference_mode()
    def predict(self, pairs: list[tuple[str, str]], batch_size: int = 8) -> np.ndarray:
        """One logit a pair of texts, in the order given."""
        rows = [self._encoder(query, passage) for query, passage in pairs]
        scores = np.empty(len(rows), np.float32)
        for batch in batches_by_length(rows, batch_size):
            feeds = pad([rows[index] for index in batch], self._pad_id)
            logits = self._model(**{name: torch.from_numpy(table) for name, table in feeds.items()}).logits
            scores[batch] = logits[:, 0].numpy()
        return scores
