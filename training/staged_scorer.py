"""The scorer as the package runs it: each text's lower layers once, then the pair's upper layers on what they left."""

from pathlib import Path

import numpy as np
import torch
from pair_scorer import PairScorer
from pairs import Row, batches_by_length, pad
from precision import half_precision
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

Scores = dict[int, np.ndarray]


def join(queries: list[Tensor], passages: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """States of pairs, padded, [batch, length, hidden] in fp32, with the attention mask and the token types."""
    states = pad_sequence([torch.cat(pair) for pair in zip(queries, passages, strict=True)], batch_first=True).float()
    mask = torch.zeros(states.shape[:2], dtype=torch.long)
    types = torch.zeros_like(mask)
    for row, (query, passage) in enumerate(zip(queries, passages, strict=True)):
        mask[row, : len(query) + len(passage)] = 1
        types[row, len(query) : len(query) + len(passage)] = 1
    return states, mask, types


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
    def encode(self, texts: list[str], layers: list[int], tokens: int = 4096) -> list[list[Tensor]]:
        """For each text, encoded alone, its states after each of the layers, [length, hidden]."""
        rows = self.tokenize(texts)
        order = sorted(range(len(rows)), key=lambda index: -len(rows[index].ids))
        found: list[list[Tensor]] = [[] for _ in rows]
        while order:
            batch = order[: max(1, tokens // len(rows[order[0]].ids))]
            del order[: len(batch)]
            with half_precision():
                states = self.scorer.states(**feeds([rows[index] for index in batch]), last=max(layers))
            for place, index in enumerate(batch):
                # A copy, or the whole padded batch would stay in memory.
                found[index] = [states[layer][place, : len(rows[index].ids)].to(torch.bfloat16, copy=True) for layer in layers]
        return found

    def early_logits(self, cut: int, queries: list[list[Tensor]], passages: list[list[Tensor]]) -> Tensor:
        """[batch], of pairs given by their states at every cut."""
        place = self.scorer.config.cuts.index(cut)
        states, mask, types = join([query[place] for query in queries], [passage[place] for passage in passages])
        with half_precision():
            return self.scorer.early[str(cut)](states, mask * (1 - types), mask * types)[:, 0].float()

    def final_logits(self, queries: list[list[Tensor]], passages: list[list[Tensor]]) -> Tensor:
        """[batch], of pairs given by their states at every cut; the layers above the last one are run."""
        states, mask, types = join([query[-1] for query in queries], [passage[-1] for passage in passages])
        with half_precision():
            last = self.scorer.go_on([states] * (self.scorer.config.cuts[-1] + 1), mask, types)[-1]
            return self.scorer.head(last, mask * (1 - types), mask * types)[:, 0].float()

    @torch.no_grad()
    def score(self, query: list[Tensor], passages: list[list[Tensor]], size: int = 20) -> tuple[np.ndarray, Scores]:
        """Final logits and early logits by cut, in the order given."""
        final = np.empty(len(passages), np.float32)
        early = {cut: np.empty(len(passages), np.float32) for cut in self.scorer.config.cuts}
        for batch in batches_by_length([len(passage[0]) for passage in passages], size):
            pairs = [query] * len(batch), [passages[index] for index in batch]
            final[batch] = self.final_logits(*pairs)
            for cut, values in early.items():
                values[batch] = self.early_logits(cut, *pairs)
        return final, early
