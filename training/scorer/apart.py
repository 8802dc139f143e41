"""A scorer whose layers never look across: every text is encoded once, by itself, and a pair costs the head only.

With the gates quite closed (or no open layers at all) the scorer's logit of a pair is a function of the two texts' last states, so the
states of many queries and many passages give all their pairs at once. Lower layers that do not learn need not run again either: their
states are kept in a file.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from training.scorer.pair_scorer import PairScorer, PairScorerConfig
from training.scorer.pairs import batches_by_tokens
from training.scorer.score_head import NO_MATCH, ScoreHead, segment_mean, unit


@dataclass
class Texts:
    """Texts side by side, padded: states [texts, length, hidden], token ids and mask [texts, length]."""

    states: Tensor
    ids: Tensor
    mask: Tensor


def join(parts: list[Texts], order: list[int] | None = None) -> Texts:
    """One batch of several; `order` then puts its rows in another order."""
    length = max(part.ids.shape[1] for part in parts)

    def joined(tables: list[Tensor]) -> Tensor:
        rows = torch.cat([torch.cat([table, table.new_zeros(len(table), length - table.shape[1], *table.shape[2:])], 1) for table in tables])
        return rows if order is None else rows[order]

    return Texts(joined([part.states for part in parts]), joined([part.ids for part in parts]), joined([part.mask for part in parts]))


def logits_between(head: ScoreHead, queries: Texts, passages: Texts) -> Tensor:
    """[queries, passages]: the head's logit of every query with every passage, as it gives it to the joined pair."""
    vectors = [head.vectors(side.states.float()).float() for side in (queries, passages)]
    asked, found = map(unit, vectors)
    similarity = torch.einsum("qih,pjh->qpij", asked, found)
    best = similarity.masked_fill(passages.mask[None, :, None, :] == 0, NO_MATCH).amax(dim=3).clamp(min=-1)
    weights = (head.token_weights(queries.states.float(), queries.ids) * queries.mask)[:, None, :]
    matches = (best * weights).sum(dim=2) / weights.sum(dim=2).clamp(min=1e-6)
    means = [unit(segment_mean(side, texts.mask)) for side, texts in zip(vectors, (queries, passages), strict=True)]
    return head.mean_scale * means[0] @ means[1].T + head.match_scale * matches + head.bias


class Reader:
    """Tokens of single texts, special tokens included, cut at the limit."""

    def __init__(self, folder: Path, max_length: int):
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length)

    def __call__(self, texts: list[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]


def batch_of(ids: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Padded token ids and mask."""
    rows = pad_sequence([torch.tensor(row) for row in ids], batch_first=True)
    return rows, pad_sequence([torch.ones(len(row), dtype=torch.long) for row in ids], batch_first=True)


def without_crossing(folder: Path) -> PairScorer:
    """The scorer of a folder with no open layers and no early heads: a passage whose last states are kept costs the last head only."""
    found = PairScorer.from_pretrained(folder, dtype=torch.float32)
    settings = found.config.to_dict() | {"open_layers": 0, "cuts": []}
    scorer = PairScorer(PairScorerConfig(**settings))
    scorer.bert.load_state_dict(found.bert.state_dict())
    scorer.head.load_state_dict(found.head.state_dict())
    return scorer.eval()


def climb(scorer: PairScorer, texts: Texts, layer: int, last: int | None = None) -> Texts:
    """The states after the last layer (or after `last`), from those after `layer`."""
    alone = torch.zeros_like(texts.ids)
    return Texts(scorer.go_on([texts.states] * (layer + 1), texts.mask, alone, last)[-1], texts.ids, texts.mask)


def embed(scorer: PairScorer, ids: list[list[int]]) -> Texts:
    """Texts as they enter the first layer."""
    rows, mask = batch_of(ids)
    return Texts(scorer.states(rows, mask, torch.zeros_like(rows), last=0)[0], rows, mask)


def encode(scorer: PairScorer, ids: list[list[int]], last: int | None = None, tokens: int = 4096) -> list[Texts]:
    """Each text's states after the last layer (or after `last`), one by one in the order given, in fp32."""
    found: list[Texts | None] = [None] * len(ids)
    with torch.no_grad():
        for batch in batches_by_tokens([len(row) for row in ids], tokens):
            texts = climb(scorer, embed(scorer, [ids[index] for index in batch]), 0, last)
            for place, index in enumerate(batch):
                # A copy, or the whole padded batch would stay in memory.
                length = len(ids[index])
                found[index] = Texts(*(table[place : place + 1, :length].clone() for table in (texts.states, texts.ids, texts.mask)))
    return [text for text in found if text is not None]


class KeptStates:
    """States of many texts after one layer, in fp16 in a file: each is computed when it is first asked for, also by an earlier run."""

    def __init__(self, scorer: PairScorer, ids: list[list[int]], layer: int, folder: Path):
        self.ids, self.layer, self._scorer = ids, layer, scorer
        self._starts = [0, *np.cumsum([len(row) for row in ids]).tolist()]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"states-{self._key()}.npy"
        self._states = _opened(path, np.float16, (self._starts[-1], scorer.config.hidden_size))
        self._known = _opened(path.with_suffix(".known.npy"), np.bool_, (len(ids),))

    def _key(self) -> str:
        """Of the tokens and of the weights that are run through."""
        digest = hashlib.sha256(f"{self.layer}".encode())
        for module in (self._scorer.bert.embeddings, *self._scorer.bert.encoder.layer[: self.layer]):
            for value in module.state_dict().values():
                digest.update(value.cpu().contiguous().numpy().tobytes())
        for row in self.ids:
            digest.update(np.array([len(row), *row], np.int32).tobytes())
        return digest.hexdigest()[:16]

    def _compute(self, places: list[int]) -> None:
        for place, text in zip(places, encode(self._scorer, [self.ids[place] for place in places], self.layer), strict=True):
            self._states[self._starts[place] : self._starts[place + 1]] = text.states[0].numpy()
        # States before the notes about them: a run that is killed in between computes them again.
        self._states.flush()
        self._known[places] = True

    def __getitem__(self, places: list[int]) -> Texts:
        """Those texts, padded."""
        if missing := [place for place in dict.fromkeys(places) if not self._known[place]]:
            self._compute(missing)
        states = [torch.from_numpy(self._states[self._starts[place] : self._starts[place + 1]].astype(np.float32)) for place in places]
        ids, mask = batch_of([self.ids[place] for place in places])
        return Texts(pad_sequence(states, batch_first=True), ids, mask)


def _opened(path: Path, kind: type, shape: tuple[int, ...]) -> np.memmap:
    """An array in a file, zeros at first."""
    return np.lib.format.open_memmap(path, "r+") if path.exists() else np.lib.format.open_memmap(path, "w+", kind, shape)
