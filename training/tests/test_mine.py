"""BM25, the choice of negatives, and the columns that the losses read."""

import json
import math
import random
import tempfile
import unittest
from pathlib import Path

import numpy as np
from training.data.mine import Depth, draw, false_negative
from training.data.prepared import Collection, Question, plain
from training.data.records import LISTNET_SCALE, read_records, standardise, to_dataset
from training.data.retrieval import Bm25, top


class Retrieval(unittest.TestCase):
    def test_bm25_by_hand(self) -> None:
        scores = Bm25(["red fox", "red red dog", "blue"], k1=0.9, b=0.4).scores("Red fox")
        mean = 2.0

        def part(documents: int, count: int, length: int) -> float:
            idf = math.log(1 + (3 - documents + 0.5) / (documents + 0.5))
            return idf * count / (count + 0.9 * (1 - 0.4 + 0.4 * length / mean))

        np.testing.assert_allclose(scores, [part(2, 1, 2) + part(1, 1, 2), part(2, 2, 3), 0], rtol=1e-5)

    def test_top(self) -> None:
        self.assertEqual(top(np.array([1.0, 3.0, 2.0, 3.0]), 3).tolist(), [1, 3, 2])
        self.assertEqual(top(np.array([1.0]), 5).tolist(), [0])


class Negatives(unittest.TestCase):
    def setUp(self) -> None:
        self.collection = Collection()
        for text, group in (("It was 1905.", "a#1"), ("Own text.", "a#1"), ("In 1905 too.", "b#1"), ("In 19056.", "b#1"), ("Near.", "a#2")):
            self.collection.add(text, group)
        self.texts = [plain(text) for text in self.collection.texts]

    def rejected(self, same_article: bool) -> list[bool]:
        question = Question("when", "p0", ["1905"])
        return [false_negative(question, index, self.collection, self.texts, same_article) for index in range(5)]

    def test_false_negatives(self) -> None:
        self.assertEqual(self.rejected(True), [True, True, True, False, False])
        self.assertEqual(self.rejected(False), [True, True, True, False, True])

    def test_draw_respects_depths(self) -> None:
        ranking = list(range(100, 300))
        taken = draw([ranking, ranking[::-1]], [Depth.parse("1-10:3"), Depth.parse("51-200:2")], lambda p: p % 2 == 0, random.Random(1))
        self.assertEqual(len(set(taken)), 5)
        self.assertTrue(all(passage % 2 == 0 for passage in taken))
        self.assertTrue(all(passage < 110 or passage >= 290 for passage in taken[:3]))


class Columns(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.binary, self.graded = Path(self.folder.name) / "b.jsonl", Path(self.folder.name) / "g.jsonl"
        self.binary.write_text(json.dumps({"query": "q", "positive": "p", "negatives": ["n1", "n2", "n3"]}) + "\n", encoding="utf-8")
        record = {"query": "r", "passages": ["p", "n1", "n2"], "scores": [4.0, 8.0, -4.0]}
        self.graded.write_text(json.dumps(record) + "\n", encoding="utf-8")

    def tearDown(self) -> None:
        self.folder.cleanup()

    def test_best_label_first(self) -> None:
        found = {record.query: record for record in read_records([self.binary, self.graded], 3, 1)}
        self.assertEqual(found["r"].passages, ["n1", "p", "n2"])
        self.assertEqual((found["q"].passages[0], found["q"].labels), ("p", [1.0, 0.0, 0.0]))

    def test_too_short_lists_are_left_out(self) -> None:
        self.assertEqual([record.query for record in read_records([self.binary, self.graded], 4, 1)], ["q"])
        with self.assertRaises(SystemExit):
            read_records([self.graded], 4, 1)

    def test_lists(self) -> None:
        records = read_records([self.binary], 3, 1)
        self.assertEqual(to_dataset(records, "listnet")["labels"][0], [LISTNET_SCALE, 0, 0])
        self.assertEqual(to_dataset(records, "listmle")["labels"][0], [1, 0, 0])
        self.assertEqual(to_dataset(read_records([self.graded], 3, 1), "lambda")["labels"][0], [3, 2, 0])

    def test_pairs(self) -> None:
        rows = to_dataset(read_records([self.graded], 3, 1), "bce", 4.0)
        self.assertEqual(rows.column_names, ["query", "passage", "label"])
        np.testing.assert_allclose(rows["label"], [1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-1)), 1 / (1 + math.exp(1))])

    def test_margins(self) -> None:
        rows = to_dataset(read_records([self.graded], 3, 1), "margin-mse")
        self.assertEqual(rows.column_names, ["query", "positive", "negative_1", "negative_2", "labels"])
        self.assertEqual(rows["labels"][0], [8, 4, -4])

    def test_a_teacher_is_needed(self) -> None:
        with self.assertRaises(SystemExit):
            to_dataset(read_records([self.binary], 3, 1), "mse")

    def test_standardise_keeps_the_order(self) -> None:
        labels = standardise(read_records([self.graded], 3, 1))[0].labels
        self.assertAlmostEqual(sum(labels), 0)
        self.assertAlmostEqual(sum(label**2 for label in labels) / 3, 4)
        self.assertEqual(labels, sorted(labels, reverse=True))


if __name__ == "__main__":
    unittest.main()
