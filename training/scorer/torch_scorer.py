"""Scores pairs with the PyTorch weights, by the package's own rules for pairs: what an export is compared with."""

from pathlib import Path

import numpy as np
import torch
from training.scorer.pair_scorer import PairScorer
from training.scorer.pairs import PairEncoder, Row, batches_by_length, pad
from transformers import AutoModelForSequenceClassification


@torch.no_grad()
def staged_logits(scorer: PairScorer, encoder: PairEncoder, pairs: list[tuple[str, str]]) -> dict[str, list[float]]:
    """`logits`, and for each cut K the early logits `score_K`; each pair alone, so that nothing is padded."""
    found: dict[str, list[float]] = {name: [] for name in ("logits", *(f"score_{cut}" for cut in scorer.config.cuts))}
    for query, passage in pairs:
        row = {name: torch.from_numpy(table) for name, table in pad([encoder(query, passage)]).items()}
        found["logits"].append(scorer(**row).logits.item())
        early = scorer.early_logits(scorer.states(**row), **row)
        for cut, logits in early.items():
            found[f"score_{cut}"].append(logits.item())
    return {name: [round(value, 5) for value in values] for name, values in found.items()}


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
