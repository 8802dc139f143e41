"""Layers kept, groups of like length, matched states and averaged snapshots, on tiny random models."""

import random
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import torch
from training.fixtures.tiny_models import write_tiny_bert
from training.judge.plots import smooth
from training.scorer.architecture import RankingEncoder, keep_layers, open_model, parse_layers
from training.scorer.pair_scorer import PairScorer, PairScorerConfig
from training.train.development import Snapshots
from training.train.distil import batches, parse_match, state_loss
from transformers import BertModel

SHAPE = {"vocab_size": 40, "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 24, "max_position_embeddings": 32}
PAIRS = [("a", "b c d e f"), ("bad cab", "dad " * 9), ("fed", "face"), ("ace", "bead cafe " * 4)] * 6


def tiny(layers: int = 4, opened: int = 2, cuts: tuple[int, ...] = (1,)) -> PairScorer:
    torch.manual_seed(1)
    return PairScorer(PairScorerConfig(open_layers=opened, cuts=cuts, num_hidden_layers=layers, **SHAPE)).eval()


class Layers(unittest.TestCase):
    def test_parse(self) -> None:
        self.assertEqual(parse_layers("3", 6), [0, 1, 2])
        self.assertEqual(parse_layers("0,5", 6), [0, 5])
        with self.assertRaises(SystemExit):
            parse_layers("0,6", 6)

    def test_all_layers_are_the_same_scorer(self) -> None:
        scorer = tiny()
        scorer.gates.data = torch.tensor([0.5, -0.5])
        row = {"input_ids": torch.arange(1, 9)[None], "attention_mask": torch.ones(1, 8, dtype=torch.long)}
        row["token_type_ids"] = torch.tensor([[0] * 3 + [1] * 5])
        kept = keep_layers(scorer, [0, 1, 2, 3], None, None).eval()
        torch.testing.assert_close(kept(**row).logits, scorer(**row).logits)

    def test_fewer_layers(self) -> None:
        scorer = tiny()
        scorer.gates.data = torch.tensor([0.5, -0.5])
        kept = keep_layers(scorer, [0, 3], 1, [1])
        self.assertEqual((kept.config.num_hidden_layers, kept.config.open_layers, kept.config.cuts), (2, 1, [1]))
        self.assertEqual(kept.gates.tolist(), [-0.5])
        weight = "attention.self.query.weight"
        torch.testing.assert_close(kept.bert.encoder.layer[1].state_dict()[weight], scorer.bert.encoder.layer[3].state_dict()[weight])


class Encoder(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        base = Path(cls.folder.name) / "base"
        write_tiny_bert(["a bad cab faced a dead bee", "fed cafe ace bead"] * 20, Path(cls.folder.name) / "model", base)
        cls.model = open_model(base, 64)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    def test_groups_of_like_length_change_nothing(self) -> None:
        self.model.eval()
        features = self.model.preprocess(PAIRS)
        with torch.inference_mode():
            grouped = self.model(dict(features))["scores"]
            RankingEncoder.rows_at_once, kept = 1000, RankingEncoder.rows_at_once
            try:
                whole = self.model(dict(features))["scores"]
            finally:
                RankingEncoder.rows_at_once = kept
        torch.testing.assert_close(grouped, whole, rtol=1e-4, atol=1e-4)

    def test_frozen_layers_stay_and_do_not_drop(self) -> None:
        base = Path(self.folder.name) / "base"
        model = open_model(base, 64, dropout=0.5)
        model.freeze(1)
        model.train()
        encoder = model.transformers_model.base_model
        self.assertIsInstance(encoder, BertModel)
        self.assertFalse(encoder.encoder.layer[0].training or encoder.embeddings.training)
        self.assertTrue(encoder.encoder.layer[1].training)
        model(model.preprocess(PAIRS))["scores"].sum().backward()
        self.assertIsNone(encoder.encoder.layer[0].attention.self.query.weight.grad)
        self.assertIsNotNone(encoder.encoder.layer[1].attention.self.query.weight.grad)


class Distilling(unittest.TestCase):
    def test_matches(self) -> None:
        self.assertEqual(parse_match("1:2,3:6", 3, 6), [(1, 2), (3, 6)])
        with self.assertRaises(SystemExit):
            parse_match("4:6", 3, 6)

    def test_loss_leaves_padding_out(self) -> None:
        target = torch.ones(1, 3, 2)
        own = target.clone()
        own[0, 2] = 99
        mask = torch.tensor([[1, 1, 0]])
        self.assertEqual(float(state_loss(own, target, mask)), 0)
        own[0, 0] = 2
        self.assertAlmostEqual(float(state_loss(own, target, mask)), 0.5)

    def test_batches_hold_every_row_once(self) -> None:
        lengths = [number % 7 + 1 for number in range(50)]
        groups = batches(lengths, 12, random.Random(1))
        for group in groups:
            self.assertLessEqual(max(lengths[place] for place in group) * len(group), 12)
        self.assertEqual(sorted(place for group in groups for place in group), list(range(50)))


class Best(unittest.TestCase):
    def test_snapshots(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            snapshots = Snapshots(Path(name), 2)
            for step, score in ((0, 0.5), (1, 0.9), (2, 0.1), (3, 0.8), (4, 0.2)):
                layer = torch.nn.Linear(1, 1)
                layer.weight.data.fill_(step)
                snapshots.add(step, {"dev_mean": score}, SimpleNamespace(transformers_model=layer))
            self.assertEqual((snapshots.best(), snapshots.last()), ([1, 3], [3, 4]))
            self.assertEqual(len(list(Path(name).iterdir())), 3)
            self.assertEqual(float(snapshots.average([1, 3])["weight"]), 2)
            self.assertEqual(Snapshots(Path(name), 2).best(), [1, 3])

    def test_smooth_starts_at_the_first_value(self) -> None:
        self.assertAlmostEqual(smooth([4.0, 4.0])[0], 4)
        self.assertAlmostEqual(smooth([4.0, 4.0])[1], 4)


if __name__ == "__main__":
    unittest.main()
