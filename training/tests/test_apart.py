"""Scorers whose layers stay apart: all pairs at once, kept states, topics, their losses, and a run that goes on."""

import json
import math
import tempfile
import unittest
from argparse import Namespace
from pathlib import Path

import numpy as np
import torch
from training.data.topics import NEGATIVE, STRANGER, Topic, graded_topics, mined_topics
from training.judge.apart import ApartSet, judge
from training.judge.evaluate import evaluate
from training.scorer.apart import KeptStates, Reader, encode, join, logits_between, without_crossing
from training.scorer.model_folder import write_reference
from training.scorer.pairs import PairEncoder, pad
from training.scorer.torch_scorer import TorchScorer
from training.train.apart import Lesson, Progress, drawn, train
from training.train.topic_loss import grade_table, list_loss, pair_loss

from training.tests.tiny_scorer import write_tiny_scorer

QUERIES = ["abc", "bead dad", "a face"]
PASSAGES = ["cab bed", "fed ace dad deaf bead", "deaf", "a bad cab faced a dead bee"]
TOPICS = [
    Topic(QUERIES[:2], PASSAGES[:3], [[9, 0, 3], [0, 8, 1]]),
    Topic(QUERIES[2:], PASSAGES[1:], [[0, 2, 7]]),
]


class Apart(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.base = Path(folder.name)
        write_tiny_scorer(self.base, self.base / "scorer", cuts=(1,), num_hidden_layers=3)
        self.scorer = without_crossing(self.base / "scorer")
        self.reader = Reader(self.base / "scorer", 64)

    def test_all_pairs_at_once_are_the_joined_pairs(self) -> None:
        encoder = PairEncoder(self.base / "scorer", 128)
        queries, passages = (join(encode(self.scorer, self.reader(texts))) for texts in (QUERIES, PASSAGES))
        with torch.no_grad():
            found = logits_between(self.scorer.head, queries, passages)
            for place, query in enumerate(QUERIES):
                rows = pad([encoder(query, passage) for passage in PASSAGES])
                expected = self.scorer(**{name: torch.from_numpy(table) for name, table in rows.items()}).logits[:, 0]
                torch.testing.assert_close(found[place], expected, atol=2e-5, rtol=1e-5)

    def test_kept_states_are_those_of_the_layer_and_computed_once(self) -> None:
        ids = self.reader(PASSAGES)
        kept = KeptStates(self.scorer, ids, 2, self.base / "states")
        first = kept[[3, 1]]
        expected = join(encode(self.scorer, ids, 2), [3, 1])
        torch.testing.assert_close(first.states, expected.states[:, : first.ids.shape[1]], atol=2e-3, rtol=2e-3)
        # A second run over the same texts runs no layer any more.
        again = KeptStates(self.scorer, ids, 2, self.base / "states")
        again._compute = lambda places: self.fail(f"computed again: {places}")  # type: ignore[method-assign]
        self.assertTrue(torch.equal(again[[3, 1]].states, first.states))
        # Other weights below are other states.
        self.scorer.bert.embeddings.word_embeddings.weight.data.neg_()
        other = KeptStates(self.scorer, ids, 2, self.base / "states")
        self.assertFalse(torch.allclose(other[[3, 1]].states, first.states, atol=1e-2))

    def test_a_set_is_measured_as_evaluate_measures_it(self) -> None:
        folder = self.base / "set"
        folder.mkdir()
        lines = lambda texts, kind: "".join(json.dumps({"_id": f"{kind}{n}", "text": text}) + "\n" for n, text in enumerate(texts))  # noqa: E731
        (folder / "queries.jsonl").write_text(lines(QUERIES, "q"), encoding="utf-8")
        (folder / "corpus.jsonl").write_text(lines(PASSAGES, "p"), encoding="utf-8")
        table = [(query, passage) for query in range(len(QUERIES)) for passage in range(len(PASSAGES))]
        (folder / "qrels.tsv").write_text("".join(f"q{q}\tp{p}\t{(q + p) % 3}\n" for q, p in table), encoding="utf-8")
        (folder / "bm25.tsv").write_text("".join(f"q{q}\tp{p}\t{p + 1}\t{9 - p}\n" for q, p in table), encoding="utf-8")
        write_reference(self.scorer, self.base / "base", self.base / "without")
        reference, encoder = TorchScorer(self.base / "without"), PairEncoder(self.base / "without", 128)
        score = lambda _names, texts, _bm25: list(reference.score_rows([encoder(*pair) for pair in texts]))  # noqa: E731
        each = ApartSet(folder, self.reader)
        (found,) = judge(each, self.scorer, KeptStates(self.scorer, each.ids, 1, self.base / "states"))
        self.assertAlmostEqual(float(np.mean(found)), evaluate(folder, score, None, 100)["ndcg@10"], places=6)
        smaller = each.sample(2, 3)
        self.assertEqual([len(names) for names in smaller.names], [3, 3])
        self.assertEqual(len(judge(smaller, self.scorer, KeptStates(self.scorer, each.ids, 1, self.base / "states"))[0]), 2)

    def options(self, **changes) -> Namespace:
        content = dict(frozen=1, states=self.base / "states", tokens=64, temperature=1.2, pairs=0.5, lr=1e-3, scale_lr=1e-2, warmup=1)
        content |= dict(average=0.5, out=self.base / "out", start=self.base / "base", steps=40, minutes=5.0, slice=4, save=2, topics=1, seed=1)
        return Namespace(**content | changes)

    def run_to(self, steps: int, out: str) -> Progress:
        options = self.options(steps=steps, out=self.base / out)
        options.out.mkdir(exist_ok=True)
        student = without_crossing(self.base / "scorer")
        student.freeze(options.frozen)
        lesson = Lesson(TOPICS, student, self.reader, options)
        progress = Progress(student, options)
        train(lesson, None, progress, [])
        return progress

    def test_training_lowers_the_loss_and_leaves_the_lower_layers(self) -> None:
        options = self.options()
        lesson = Lesson(TOPICS, self.scorer, self.reader, options)
        before = lesson.loss(self.scorer, [0, 1], options).item()
        trained = self.run_to(40, "out").student
        self.assertLess(lesson.loss(trained, [0, 1], options).item(), before - 0.3)
        frozen, open_layer = (trained.bert.encoder.layer[index].output.dense.weight for index in (0, 1))
        self.assertTrue(torch.equal(frozen, self.scorer.bert.encoder.layer[0].output.dense.weight))
        self.assertFalse(torch.equal(open_layer, self.scorer.bert.encoder.layer[1].output.dense.weight))

    def test_a_run_that_was_stopped_goes_on_where_it_was(self) -> None:
        whole = self.run_to(8, "whole")
        self.run_to(4, "parts")
        parts = self.run_to(8, "parts")
        self.assertEqual(parts.step, 8)
        for name, value in whole.average.state_dict().items():
            torch.testing.assert_close(parts.average.state_dict()[name], value, msg=name)
        lines = [json.loads(line) for line in (self.base / "parts" / "log.jsonl").read_text("utf-8").splitlines()]
        self.assertEqual([line["step"] for line in lines], [4, 8])
        torch.testing.assert_close(
            without_crossing(self.base / "parts" / "last").head.match_scale, parts.average.head.match_scale
        )


class Topics(unittest.TestCase):
    def test_questions_on_the_same_passages_share_a_topic(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            first, second = Path(folder) / "a.jsonl", Path(folder) / "b.jsonl"
            graded = lambda query, **grades: json.dumps({"query": query, "passages": [{"text": t, "grade": g} for t, g in grades.items()]})  # noqa: E731
            first.write_text(graded("one", x=9, y=0) + "\n" + graded("two", z=1, y=2) + "\n", encoding="utf-8")
            second.write_text(graded("three", y=5, x=1) + "\n", encoding="utf-8")
            found = graded_topics([first, second])
        self.assertEqual(found[0], Topic(["one", "three"], ["x", "y"], [[9.0, 0.0], [1.0, 5.0]]))
        self.assertEqual(found[1].queries, ["two"])

    def test_mined_questions_know_their_own_passages_only(self) -> None:
        records = [{"query": "a", "positive": "p", "negatives": ["n", "m"]}, {"query": "b", "positive": "n", "negatives": ["q"]}]
        (found,) = mined_topics(records, 2)
        self.assertEqual(found.passages, ["p", "n", "m", "q"])
        self.assertEqual(found.grades[0][:3], [8.0, NEGATIVE, NEGATIVE])
        self.assertTrue(math.isnan(found.grades[0][3]) and math.isnan(found.grades[1][0]))
        self.assertEqual(found.grades[1][1], 8.0)
        self.assertEqual(len(mined_topics(records, 1)), 2)

    def test_each_topic_once_a_time_through(self) -> None:
        seen = [drawn(5, 2, step, 1) for step in range(4)]
        for first, second in (seen[:2], seen[2:]):
            self.assertEqual(len({*first, *second}), 4)
        self.assertEqual(seen[1], drawn(5, 2, 1, 1))


class Losses(unittest.TestCase):
    def test_the_list_is_that_of_the_step_and_the_unknown_counts_for_nothing(self) -> None:
        nan = math.nan
        grades, own = grade_table([[[9.0, 3.0], [nan, 1.0]], [[4.0]]])
        self.assertEqual(grades[0].tolist(), [9.0, 3.0, STRANGER])
        self.assertEqual(grades[2].tolist(), [STRANGER, STRANGER, 4.0])
        self.assertEqual(own.tolist(), [[True, True, False], [True, True, False], [False, False, True]])
        logits = torch.tensor([[1.0, 2.0, 0.0], [7.0, 1.0, 0.5], [0.0, 0.0, 0.0]], requires_grad=True)
        rows = []
        for row, wanted in zip(logits.tolist(), grades.tolist(), strict=True):
            known = [index for index, grade in enumerate(wanted) if not math.isnan(grade)]
            weights = [math.exp(wanted[index] / 1.2) for index in known]
            total = math.log(sum(math.exp(row[index]) for index in known))
            rows.append(-sum(w / sum(weights) * (row[index] - total) for w, index in zip(weights, known, strict=True)))
        loss = list_loss(logits, grades, 1.2)
        self.assertAlmostEqual(loss.item(), sum(rows) / 3, places=5)
        (loss + pair_loss(logits, grades, own)).backward()
        self.assertTrue(logits.grad.isfinite().all())
        self.assertEqual(logits.grad[1, 0].item(), 0.0)

    def test_pairs_weigh_by_the_difference_of_their_grades(self) -> None:
        grades, own = grade_table([[[9.0, 3.0, 3.0]]])
        loss = pair_loss(torch.tensor([[1.0, 0.0, 2.0]]), grades, own)
        expected = (6 * math.log1p(math.exp(-1.0)) + 6 * math.log1p(math.exp(1.0))) / 12
        self.assertAlmostEqual(loss.item(), expected, places=5)
        # Strangers are no pair's second half.
        two, mine = grade_table([[[9.0]], [[2.0]]])
        self.assertEqual(pair_loss(torch.zeros(2, 2), two, mine).item(), 0.0)


if __name__ == "__main__":
    unittest.main()
