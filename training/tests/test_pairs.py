"""Batches: every row once, within the budget wherever more than one row shares a batch."""

import unittest

from training.scorer.pairs import batches_by_length, batches_by_tokens


class Batches(unittest.TestCase):
    lengths = [3, 9, 1, 40, 9, 2]

    def test_by_tokens(self) -> None:
        self.assertEqual(list(batches_by_tokens(self.lengths, 18)), [[3], [1, 4], [0, 5, 2]])

    def test_by_tokens_without_rows(self) -> None:
        self.assertEqual(list(batches_by_tokens([], 18)), [])

    def test_by_length(self) -> None:
        self.assertEqual(batches_by_length(self.lengths, 4), [[2, 5, 0, 1], [4, 3]])


if __name__ == "__main__":
    unittest.main()
