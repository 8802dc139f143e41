"""Fixtures of src/evaluation from the Python references: python training/evaluation_goldens.py

- trec.json: trec_eval's measures, by pytrec_eval where it is installed, else by the definition written down below (from
  trec_eval's form_res_rels.c, m_ndcg_cut.c, m_map.c, m_recall.c and m_recip_rank.c). `reference` says which.
- cross-encoder.json: sentence-transformers' CrossEncoderRerankingEvaluator.
- nano/ and nano.json: CrossEncoderNanoBEIREvaluator over a made-up data set in the Hub's layout.
- significance.json: scipy's exact paired permutation test.

All texts and identifiers are made up here. Needs sentence-transformers, datasets, scipy and scikit-learn.
"""

import json
import math
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from unittest import mock

os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"

import numpy as np  # noqa: E402
from datasets import Dataset  # noqa: E402
from scipy.stats import permutation_test  # noqa: E402
from sentence_transformers.cross_encoder.evaluation import (  # noqa: E402
    CrossEncoderNanoBEIREvaluator,
    CrossEncoderRerankingEvaluator,
)

try:
    import pytrec_eval
except ImportError:
    pytrec_eval = None

OUT = Path(__file__).parent.parent / "src" / "evaluation" / "fixtures"
WORDS = "amber birch cedar delta ember fjord grove heron inlet jetty kelp lagoon marsh north orchid pine quartz reed".split()
MEASURES = ["ndcg@1", "ndcg@5", "ndcg@10", "mrr@3", "mrr@10", "map", "map@5", "recall@5", "recall@100"]


def sentence(rng: random.Random, length: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(length))


# --- trec_eval ---------------------------------------------------------------------------------------------------


def by_definition(name: str, run: dict[str, float], grades: dict[str, int]) -> float:
    """One measure of one query. Code-point order of Python strings is the byte order of UTF-8."""
    ranking = sorted(run, key=lambda document: (run[document], document), reverse=True)
    measure, _, cut = name.partition("@")
    depth = int(cut) if cut else len(ranking)
    gains = [max(0, grades.get(document, 0)) for document in ranking[:depth]]
    relevant = sum(grade >= 1 for grade in grades.values())
    hits = [place for place, gain in enumerate(gains, 1) if gain >= 1]
    if relevant == 0:
        return 0.0
    if measure == "ndcg":
        ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:depth]
        total = lambda values: sum(value / math.log2(place + 1) for place, value in enumerate(values, 1))  # noqa: E731
        return total(gains) / total(ideal)
    if measure == "mrr":
        return 1 / hits[0] if hits else 0.0
    if measure == "map":
        return sum(count / place for count, place in enumerate(hits, 1)) / relevant
    return len(hits) / relevant


def by_pytrec_eval(name: str, run: dict[str, float], grades: dict[str, int]) -> float:
    measure, _, cut = name.partition("@")
    if measure == "mrr":  # recip_rank has no cut-off: cut the run
        run = {d: run[d] for d in sorted(run, key=lambda d: (run[d], d), reverse=True)[: int(cut)]}
    key = {"ndcg": f"ndcg_cut.{cut}", "mrr": "recip_rank", "map": f"map_cut.{cut}" if cut else "map", "recall": f"recall.{cut}"}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": grades}, {key[measure]})
    return evaluator.evaluate({"q": run})["q"][key[measure].replace(".", "_")]


def trec() -> dict:
    rng = random.Random(3)
    documents = [f"d{i}" for i in range(40)] + ["Ä-1", "z\U0001f600", "z\uff5e", "10", "9"]
    qrels, run = {}, {}
    for i in range(14):
        query = f"q{i}"
        judged = rng.sample(documents, rng.randint(3, 20))
        qrels[query] = {document: rng.choice([0, 0, 1, 1, 2, 3, -1]) for document in judged}
        retrieved = rng.sample(documents, rng.randint(4, 30))
        steps = rng.choice([3, 8, 1000])  # few steps: many ties
        run[query] = {document: rng.randint(0, steps) / 4 - 1 for document in retrieved}
    qrels["q3"] = {document: 0 for document in qrels["q3"]}  # judged, nothing relevant
    del run["q5"]  # judged, not retrieved
    run["q99"] = {"d1": 1.0}  # retrieved, not judged
    run["q7"] = {"z\U0001f600": 1.0, "z\uff5e": 1.0, "10": 1.0, "9": 1.0}  # ties whose order depends on the encoding
    qrels["q7"] = {"z\uff5e": 1, "9": 2, "d4": 1}
    compute = by_pytrec_eval if pytrec_eval else by_definition
    figures = {q: {name: compute(name, run.get(q, {}), grades) for name in MEASURES} for q, grades in qrels.items()}
    mean = lambda rows: {name: sum(row[name] for row in rows) / len(rows) for name in MEASURES}  # noqa: E731
    lines = {
        "qrels.tsv": ["query-id\tcorpus-id\tscore"] + [f"{q}\t{d}\t{g}" for q in qrels for d, g in qrels[q].items()],
        "qrels.trec": [f"{q} 0 {d} {g}" for q in qrels for d, g in qrels[q].items()],
        "run.tsv": ["query-id\tcorpus-id\trank\tscore"]
        + [f"{q}\t{d}\t{r}\t{s}" for q in run for r, (d, s) in enumerate(run[q].items(), 1)],
        "run.trec": [f"{q} Q0 {d} {r} {s} made-up" for q in run for r, (d, s) in enumerate(run[q].items(), 1)],
    }
    return {
        "reference": "pytrec_eval" if pytrec_eval else "the definition in training/evaluation_goldens.py",
        "files": {name: "\n".join(rows) + "\n" for name, rows in lines.items()},
        "perQuery": figures,
        "completeMean": mean(list(figures.values())),
        "intersectionMean": mean([row for q, row in figures.items() if q in run]),
    }


# --- sentence-transformers -----------------------------------------------------------------------------------------


class TableModel:
    """Stands in for a CrossEncoder: looks scores up, and records what it was asked."""

    def __init__(self, scores: dict[tuple[str, str], float]):
        self.scores = scores
        self.model_card_data = mock.Mock()

    def predict(self, pairs, **_options):
        return np.array([self.scores[query, document] for query, document in pairs], dtype=np.float32)


def stable_argsort():
    """numpy leaves the order of equal scores open (it depends on the CPU): fix it to that of a stable sort."""
    plain = np.argsort
    return mock.patch("numpy.argsort", lambda values, *_, **__: plain(values, kind="stable"))


def cross_encoder() -> dict:
    rng = random.Random(7)
    samples = []
    for i in range(10):
        texts = list(dict.fromkeys(sentence(rng, 6) for _ in range(rng.randint(6, 24))))
        positive = rng.sample(texts, rng.randint(1, 4))
        documents = [text for text in texts if text not in positive or rng.random() < 0.7]
        samples.append({"query": f"query {i} {sentence(rng, 2)}", "positive": positive, "documents": documents})
    samples[1]["documents"] = [d for d in samples[1]["documents"] if d not in samples[1]["positive"]]  # none retrieved
    samples[2]["positive"] = []  # nothing is relevant
    samples[3]["documents"] = samples[3]["positive"] + samples[3]["documents"]  # texts given twice
    negatives = [
        {"query": s["query"], "positive": s["positive"], "negative": [d for d in s["documents"] if d not in s["positive"]]}
        for s in samples
        if s["positive"]
    ]
    scores = {}
    for i, sample in enumerate(samples):
        for text in sample["positive"] + sample["documents"]:
            tied = i % 3 == 0  # every third query has few distinct scores
            scores[sample["query"], text] = rng.randint(0, 3) / 2 if tied else float(np.float32(rng.gauss(0, 4)))
    cases = []
    for name, given, always, k in [
        ("", samples, True, 10),
        ("made-up", samples, False, 10),
        ("", samples, True, 3),
        ("negatives", negatives, True, 5),
    ]:
        evaluator = CrossEncoderRerankingEvaluator(given, at_k=k, always_rerank_positives=always, name=name, write_csv=False)
        with stable_argsort():
            expected = evaluator(TableModel(scores))
        kind = "negatives" if given is negatives else "samples"
        cases.append({"name": name, "samples": kind, "alwaysRerankPositives": always, "k": k, "expected": expected})
    table = [[query, document, score] for (query, document), score in scores.items()]
    return {"samples": samples, "negatives": negatives, "scores": table, "cases": cases}


def nano() -> dict:
    rng = random.Random(11)
    scores, splits = {}, ["NanoMSMARCO", "NanoNQ"]
    shutil.rmtree(OUT / "nano", ignore_errors=True)
    subsets = ["corpus", "queries", "qrels", "bm25"]
    for split in splits:
        corpus = {f"{split}-{i}": sentence(rng, 8) for i in range(30)}
        queries = {f"{split}-q{i}": f"{split} {sentence(rng, 3)}" for i in range(6)}
        qrels = [(q, d) for q in queries for d in rng.sample(list(corpus), rng.randint(1, 3))]
        bm25 = {q: rng.sample(list(corpus), 14) for q in reversed(queries)}
        scores |= {(q, d): float(np.float32(rng.gauss(0, 4))) for q in queries.values() for d in corpus.values()}
        tables = {
            "corpus": {"_id": list(corpus), "text": list(corpus.values())},
            "queries": {"_id": list(queries), "text": list(queries.values())},
            "qrels": {"query-id": [q for q, _ in qrels], "corpus-id": [d for _, d in qrels]},
            "bm25": {"query-id": list(bm25), "corpus-ids": list(bm25.values())},
        }
        for subset, table in tables.items():
            path = OUT / "nano" / subset / f"{split}-00000-of-00001.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            Dataset.from_dict(table).to_parquet(path)
    configs = [f"- config_name: {subset}\n  data_files:\n" for subset in subsets]
    for i, subset in enumerate(subsets):
        configs[i] += "".join(f"  - split: {split}\n    path: {subset}/{split}-*\n" for split in splits)
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(OUT / "nano", Path(folder) / "data")
        (copy / "README.md").write_text("---\nconfigs:\n" + "".join(configs) + "---\n")
        with mock.patch("datasets.config.HF_DATASETS_CACHE", Path(folder) / "cache"):
            for always in (True, False):
                evaluator = CrossEncoderNanoBEIREvaluator(
                    ["msmarco", "nq"], str(copy), rerank_k=12, always_rerank_positives=always, write_csv=False
                )
                with stable_argsort():
                    figures = {key: float(value) for key, value in evaluator(TableModel(scores)).items()}
                cases.append({"alwaysRerankPositives": always, "rerankK": 12, "expected": figures})
    return {"scores": [[query, document, score] for (query, document), score in scores.items()], "cases": cases}


def significance() -> list[dict]:
    rng = random.Random(5)
    cases = []
    for size, shift in [(5, 0.3), (9, 0.1), (12, 0.0), (16, 0.05), (21, 0.05)]:  # the last has over 16 differences
        before = [rng.randint(0, 20) / 20 for _ in range(size)]
        after = [b if i % 6 == 4 else max(0.0, b + round(rng.gauss(shift, 0.2), 2)) for i, b in enumerate(before)]
        result = permutation_test(
            (after, before), lambda a, b, axis: np.mean(a - b, axis=axis), permutation_type="samples", n_resamples=np.inf
        )
        cases.append({"before": before, "after": after, "meanDifference": result.statistic, "pValue": result.pvalue})
    return cases


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in {"trec": trec, "cross-encoder": cross_encoder, "nano": nano, "significance": significance}.items():
        text = json.dumps(make(), ensure_ascii=False, separators=(",", ":"))
        (OUT / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name}.json: {len(text):,} characters", file=sys.stderr)


if __name__ == "__main__":
    main()
