"""The scorer as the package runs it: each text's lower layers once, then the pair's upper layers on what they left."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from training.scorer.pair_scorer import PairScorer, segments
from training.scorer.pairs import Row, batches_by_length, batches_by_tokens, pad
from training.scorer.precision import half_precision

Scores = dict[int, np.ndarray]


@dataclass
class Encoded:
    """A text by itself: its tokens, and its states after some layers, [length, hidden] each."""

    ids: list[int]
    states: list[Tensor]


def join(queries: list[Encoded], passages: list[Encoded], place: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pairs, padded: states of that place, [batch, length, hidden] in fp32, then token ids, attention mask and token types."""
    pairs = list(zip(queries, passages, strict=True))
    states = pad_sequence([torch.cat([text.states[place] for text in pair]) for pair in pairs], batch_first=True).float()
    rows = [Row(query.ids + passage.ids, [0] * len(query.ids) + [1] * len(passage.ids), True) for query, passage in pairs]
    return states, *feeds(rows).values()


def feeds(rows: list[Row]) -> dict[str, Tensor]:
    """A padded batch as the scorer takes it."""
    return {name: torch.from_numpy(table) for name, table in pad(rows).items()}


class StagedScorer:
    """Final and early logits of pairs; states are kept in bf16."""

    def __init__(self, scorer: PairScorer, folder: Path, max_length: int):
        self.scorer = scorer
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length)

    def tokenize(self, texts: list[str]) -> list[Row]:
        """Each text alone, cut at the limit, special tokens included."""
        return [Row(encoding.ids, encoding.type_ids, True) for encoding in self._tokenizer.encode_batch(texts)]

    @torch.no_grad()
    def encode(self, texts: list[str], layers: list[int], tokens: int = 4096) -> list[Encoded]:
        """Each text, encoded alone, with its states after each of the layers."""
        rows = self.tokenize(texts)
        found = [Encoded(row.ids, []) for row in rows]
        for batch in batches_by_tokens([len(row.ids) for row in rows], tokens):
            with half_precision():
                states = self.scorer.states(**feeds([rows[index] for index in batch]), last=max(layers))
            for place, index in enumerate(batch):
                # A copy, or the whole padded batch would stay in memory.
                length = len(rows[index].ids)
                found[index].states = [states[layer][place, :length].to(torch.bfloat16, copy=True) for layer in layers]
        return found

    def _early(self, cut: int, states: Tensor, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        with half_precision():
            return self.scorer.early[str(cut)](states, ids, *segments(mask, types))[:, 0].float()

    def _final(self, states: Tensor, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        with half_precision():
            last = self.scorer.go_on([states] * (self.scorer.config.cuts[-1] + 1), mask, types)[-1]
            return self.scorer.head(last, ids, *segments(mask, types))[:, 0].float()

    def early_logits(self, cut: int, queries: list[Encoded], passages: list[Encoded]) -> Tensor:
        """[batch], of pairs given by their states at every cut."""
        return self._early(cut, *join(queries, passages, self.scorer.config.cuts.index(cut)))

    def final_logits(self, queries: list[Encoded], passages: list[Encoded]) -> Tensor:
        """[batch], of pairs given by their states at every cut; the layers above the last one are run."""
        return self._final(*join(queries, passages, -1))

    @torch.no_grad()
    def score(self, query: Encoded, passages: list[Encoded], size: int = 20) -> tuple[np.ndarray, Scores]:
        """Final logits and early logits by cut, in the order given."""
        final = np.empty(len(passages), np.float32)
        early = {cut: np.empty(len(passages), np.float32) for cut in self.scorer.config.cuts}
        for batch in batches_by_length([len(passage.ids) for passage in passages], size):
            for place, (cut, values) in enumerate(early.items()):
                pairs = join([query] * len(batch), [passages[index] for index in batch], place)
                values[batch] = self._early(cut, *pairs)
            # The last cut's states are what the final layers go on from.
            final[batch] = self._final(*pairs)
        return final, early
