"""Two first stages over one collection: BM25, and a bi-encoder whose embeddings are kept on disk."""

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csc_matrix
from tokenizers import Tokenizer
from training.data.queries import words_of
from training.scorer.pairs import Row, batches_by_tokens, pad
from training.scorer.precision import half_precision
from training.scorer.score_head import segment_mean, unit
from transformers import AutoModel


def top(scores: np.ndarray, depth: int) -> np.ndarray:
    """Indices of the highest scores, best first; equal scores by index."""
    depth = min(depth, len(scores))
    best = np.argpartition(-scores, depth - 1)[:depth]
    return best[np.lexsort((best, -scores[best]))]


class Bm25:
    """Okapi BM25 (Lucene's idf) over lower-case words. One sparse column a word, so that a query adds up a few columns."""

    def __init__(self, texts: list[str], k1: float = 0.9, b: float = 0.4):
        counts = [Counter(word.lower() for word in words_of(text)) for text in texts]
        self._vocabulary: dict[str, int] = {}
        rows, columns, values = [], [], []
        for row, words in enumerate(counts):
            for word, count in words.items():
                rows.append(row)
                columns.append(self._vocabulary.setdefault(word, len(self._vocabulary)))
                values.append(count)
        lengths = np.array([sum(words.values()) for words in counts], np.float32)
        frequency, row, column = np.array(values, np.float32), np.array(rows), np.array(columns)
        documents = np.bincount(column, minlength=len(self._vocabulary))
        idf = np.log(1 + (len(texts) - documents + 0.5) / (documents + 0.5))
        norm = k1 * (1 - b + b * lengths / lengths.mean())
        weights = idf[column] * frequency / (frequency + norm[row])
        self._weights = csc_matrix((weights.astype(np.float32), (row, column)), (len(texts), len(self._vocabulary)))

    def scores(self, query: str) -> np.ndarray:
        """One score a passage."""
        total = np.zeros(self._weights.shape[0], np.float32)
        for word in words_of(query):
            column = self._vocabulary.get(word.lower())
            if column is not None:
                part = slice(self._weights.indptr[column], self._weights.indptr[column + 1])
                total[self._weights.indices[part]] += self._weights.data[part]
        return total


class BiEncoder:
    """Mean of the last states, length 1, from any encoder folder; in batches of like length."""

    def __init__(self, folder: Path, max_length: int = 192, cache: Path | None = None, tokens: int = 8192):
        self._folder, self._max_length, self._cache, self._tokens = folder, max_length, cache, tokens
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval().to(self._device)

    def _key(self, texts: list[str]) -> str:
        digest = hashlib.sha256(f"{self._folder.resolve()} {self._max_length}\n".encode())
        for text in texts:
            digest.update(text.encode() + b"\0")
        return digest.hexdigest()[:16]

    @torch.inference_mode()
    def encode(self, texts: list[str]) -> np.ndarray:
        """[texts, width] in fp16, read from the cache where these texts were encoded before."""
        kept = self._cache / f"embeddings-{self._key(texts)}.npy" if self._cache else None
        if kept and kept.exists():
            return np.load(kept)
        rows = [Row(encoding.ids, encoding.type_ids, True) for encoding in self._tokenizer.encode_batch(texts)]
        out = np.empty((len(rows), self._model.config.hidden_size), np.float16)
        for batch in batches_by_tokens([len(row.ids) for row in rows], self._tokens):
            tables = pad([rows[index] for index in batch])
            ids, mask = (torch.from_numpy(tables[name]).to(self._device) for name in ("input_ids", "attention_mask"))
            with half_precision(self._device):
                hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            out[batch] = unit(segment_mean(hidden, mask)).half().cpu().numpy()
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.save(kept, out)
        return out
