"""nDCG@10, MRR@10 and MAP of weights on development sets, as trec_eval has them and as `browser-reranker eval` prints them.

python -m training.judge.evaluate --model FOLDER --torch fp32=training/build/l6 --graph q8=PATH --data DIR...
python -m training.judge.evaluate --model FOLDER --exports --bi-encoder ../shared/model/init --data ../shared/data/dev/* --json FILE

BM25, what was given and, with --exports, every graph of the model's folder, set by set and in the mean over the sets.
"""

import argparse
import json
import math
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from training.export.onnx_scorer import OnnxScorer
from training.scorer.allocator import keep_freed_memory
from training.scorer.model_folder import MAX_LENGTH
from training.scorer.pairs import PairEncoder

Grades = dict[str, float]
Scores = dict[str, float]


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


def trec_order(scores: Scores) -> list[str]:
    """Best first; equal scores by identifier, descending, as trec_eval orders them."""
    by_name = sorted(scores, key=lambda passage: passage.encode(), reverse=True)
    return sorted(by_name, key=lambda passage: -scores[passage])


def ndcg(ranking: list[str], grades: Grades, depth: int = 10) -> float:
    """Linear gain, and an ideal over everything that was judged."""

    def gain(values: list[float]) -> float:
        return sum(max(0.0, value) / math.log2(place + 2) for place, value in enumerate(values[:depth]))

    ideal = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(passage, 0.0) for passage in ranking]) / ideal if ideal else 0.0


def reciprocal_rank(ranking: list[str], grades: Grades, depth: int = 10) -> float:
    """1 / place of the first relevant passage; 0 where none is among the first."""
    return next((1 / (place + 1) for place, name in enumerate(ranking[:depth]) if grades.get(name, 0) >= 1), 0.0)


def average_precision(ranking: list[str], grades: Grades) -> float:
    """Over all relevant passages, found or not."""
    relevant = sum(grade >= 1 for grade in grades.values())
    places = [place for place, name in enumerate(ranking, 1) if grades.get(name, 0) >= 1]
    return sum(found / place for found, place in enumerate(places, 1)) / relevant if relevant else 0.0


MEASURES = {"ndcg@10": ndcg, "mrr@10": reciprocal_rank, "map": average_precision}


def evaluate(folder: Path, score: Callable[..., list[float]], limit: int | None, top_k: int) -> dict[str, float]:
    """Means over the judged queries, each reranking its BM25 candidates. `score` takes (query, passages, texts, bm25)."""
    queries, corpus = read_texts(folder / "queries.jsonl"), read_texts(folder / "corpus.jsonl")
    grades, candidates = read_table(folder / "qrels.tsv"), read_table(folder / "bm25.tsv")
    judged = list(grades.items())[:limit]
    sums = dict.fromkeys(MEASURES, 0.0)
    for query, relevant in judged:
        passages = trec_order(candidates.get(query, {}))[:top_k]
        texts = [(queries[query], corpus[passage]) for passage in passages]
        scores = score(passages, texts, candidates.get(query, {})) if passages else []
        ranking = trec_order(dict(zip(passages, map(float, scores), strict=True)))
        for name, measure in MEASURES.items():
            sums[name] += measure(ranking, relevant)
    return {name: total / len(judged) for name, total in sums.items()}


def package_batches(texts: list[tuple[str, str]], lengths: list[int], budget: int) -> list[list[int]]:
    """The batches of one worker in the package: chunks of 128 pairs, longest text first, then batches of like length
    while padded tokens stay within the budget. Dynamic int8 scores depend on a batch, so they compare in the same ones only.
    """

    def units(index: int) -> int:
        return sum(len(text.encode("utf-16-le")) // 2 for text in texts[index])

    batches: list[list[int]] = []
    longest_first = sorted(range(len(texts)), key=lambda index: -units(index))
    for start in range(0, len(texts), 128):
        batch: list[int] = []
        for index in sorted(longest_first[start : start + 128], key=lambda index: -lengths[index]):
            if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
                batches.append(batch)
                batch = []
            batch.append(index)
        batches.append(batch)
    return batches


def score_texts(model, encoder: PairEncoder, texts: list[tuple[str, str]], arguments: argparse.Namespace) -> list[float]:
    """One logit a pair, in batches of one size or, with a budget, in the package's own."""
    rows = [encoder(query, passage) for query, passage in texts]
    if not arguments.tokens:
        return list(model.score_rows(rows, arguments.batch))
    scores = [math.nan] * len(rows)
    for batch in package_batches(texts, [len(row.ids) for row in rows], arguments.tokens):
        for index, score in zip(batch, model.score_rows([rows[index] for index in batch], len(batch)), strict=True):
            scores[index] = float(score)
    return scores


def bm25(passages: list[str], _texts: list[tuple[str, str]], scores: Scores) -> list[float]:
    """The first stage as it is."""
    return [scores[passage] for passage in passages]


def bi_encoder(folder: Path, max_length: int = MAX_LENGTH) -> Callable[..., list[float]]:
    """Cosine of the mean states, each text encoded once."""
    from training.data.retrieval import BiEncoder  # PyTorch and scipy, only where asked for

    encoder, known = BiEncoder(folder, max_length), {}

    def score(_passages: list[str], texts: list[tuple[str, str]], _bm25: Scores) -> list[float]:
        new = sorted({text for pair in texts for text in pair} - known.keys())
        known.update(zip(new, encoder.encode(new).astype(float), strict=True) if new else ())
        return [float(known[query] @ known[passage]) for query, passage in texts]

    return score


def scorers_of(arguments: argparse.Namespace) -> dict[str, Callable[..., list[float]]]:
    """Everything to judge, by name, in the order of the table."""
    encoder = PairEncoder(arguments.model, arguments.max_length)
    scorers: dict[str, Callable[..., list[float]]] = {"bm25": bm25}

    def add(name: str, model) -> None:
        scorers[name] = lambda _passages, texts, _bm25: score_texts(model, encoder, texts, arguments)

    if arguments.bi_encoder:
        scorers["bi-encoder"] = bi_encoder(arguments.bi_encoder, arguments.max_length)
    for name, path in (entry.split("=", 1) for entry in arguments.torch):
        from training.scorer.torch_scorer import TorchScorer  # only where asked for: PyTorch takes seconds to import

        add(name, TorchScorer(Path(path), arguments.threads))
    graphs = [entry.split("=", 1) for entry in arguments.graph]
    if arguments.exports:
        graphs += [(path.stem, path) for path in sorted((arguments.model / "onnx").glob("*.onnx"))]
    for name, path in graphs:
        add(name, OnnxScorer(Path(path), encoder, arguments.threads))
    return scorers


def with_means(table: dict[str, dict[str, dict[str, float]]]) -> dict[str, dict[str, dict[str, float]]]:
    """Adds to set -> scorer -> measures the set `mean`, over all sets alike."""
    names = list(next(iter(table.values())))
    means = {
        name: {measure: sum(figures[name][measure] for figures in table.values()) / len(table) for measure in MEASURES}
        for name in names
    }
    return table | {"mean": means}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--torch", action="append", default=[], help="name=folder of PyTorch weights")
    parser.add_argument("--graph", action="append", default=[], help="name=path of a graph; may be given again")
    parser.add_argument("--exports", action="store_true", help="every graph in the model folder's onnx/")
    parser.add_argument("--bi-encoder", type=Path, help="folder of an encoder, judged by the cosine of mean states")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders in BEIR form with bm25.tsv")
    parser.add_argument("--limit", type=int, help="the first judged queries only")
    parser.add_argument("--top-k", type=int, default=100, help="candidates a query")
    parser.add_argument("--max-length", type=int, default=MAX_LENGTH, help="tokens of a pair")
    parser.add_argument("--batch", type=int, default=16, help="pairs in a batch")
    parser.add_argument("--tokens", type=int, help="the package's batches instead: padded tokens in each (1024 on WASM)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="writes set -> scorer -> measures here too")
    arguments = parser.parse_args()
    keep_freed_memory()
    scorers = scorers_of(arguments)
    table: dict[str, dict[str, dict[str, float]]] = {}

    def show(folder: str, name: str, figures: dict[str, float], seconds: float | None = None) -> None:
        printed = "\t".join(f"{measure} {value:.6f}" for measure, value in figures.items())
        print(f"{folder}\t{name}\t{printed}" + (f"\t{seconds:.0f} s" if seconds is not None else ""), flush=True)

    for folder in arguments.data:
        table[folder.name] = {}
        for name, score in scorers.items():
            start = time.time()
            table[folder.name][name] = evaluate(folder, score, arguments.limit, arguments.top_k)
            show(folder.name, name, table[folder.name][name], time.time() - start)
    table = with_means(table)
    if len(arguments.data) > 1:
        for name, figures in table["mean"].items():
            show("mean", name, figures)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
