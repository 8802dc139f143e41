"""nDCG@10 of scorers whose layers stay apart: python -m training.judge.apart --scorer first=training/build/start --dev ../shared/data/dev/*

One measure for every recipe: BM25's hundred of each judged query, every text by itself and cut to 256 tokens, fp32, gates quite closed.
With --dev-queries a fixed sample, spread over each set but dl21, which is always whole. Each scorer becomes a row of the table,
written to --json as it is done.
"""

import argparse
import copy
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from training.judge.evaluate import ndcg, read_table, read_texts, trec_order
from training.scorer.allocator import keep_freed_memory
from training.scorer.apart import KeptStates, Reader, Texts, climb, join, logits_between, without_crossing
from training.scorer.compact import CompactHead
from training.scorer.pair_scorer import PairScorer
from training.scorer.pairs import batches_by_tokens

# The set that is never sampled.
WHOLE = "dl21"
# From one query's last states and its candidates' to [1, candidates].
Between = Callable[[Texts, Texts], Tensor]


class ApartSet:
    """One development set: texts as tokens, and for each query the places of its candidates."""

    def __init__(self, folder: Path, reader: Reader, limit: int | None = None, top_k: int = 100):
        queries, corpus = read_texts(folder / "queries.jsonl"), read_texts(folder / "corpus.jsonl")
        candidates, grades = read_table(folder / "bm25.tsv"), read_table(folder / "qrels.tsv")
        judged = [query for query in grades if query in candidates]
        # Spread over the whole set: neighbours are often alike.
        judged = judged[:: max(1, len(judged) // limit)][:limit] if limit else judged
        self.name = folder.name
        self.queries = list(range(len(judged)))
        self.grades = [grades[query] for query in judged]
        self.names = [trec_order(candidates[query])[:top_k] for query in judged]
        wanted = sorted({name for names in self.names for name in names})
        places = {name: place for place, name in enumerate(wanted, len(judged))}
        self.candidates = [[places[name] for name in names] for names in self.names]
        # The queries first, then the passages.
        self.ids = reader([queries[query] for query in judged] + [corpus[name] for name in wanted])

    def sample(self, limit: int, top_k: int) -> "ApartSet":
        """Fewer queries, spread over these, and the best of their candidates; the texts keep their places."""
        smaller = copy.copy(self)
        chosen = range(0, len(self.grades), max(1, len(self.grades) // limit))[:limit]
        smaller.queries = [self.queries[index] for index in chosen]
        smaller.grades = [self.grades[index] for index in chosen]
        smaller.names = [self.names[index][:top_k] for index in chosen]
        smaller.candidates = [self.candidates[index][:top_k] for index in chosen]
        return smaller

    def ndcg(self, score: Callable[[int, list[int]], np.ndarray]) -> list[float]:
        """nDCG@10 of each query; `score` takes the query's place and its candidates'."""
        figures = []
        for query, names, places, grades in zip(self.queries, self.names, self.candidates, self.grades, strict=True):
            scores = map(float, score(query, places))
            figures.append(ndcg(trec_order(dict(zip(names, scores, strict=True))), grades))
        return figures


def open_set(folder: Path, reader: Reader, limit: int | None) -> ApartSet:
    """A set, or a sample of it; the one that the targets are set on is always whole."""
    return ApartSet(folder, reader, None if folder.name == WHOLE else limit)


@torch.no_grad()
def last_states(scorer: PairScorer, kept: KeptStates, places: list[int], tokens: int = 4096) -> dict[int, Texts]:
    """Each of those texts by its place, its states after the last layer."""
    found = {}
    for batch in batches_by_tokens([len(kept.ids[place]) for place in places], tokens):
        chosen = [places[index] for index in batch]
        texts = climb(scorer, kept[chosen], kept.layer)
        for row, place in enumerate(chosen):
            length = len(kept.ids[place])
            # A copy, or the whole padded batch would stay in memory.
            found[place] = Texts(*(table[row : row + 1, :length].clone() for table in (texts.states, texts.ids, texts.mask)))
    return found


@torch.no_grad()
def judge(each: ApartSet, scorer: PairScorer, kept: KeptStates, *heads: Between) -> list[list[float]]:
    """nDCG@10 of each query of a set, for each of the heads; without any for the scorer's own."""
    texts = last_states(scorer, kept, sorted({*each.queries, *(place for places in each.candidates for place in places)}))
    # Joined once for all heads: that costs more than a head does.
    tables = {query: (texts[query], join([texts[place] for place in places])) for query, places in zip(each.queries, each.candidates, strict=True)}
    heads = heads or (partial(logits_between, scorer.head),)
    return [each.ndcg(lambda query, _places, head=head: head(*tables[query])[0].numpy()) for head in heads]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", action="append", required=True, help="name=folder of a scorer; may be given again")
    parser.add_argument("--compact", type=Path, nargs="*", default=[], help="files of its compact forms, each a row of its own")
    parser.add_argument("--dev", type=Path, nargs="+", required=True, help="development sets in BEIR form")
    parser.add_argument("--dev-queries", type=int, help="so many queries of each but dl21, spread over the set; default all")
    parser.add_argument("--max-length", type=int, default=256, help="tokens of one text")
    parser.add_argument("--kept", type=int, default=4, help="states after so many layers are kept for scorers that share these layers")
    parser.add_argument("--states", type=Path, required=True, help="where they lie")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="scorer -> set -> nDCG@10; what stands there already is not measured again")
    options = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    table = json.loads(options.json.read_text("utf-8")) if options.json and options.json.exists() else {}
    if options.compact and len(options.scorer) > 1:
        parser.error("--compact belongs to one --scorer")
    for name, path in (entry.split("=", 1) for entry in options.scorer):
        scorer, reader = without_crossing(Path(path)), Reader(Path(path), options.max_length)
        heads: dict[str, Between] = {name: partial(logits_between, scorer.head)}
        heads |= {f"{name}, {file.stem}": CompactHead.open(file).between for file in options.compact}
        for folder in options.dev:
            wanted = [row for row in heads if folder.name not in table.get(row, {})]
            if not wanted:
                continue
            started = time.time()
            each = open_set(folder, reader, options.dev_queries)
            kept = KeptStates(scorer, each.ids, options.kept, options.states)
            for row, figures in zip(wanted, judge(each, scorer, kept, *(heads[row] for row in wanted)), strict=True):
                table.setdefault(row, {})[folder.name] = round(float(np.mean(figures)), 5)
                print(f"{row}\t{folder.name}\t{len(figures)} queries\t{np.mean(figures):.4f}\t{time.time() - started:.0f} s", flush=True)
            if options.json:
                options.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
        for row in heads:
            print(f"{row}\tmean of {len(table[row])}\t{np.mean(list(table[row].values())):.4f}", flush=True)


if __name__ == "__main__":
    main()
