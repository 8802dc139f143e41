"""nDCG@10 of exported graphs on development sets: python training/evaluate.py --model FOLDER --graph q8=PATH --data DIR..."""

import argparse
import json
import math
import time
from collections import defaultdict
from pathlib import Path

from model_folder import MAX_LENGTH
from onnx_scorer import OnnxScorer
from pairs import PairEncoder


def read_texts(path: Path) -> dict[str, str]:
    """Identifier to text, the title in front where there is one."""
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {record["_id"]: f"{record.get('title') or ''} {record['text']}".strip() for record in records}


def read_table(path: Path) -> dict[str, dict[str, float]]:
    """query-id to corpus-id to the last column, from qrels.tsv or bm25.tsv (a header is skipped)."""
    table: dict[str, dict[str, float]] = defaultdict(dict)
    for line in path.read_text(encoding="utf-8").splitlines():
        query, passage, *_, value = line.split("\t")
        if query != "query-id":
            table[query][passage] = float(value)
    return table


def ndcg(ranking: list[str], grades: dict[str, float], depth: int = 10) -> float:
    """Linear gain, and an ideal over everything that was judged, as trec_eval has it."""

    def gain(values: list[float]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values[:depth]))

    ideal = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(passage, 0.0) for passage in ranking]) / ideal if ideal else 0.0


def evaluate(folder: Path, score) -> float:
    """Mean nDCG@10 over the judged queries, each reranking its BM25 candidates. `score` takes (query, passages)."""
    queries, corpus = read_texts(folder / "queries.jsonl"), read_texts(folder / "corpus.jsonl")
    grades, candidates = read_table(folder / "qrels.tsv"), read_table(folder / "bm25.tsv")
    values = []
    for query, judged in grades.items():
        passages = list(candidates[query])
        scores = score(query, passages, queries, corpus, candidates)
        ranking = [passage for _, passage in sorted(zip(scores, passages), key=lambda item: -item[0])]
        values.append(ndcg(ranking, judged))
    return sum(values) / len(values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--graph", action="append", default=[], help="name=path of a graph; may be given again")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders in BEIR form with bm25.tsv")
    arguments = parser.parse_args()
    encoder = PairEncoder(arguments.model, MAX_LENGTH)
    scorers = {"bm25": lambda query, passages, _queries, _corpus, bm25: [bm25[query][passage] for passage in passages]}
    for entry in arguments.graph:
        name, path = entry.split("=", 1)
        graph = OnnxScorer(Path(path), encoder)
        scorers[name] = lambda query, passages, queries, corpus, _bm25, graph=graph: graph.predict(
            [(queries[query], corpus[passage]) for passage in passages], 16
        )
    for folder in arguments.data:
        for name, score in scorers.items():
            start = time.time()
            print(f"{folder.name}\t{name}\t{evaluate(folder, score):.4f}\t{time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
