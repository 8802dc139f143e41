"""Distilling by hidden states, by its command line, on a tiny random teacher."""

import json
import random
import sys
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

import torch
from training.scorer.pair_scorer import PairScorer
from training.train import distil

from training.tests.tiny_scorer import RECORDS, write_tiny_scorer


class Distil(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.base = Path(self.folder.name)
        self.passages, self.records = self.base / "passages.jsonl", self.base / "mined.jsonl"
        self.passages.write_text(json.dumps({"id": "1", "text": "a bead cab"}) + "\n", encoding="utf-8")
        self.records.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), encoding="utf-8")

    def tearDown(self) -> None:
        self.folder.cleanup()

    def test_texts_come_from_passages_and_from_records_once(self) -> None:
        texts = distil.texts_of([self.passages, self.records], None, random.Random(1))
        self.assertEqual(sorted(set(texts)), sorted(texts))
        self.assertEqual(len(texts), 9)
        self.assertEqual(len(set(distil.texts_of([self.passages, self.records], 4, random.Random(1))) & set(texts)), 4)

    def run_distil(self, out: str, *arguments: str) -> list[dict[str, float]]:
        """The log, a line a step."""
        options = ["--teacher", self.base / "teacher", "--data", self.records, "--out", self.base / out, "--max-length", 32, "--warmup", 1]
        with patch.object(sys, "argv", ["distil.py", *map(str, options), "--log-steps", "1", *arguments]):
            distil.main()
        return [json.loads(line) for line in (self.base / out / "log.jsonl").read_text(encoding="utf-8").splitlines()]

    def test_a_student_starts_as_layers_of_its_teacher_and_goes_on_from_a_folder(self) -> None:
        shape = {"cuts": (2, 3), "num_hidden_layers": 4, "initializer_range": 0.5}
        teacher = write_tiny_scorer(self.base, self.base / "teacher", **shape)

        seen = self.run_distil("first", "--layers", "0,2", "--match", "1:2,2:4", "--cuts", "1", "--epochs", "40", "--lr", "1e-2")
        self.assertEqual(set(seen[0]), {"step", "seconds", "loss", "layer 1", "layer 2"})
        self.assertLess(seen[-1]["loss"], seen[0]["loss"] / 2)
        first = PairScorer.from_pretrained(self.base / "first")
        self.assertEqual((first.config.num_hidden_layers, list(first.config.cuts)), (2, [1]))
        embeddings = "bert.embeddings.word_embeddings.weight"
        self.assertTrue(torch.equal(first.state_dict()[embeddings], teacher.state_dict()[embeddings]))

        # One epoch is one step here: its loss is that of the weights that the first training left.
        again = self.run_distil("second", "--student", str(self.base / "first"), "--match", "2:4", "--epochs", "1", "--lr", "0")
        self.assertEqual(set(again[0]), {"step", "seconds", "loss", "layer 2"})
        self.assertLess(again[0]["loss"], seen[0]["layer 2"] / 2)
        second = PairScorer.from_pretrained(self.base / "second").state_dict()
        self.assertTrue(all(torch.equal(value, second[name]) for name, value in first.state_dict().items()))


if __name__ == "__main__":
    unittest.main()
