"""Windows, rewritten questions, MS MARCO's formats and what must never be trained on."""

import argparse
import json
import random
import tempfile
import unittest
from pathlib import Path

from training.data.msmarco import qrels_and_run, refuse_test_text, triples
from training.data.prepare import add_judged, add_pool
from training.data.prepared import Collection, Question, contains
from training.data.queries import keywords, kind_of, rewrites, typed
from training.data.windows import CRUMB, LONGEST, SHORTEST, sentences, windows


class Windows(unittest.TestCase):
    def test_sentences_end_where_they_should(self) -> None:
        text = 'Dr. Smith met J. R. Tolkien in 1.5 hours. "It rained." He left at 5 p.m. on foot! Key Points - First one - Second one'
        self.assertEqual(
            sentences(text),
            ["Dr. Smith met J. R. Tolkien in 1.5 hours.", '"It rained."', "He left at 5 p.m. on foot!", "Key Points", "First one", "Second one"],
        )

    def test_nothing_is_lost_and_lengths_hold(self) -> None:
        rng = random.Random(2)
        for _ in range(60):
            parts = [" ".join(["Word", *["word"] * rng.randint(1, 120)]) + "." for _ in range(rng.randint(1, 12))]
            text = " ".join(parts)
            cut = windows(text, rng)
            self.assertEqual(" ".join(cut), text)
            lengths = [len(window.split()) for window in cut]
            self.assertTrue(all(SHORTEST <= length <= LONGEST + CRUMB for length in lengths[:-1]), lengths)
            self.assertLessEqual(lengths[-1], LONGEST + CRUMB)

    def test_same_seed_same_windows(self) -> None:
        text = "One sentence of six words only. " * 40
        self.assertEqual(windows(text, random.Random("1 x")), windows(text, random.Random("1 x")))


class Queries(unittest.TestCase):
    def test_keywords(self) -> None:
        self.assertEqual(keywords("What is the capital of the U.S. state of Alaska?"), "capital u.s state alaska")

    def test_too_little_left_stays_a_question(self) -> None:
        self.assertEqual(keywords("Who are you?"), "Who are you?")

    def test_shares(self) -> None:
        rng = random.Random(1)
        texts = [typed("What is the height of the tower?", rng, 0.35) for _ in range(2000)]
        self.assertAlmostEqual(texts.count("height tower") / 2000, 0.35, delta=0.04)
        self.assertAlmostEqual(texts.count("What is the height of the tower") / 2000, 0.325, delta=0.04)

    def test_the_subject_does_not_decide_the_kind(self) -> None:
        forms = rewrites("What are the treatments for Symptom Cause Disease ?", "Symptom Cause Disease", 3, random.Random(4), 0.5)
        self.assertEqual(
            kind_of("What are the treatments for Symptom Cause Disease ?", "Symptom Cause Disease"),
            kind_of("What are the treatments for Flu ?", "Flu"),
        )
        self.assertTrue(all("Symptom Cause Disease" in form for form in forms))
        self.assertTrue(all("?" not in form or form.endswith("?") for form in forms))

    def test_unknown_form(self) -> None:
        self.assertEqual(kind_of("how common is botulism?", "Plague"), -1)


class MsMarco(unittest.TestCase):
    def test_test_text_is_refused(self) -> None:
        for name in ("/x/dl21", "trec-dl-2019/q.tsv", "2019qrels-pass.txt", "msmarco-test2020-queries.tsv", "msmarco_passage_08_24643970"):
            with self.assertRaises(SystemExit, msg=name):
                refuse_test_text(name)
        for name in ("/work/shared/data/dev/npl", "qrels.train.tsv", "bundle21", "/a/squad-train.jsonl", "2021/collection.tsv"):
            refuse_test_text(name)

    def test_triples_of_one_question_are_joined(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "triples.train.small.tsv"
            path.write_text("q\tright\twrong\nq\tright\tother\nr\tother\tright\n", encoding="utf-8")
            collection = Collection()
            found = list(triples(path, collection))
        self.assertEqual([question.query for question in found], ["q", "r"])
        self.assertEqual([collection.texts[collection.index[c]] for c in found[0].candidates], ["wrong", "other"])

    def test_qrels_and_runs(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            files = {"collection.tsv": "7\tseven\n8\teight\n9\tnine\n", "queries.tsv": "1\tone\n", "qrels.tsv": "1\t0\t8\t1\n1\t0\t7\t0\n"}
            for run in ("1\t7\t1\n1\t8\t2\n", "1 Q0 7 1 2.5 tag\n1 Q0 8 2 2.4 tag\n"):
                for file, text in (files | {"run.tsv": run}).items():
                    (folder / file).write_text(text, encoding="utf-8")
                paths = {part: folder / f"{part}.tsv" for part in ("collection", "queries", "qrels", "run")}
                collection = Collection()
                found = list(qrels_and_run(argparse.Namespace(run_depth=10, **paths), collection))
                self.assertEqual(found, [Question("one", "msmarco-8", [], ["msmarco-7"])])
                self.assertEqual(collection.texts, ["seven", "eight"])


class Judged(unittest.TestCase):
    def test_each_answer_is_a_question_and_the_rest_its_candidates(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            passages = [{"text": "right", "label": 1}, {"text": "wrong", "label": 0}, {"text": "also right", "label": 1}]
            (folder / "web.jsonl").write_text(json.dumps({"query": "q", "passages": passages}) + "\n", encoding="utf-8")
            (folder / "corpus.jsonl").write_text('{"_id": "7", "title": "A", "text": "pool"}\n{"_id": "8", "text": "wrong"}\n', encoding="utf-8")
            collection, found = Collection(), []
            add_judged(folder / "web.jsonl", collection, found.append, argparse.Namespace())
            add_pool(folder, collection, found.append, argparse.Namespace())
        self.assertEqual(collection.texts, ["right", "wrong", "also right", "A pool"])
        self.assertEqual(found, [Question("q", "p0", [], ["p1"]), Question("q", "p2", [], ["p1"])])


class Texts(unittest.TestCase):
    def test_contains_whole_words(self) -> None:
        self.assertTrue(contains("Born in St. Mary's, 1905.", "st marys 1905".replace("marys", "mary s")))
        self.assertFalse(contains("1905", "190"))
        self.assertFalse(contains("anything", "—"))

    def test_equal_texts_are_one_passage(self) -> None:
        collection = Collection()
        self.assertEqual(collection.add("same", "g#1"), collection.add(" same ", "g#2"))
        self.assertEqual(len(collection), 1)


if __name__ == "__main__":
    unittest.main()
