"""Distractors, lists with a teacher's logits and the loss on them, on a tiny random scorer."""

import random
import tempfile
import unittest
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from training.data.distractors import echoed, stuffed
from training.data.queries import DROPPED, words_of
from training.scorer.pair_scorer import PairScorer
from training.scorer.pairs import PairEncoder, pad
from training.scorer.staged_scorer import StagedScorer
from training.train import early
from training.train.bias import fit_bias
from training.train.descent import schedule
from training.train.lesson import Lists, first_share, list_loss, logits_of
from training.train.teach import blend, train

from training.tests.tiny_scorer import RECORDS, write_tiny_scorer


class Distractors(unittest.TestCase):
    def test_hold_the_words_of_the_query(self) -> None:
        query, passage = "How many people live in Berlin?", "a river runs through the town " * 10
        for seed in range(20):
            found = stuffed(query, passage, random.Random(seed)).split()
            wanted = [word for word in words_of(query) if word.lower() not in DROPPED]
            self.assertTrue(set(wanted) <= set(found), found)
            self.assertLess(len(found), 60)
            self.assertIn("How many people live in Berlin", echoed(query, passage, random.Random(seed)))


class Schedule(unittest.TestCase):
    def test_goes_up_and_down_and_ends_with_the_minutes(self) -> None:
        # The clock runs too: by some 1e-16 of so many minutes.
        np.testing.assert_allclose(list(schedule(4, 1e9, 2)), [0.5, 0.75, 0.5, 0.25], atol=1e-9)
        self.assertEqual(list(schedule(4, 1e-12, 2)), [])


class Teaching(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.base = Path(self.folder.name)
        self.scorer = write_tiny_scorer(self.base, self.base / "scorer", cuts=(1, 2), num_hidden_layers=3)
        self.staged = StagedScorer(self.scorer, self.base / "scorer", 32)

    def tearDown(self) -> None:
        self.folder.cleanup()

    def lists(self, teacher: StagedScorer | None = None, share: float = 0.0) -> Lists:
        return Lists(RECORDS, [], self.staged, teacher, share, 4.0, 1)

    def test_logits_are_those_of_the_whole_scorer(self) -> None:
        self.scorer.gates.data.fill_(0.5)
        lists = self.lists()
        encoder = PairEncoder(self.base / "scorer", 64)
        found = logits_of(lists.lists, lists.texts, self.staged.final_logits, size=3)
        for record, logits in zip(RECORDS, found, strict=True):
            rows = [encoder(record["query"], text) for text in (record["positive"], *record["negatives"])]
            with torch.no_grad():
                expected = self.scorer(**{name: torch.from_numpy(table) for name, table in pad(rows).items()}).logits[:, 0]
            # States are kept in bf16.
            torch.testing.assert_close(logits, expected, atol=0.2, rtol=0.02)

    def test_without_a_teacher_the_closed_scorer_is_learned(self) -> None:
        self.scorer.gates.data.fill_(-1e4)
        lists = self.lists()
        for each, logits in zip(lists.lists, logits_of(lists.lists, lists.texts, self.staged.final_logits), strict=True):
            expected = logits.detach().clone()
            expected[0] += 4
            torch.testing.assert_close(each.target, expected, atol=0.2, rtol=0.02)

    def test_guarding_records_get_no_bonus(self) -> None:
        with_bonus, guarding = self.lists(), Lists([], RECORDS, self.staged, None, 0.0, 4.0, 1)
        for one, other in zip(with_bonus.lists, guarding.lists, strict=True):
            self.assertAlmostEqual(float(one.target[0] - other.target[0]), 4, places=4)
            torch.testing.assert_close(one.target[1:], other.target[1:])

    def test_a_distractor_is_the_least_of_its_list(self) -> None:
        for each in self.lists(share=1.0).lists:
            self.assertEqual(each.distractors, 1)
            self.assertEqual(float(each.target[-1]), float(each.target[:-1].min()))

    def test_a_teacher_is_asked_for_every_logit(self) -> None:
        lists = self.lists(teacher=self.staged, share=1.0)
        for each, logits in zip(lists.lists, logits_of(lists.lists, lists.texts, self.staged.final_logits), strict=True):
            torch.testing.assert_close(each.target[1:], logits.detach()[1:], atol=1e-3, rtol=1e-3)

    def test_training_lowers_the_loss_and_leaves_the_lower_layers(self) -> None:
        self.scorer.freeze(2)
        lower = self.scorer.bert.encoder.layer[1].output.dense.weight.detach().clone()
        untrained = {name: value.clone() for name, value in self.scorer.state_dict().items()}
        lists = self.lists()
        before = float(list_loss(lists.lists, lists.texts, self.staged.final_logits))
        options = SimpleNamespace(
            seed=1, held_out=0, epochs=60, lists=2, lr=1e-3, head_lr=1e-2, gate_lr=1e-2, minutes=5, warmup=1,
            temperature=1.0, log_steps=1000, out=self.base,
        )  # fmt: skip
        train(lists, self.staged, options)
        self.assertLess(float(list_loss(lists.lists, lists.texts, self.staged.final_logits)), before / 2)
        self.assertTrue(torch.equal(lower, self.scorer.bert.encoder.layer[1].output.dense.weight))
        start = PairScorer(self.scorer.config)
        start.load_state_dict(untrained)
        trained = self.scorer.head.match_scale.item()
        blend(start, self.scorer, 0.5)
        self.assertAlmostEqual(self.scorer.head.match_scale.item(), (trained + untrained["head.match_scale"].item()) / 2, places=5)

    def test_early_heads_come_nearer_to_the_last_one_and_nothing_else_moves(self) -> None:
        untrained = {name: value.clone() for name, value in self.scorer.state_dict().items()}
        lists = Lists(RECORDS, [], self.staged, self.staged, 0.0, 0.0, 1)
        options = SimpleNamespace(
            seed=1, held_out=0, epochs=60, lists=2, lr=1e-2, scale_lr=3e-2, minutes=5, warmup=1, log_steps=1000, differences=0.2
        )  # fmt: skip
        for place, cut in enumerate(self.scorer.config.cuts):
            early.begin(self.scorer.early[str(cut)], lists.texts, place, 1)
            score = partial(self.staged.early_logits, cut)
            loss = partial(early.early_loss, lists.lists, lists.texts, score, options.differences)
            before = float(loss().detach())
            early.train(cut, lists, self.staged, options)
            self.assertLess(float(loss().detach()), before / 2)
        for name, value in self.scorer.state_dict().items():
            if not name.startswith("early."):
                self.assertTrue(torch.equal(value, untrained[name]), name)

    def test_only_differences_of_logits_count_beyond_the_ranks(self) -> None:
        ranked = [SimpleNamespace(target=torch.tensor([3.0, 1.0])), SimpleNamespace(target=torch.tensor([0.0, 0.0, 0.0]))]
        found = [torch.tensor([12.0, 12.0]), torch.tensor([5.0, 5.0, 5.0])]
        self.assertEqual(float(early.difference_error(ranked, found)), 0.5)

    def test_the_bias_makes_sigmoids_the_share_of_positives(self) -> None:
        lists = self.lists()
        fit_bias(lists.lists, lists.texts, self.staged)
        logits = torch.cat(logits_of(lists.lists, lists.texts, self.staged.final_logits))
        self.assertAlmostEqual(float(torch.sigmoid(logits.detach()).mean()), 2 / 7, places=3)
        self.assertIn(first_share(lists.lists, lists.texts, self.staged.final_logits), (0.0, 0.5, 1.0))


if __name__ == "__main__":
    unittest.main()
