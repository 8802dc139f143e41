"""The compact form: codes and their bytes, what training brings, and the exported graphs against PyTorch."""

import json
import tempfile
import unittest
from argparse import Namespace
from pathlib import Path

import numpy as np
import torch
from training.export.compact import FILES, CompactGraph, codes_by_graph, expected_codes, export_compact, scores_by_graph
from training.scorer.apart import Reader, encode, join, logits_between, without_crossing
from training.scorer.compact import CompactHead, mean_codes, packed, through, token_codes, unpacked
from training.scorer.model_folder import write_reference
from training.scorer.score_head import unit
from training.train.compact import imitation_loss, train

from training.tests.tiny_scorer import write_tiny_scorer

QUERIES = ["abc", "bead dad", "a face"]
PASSAGES = ["cab bed", "fed ace dad deaf bead", "deaf", "a bad cab faced a dead bee"]


class Codes(unittest.TestCase):
    def test_codes_fill_their_range_and_come_back_from_their_bytes(self) -> None:
        vectors = torch.randn(5, 7, 8, generator=torch.Generator().manual_seed(1))
        codes = token_codes(vectors)
        self.assertEqual((codes.min().item(), codes.max().item()), (0.0, 15.0))
        stored = packed(codes)
        self.assertEqual((stored.shape, stored.dtype), (torch.Size([5, 7, 4]), torch.uint8))
        self.assertTrue(torch.equal(unpacked(stored), codes))
        # Half a step at most, of 16 over twice the largest channel.
        step = vectors.abs().amax(-1, keepdim=True) / 8
        self.assertTrue(((codes - 7.5) * step - vectors).abs().le(step / 2 + 1e-6).all())
        self.assertEqual(token_codes(torch.zeros(1, 8)).tolist(), [[8.0] * 8])
        means = mean_codes(vectors[0])
        self.assertEqual(means.abs().amax(-1).tolist(), [127.0] * 7)

    def test_the_gradient_goes_through_the_codes(self) -> None:
        value = torch.randn(3, 8, generator=torch.Generator().manual_seed(2), requires_grad=True)
        coded = through(value, token_codes(value) - 7.5)
        torch.testing.assert_close(coded, unit(token_codes(value) - 7.5))
        coded[:, 0].sum().backward()
        expected = torch.autograd.grad(unit(value)[:, 0].sum(), value)[0]
        torch.testing.assert_close(value.grad, expected)

    def test_an_odd_width_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "even"):
            CompactHead(5, 12, 16, 7)


class Compact(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.base = Path(folder.name)
        write_tiny_scorer(self.base, self.base / "crossing", cuts=(1,), num_hidden_layers=2)
        self.scorer = without_crossing(self.base / "crossing")
        write_reference(self.scorer, self.base / "base", self.base / "scorer")
        reader = Reader(self.base / "scorer", 64)
        self.queries, self.passages = (join(encode(self.scorer, reader(texts))) for texts in (QUERIES, PASSAGES))
        self.head = CompactHead(5, 12, 16, 8)
        self.head.begin(self.scorer.head, self.passages.states[self.passages.mask.bool()], 1)

    def test_as_wide_as_the_states_and_without_codes_it_is_the_full_head(self) -> None:
        head = CompactHead(5, 12, 16, 16)
        head.begin(self.scorer.head, self.passages.states[self.passages.mask.bool()], 1)
        head.coded = False
        with torch.no_grad():
            expected = logits_between(self.scorer.head, self.queries, self.passages)
            torch.testing.assert_close(head.between(self.queries, self.passages), expected, atol=1e-4, rtol=1e-4)
            head.coded = True
            self.assertGreater((head.between(self.queries, self.passages) - expected).abs().max().item(), 1e-3)

    def test_training_brings_it_nearer_to_the_full_head(self) -> None:
        with torch.no_grad():
            target = logits_between(self.scorer.head, self.queries, self.passages)
            before = imitation_loss(self.head.between(self.queries, self.passages), target, 0.2).item()
        options = Namespace(seed=1, epochs=60, minutes=5.0, warmup=2, lr=1e-2, scale_lr=1e-2, differences=0.2, log_steps=1000)
        train(self.head, self.scorer, [(self.queries, self.passages)], options)
        with torch.no_grad():
            after = imitation_loss(self.head.between(self.queries, self.passages), target, 0.2).item()
        self.assertLess(after, before / 2)

    def test_the_graphs_give_what_pytorch_gives(self) -> None:
        with torch.no_grad():
            graphs = CompactGraph(self.head, "passage").passage(), CompactGraph(self.head, "score").score()
            codes = codes_by_graph(graphs[0].SerializeToString(), self.passages)
            expected = expected_codes(self.head, self.passages)
            scores = self.head.between(self.queries, self.passages)
        real = self.passages.mask.numpy().astype(bool)
        self.assertTrue(np.array_equal(codes["tokens"][real], expected["tokens"][real]))
        self.assertTrue(np.array_equal(codes["mean"], expected["mean"]))
        for place, query in enumerate(encode(self.scorer, Reader(self.base / "scorer", 64)(QUERIES))):
            found = scores_by_graph(graphs[1].SerializeToString(), query, codes, self.passages.mask)
            np.testing.assert_allclose(found, scores[place], atol=2e-4)

    def test_the_export_describes_itself(self) -> None:
        self.head.save(self.base / "compact.safetensors")
        export_compact(self.base / "scorer", self.base / "compact.safetensors", self.base / "out")
        content = json.loads((self.base / "out" / "compact.json").read_text("utf-8"))
        self.assertEqual(content["tokens"], {"width": 8, "bits": 4})
        self.assertEqual(content["mean"], {"width": 16, "bits": 8})
        for path in FILES.values():
            self.assertEqual(content["files"][path]["bytes"], (self.base / "out" / path).stat().st_size)
        self.assertEqual(len(content["check"]["scores"]), len(content["check"]["pairs"]))


if __name__ == "__main__":
    unittest.main()
