"""From two texts to one row of ids, by the package's own rules, with the reference's own tokenizer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer


@dataclass(frozen=True)
class Row:
    """One tokenised pair."""

    ids: list[int]
    types: list[int]
    # Whether longest_first, the reference's rule, would have cut the pair in the same way.
    as_reference: bool


class PairEncoder:
    """Encodes both texts apart and joins them by the tokenizer's template.

    Only a pair over the limit is cut: a query to what the passage leaves free but not below a third of the limit, then the
    passage to what remains. The template's special tokens, the final separator among them, always stay.
    """

    def __init__(self, folder: Path, max_length: int):
        self.max_length = max_length
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._specials = self._tokenizer.num_special_tokens_to_add(True)

    def __call__(self, query: str, passage: str) -> Row:
        first = self._tokenizer.encode(query, add_special_tokens=False)
        second = self._tokenizer.encode(passage, add_special_tokens=False)
        as_reference = True
        if len(first) + len(second) + self._specials > self.max_length:
            third, room = self.max_length // 3, self.max_length - self._specials
            as_reference = len(first) <= third or len(second) <= room // 2
            first.truncate(max(third, room - len(second)))
            second.truncate(room - len(first))
        joined = self._tokenizer.post_process(first, second)
        return Row(joined.ids, joined.type_ids, as_reference)


def pad(rows: list[Row], pad_id: int = 0) -> dict[str, np.ndarray]:
    """A batch padded on the right to its longest row."""
    length = max(len(row.ids) for row in rows)

    def table(values: list[list[int]], fill: int) -> np.ndarray:
        return np.array([value + [fill] * (length - len(value)) for value in values], np.int64)

    return {
        "input_ids": table([row.ids for row in rows], pad_id),
        "attention_mask": table([[1] * len(row.ids) for row in rows], 0),
        "token_type_ids": table([row.types for row in rows], 0),
    }


def batches_by_length(lengths: list[int], size: int) -> list[list[int]]:
    """Indices of rows of these lengths, shortest first, cut into batches: little padding."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    return [order[start : start + size] for start in range(0, len(order), size)]


def batches_by_tokens(lengths: list[int], tokens: int) -> Iterator[list[int]]:
    """Indices of rows of these lengths, longest first, in batches of that many tokens with their padding."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    while order:
        size = max(1, tokens // lengths[order[0]])
        yield order[:size]
        del order[:size]
