"""The measures against an example worked by hand, and against pytrec_eval or ir_measures where they are installed."""

import math
import random
import tempfile
import unittest
from pathlib import Path

from training.judge.evaluate import average_precision, evaluate, ndcg, reciprocal_rank, trec_order, with_means

try:
    import pytrec_eval
except ImportError:
    pytrec_eval = None
try:
    import ir_measures
except ImportError:
    ir_measures = None


class ByHand(unittest.TestCase):
    """Ranking a b c d e with grades b 3, d 1, and f 2, which no candidate list holds."""

    grades = {"b": 3.0, "d": 1.0, "f": 2.0, "a": 0.0}
    ranking = ["a", "b", "c", "d", "e"]

    def test_ndcg_counts_what_was_not_retrieved(self) -> None:
        gained = 3 / math.log2(3) + 1 / math.log2(5)
        ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
        self.assertAlmostEqual(ndcg(self.ranking, self.grades), gained / ideal)
        self.assertAlmostEqual(ndcg(self.ranking, self.grades), 0.4879, places=4)

    def test_ndcg_is_cut(self) -> None:
        self.assertAlmostEqual(ndcg(self.ranking, self.grades, 2), (3 / math.log2(3)) / (3 + 2 / math.log2(3)))

    def test_reciprocal_rank(self) -> None:
        self.assertEqual(reciprocal_rank(self.ranking, self.grades), 1 / 2)
        self.assertEqual(reciprocal_rank(self.ranking, self.grades, 1), 0)

    def test_average_precision_is_over_all_relevant(self) -> None:
        self.assertAlmostEqual(average_precision(self.ranking, self.grades), (1 / 2 + 2 / 4) / 3)

    def test_nothing_relevant(self) -> None:
        for measure in (ndcg, reciprocal_rank, average_precision):
            self.assertEqual(measure(self.ranking, {"a": 0.0}), 0)

    def test_ties_go_to_the_later_name(self) -> None:
        self.assertEqual(trec_order({"10": 1.0, "9": 1.0, "2": 2.0}), ["2", "9", "10"])

    def test_a_folder(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "queries.jsonl").write_text('{"_id": "q", "text": "words"}\n', encoding="utf-8")
            corpus = "".join(f'{{"_id": "{name}", "title": "T", "text": "{name}"}}\n' for name in "abcde")
            (folder / "corpus.jsonl").write_text(corpus, encoding="utf-8")
            (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\tb\t3\nq\td\t1\nq\tf\t2\nq\ta\t0\n", encoding="utf-8")
            rows = "".join(f"q\t{name}\t{rank}\t{9 - rank}\n" for rank, name in enumerate("edcba", 1))
            (folder / "bm25.tsv").write_text("query-id\tcorpus-id\trank\tscore\n" + rows, encoding="utf-8")

            def score(passages: list[str], texts: list[tuple[str, str]], bm25: dict[str, float]) -> list[float]:
                self.assertEqual(texts[0], ("words", "T e"))
                return [-bm25[passage] for passage in passages]

            figures = evaluate(folder, score, None, 100)
        self.assertAlmostEqual(figures["ndcg@10"], ndcg(self.ranking, self.grades))
        self.assertAlmostEqual(figures["map"], 1 / 3)

    def test_means_weigh_sets_alike(self) -> None:
        one, two = ({"m": {"ndcg@10": value, "mrr@10": 0.0, "map": 1.0}} for value in (0.2, 0.6))
        self.assertAlmostEqual(with_means({"x": one, "y": two})["mean"]["m"]["ndcg@10"], 0.4)


class ByReference(unittest.TestCase):
    def setUp(self) -> None:
        rng = random.Random(5)
        self.grades = {f"q{q}": {f"d{d}": rng.choice([0, 0, 1, 2, 3]) for d in range(30)} for q in range(20)}
        # Coarse scores, so that there are ties.
        self.run_ = {q: {f"d{d}": float(rng.randint(0, 12)) for d in range(5, 40)} for q in self.grades}

    def ours(self, measure) -> float:
        values = [measure(trec_order(self.run_[query]), self.grades[query]) for query in self.grades]
        return sum(values) / len(values)

    @unittest.skipUnless(pytrec_eval, "pytrec_eval is not installed")
    def test_pytrec_eval(self) -> None:
        found = pytrec_eval.RelevanceEvaluator(self.grades, {"ndcg_cut.10", "map"}).evaluate(self.run_)
        for name, measure in (("ndcg_cut_10", ndcg), ("map", average_precision)):
            self.assertAlmostEqual(self.ours(measure), sum(row[name] for row in found.values()) / len(found))

    @unittest.skipUnless(ir_measures, "ir_measures is not installed")
    def test_ir_measures(self) -> None:
        found = ir_measures.calc_aggregate([ir_measures.nDCG @ 10, ir_measures.AP], self.grades, self.run_)
        self.assertAlmostEqual(self.ours(ndcg), found[ir_measures.nDCG @ 10])
        self.assertAlmostEqual(self.ours(average_precision), found[ir_measures.AP])


if __name__ == "__main__":
    unittest.main()
