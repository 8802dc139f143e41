"""How much the early heads may prune: python -m training.judge.depth --scorer training/build/l6 --dev ../shared/data/dev/*

The margins are the smallest that keep the final top k and its nDCG@10 on the development sets: a passage goes on while its early
logit is no further than the margin below the k-th best. Writes depth.json into the scorer's folder: the margins, and for each set
the nDCG@10 at full and at adaptive depth and the share of passages that passes each cut.
"""

import argparse
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from training.judge.evaluate import ndcg, read_table, read_texts, trec_order
from training.scorer.allocator import keep_freed_memory
from training.scorer.pair_scorer import PairScorer
from training.scorer.staged_scorer import Scores, StagedScorer

# In logits: where the search for the margins begins, and how fine it is.
WIDEST = 5.0
STEP = 0.05
# So many steps narrower in exchange for so many wider elsewhere.
TRADES = (1, 2, 4)


class DevelopmentSet:
    """Final and early logits of one set's candidates, query by query."""

    def __init__(self, folder: Path, scorer: StagedScorer, limit: int | None):
        queries, corpus = read_texts(folder / "queries.jsonl"), read_texts(folder / "corpus.jsonl")
        candidates, grades = read_table(folder / "bm25.tsv"), read_table(folder / "qrels.tsv")
        judged = [query for query in grades if query in candidates]
        # Spread over the whole set: neighbours are often alike.
        judged = judged[:: max(1, len(judged) // limit)][:limit] if limit else judged
        self.name = folder.name
        self.grades = {query: grades[query] for query in judged}
        self.passages = {query: trec_order(candidates[query]) for query in judged}
        wanted = sorted({passage for passages in self.passages.values() for passage in passages})
        texts = dict(zip(wanted, scorer.encode([corpus[passage] for passage in wanted], scorer.scorer.config.cuts), strict=True))
        asked = scorer.encode([queries[query] for query in judged], scorer.scorer.config.cuts)
        self.final: dict[str, np.ndarray] = {}
        self.early: dict[str, Scores] = {}
        for query, states in zip(judged, asked, strict=True):
            self.final[query], self.early[query] = scorer.score(states, [texts[passage] for passage in self.passages[query]])

    def ndcg(self, query: str, kept: np.ndarray) -> float:
        """nDCG@10 of the final ranking of those that are left."""
        names = [self.passages[query][index] for index in kept]
        return ndcg(trec_order(dict(zip(names, map(float, self.final[query][kept]), strict=True))), self.grades[query])

    @cached_property
    def full(self) -> dict[str, float]:
        """nDCG@10 of each query at full depth."""
        return {query: self.ndcg(query, np.arange(len(final))) for query, final in self.final.items()}

    def lost(self, left: dict[str, np.ndarray]) -> float:
        """Mean nDCG@10 that is missing when only these are left."""
        return float(np.mean([self.full[query] - self.ndcg(query, kept) for query, kept in left.items()]))


def survivors(early: Scores, margins: dict[int, float], k: int) -> list[np.ndarray]:
    """The candidates that pass each cut, in turn."""
    left = np.arange(len(next(iter(early.values()))))
    passed = []
    for cut, margin in margins.items():
        scores = early[cut][left]
        if len(left) > k:
            left = left[scores >= np.sort(scores)[-k] - margin]
        passed.append(left)
    return passed


def overlap(final: np.ndarray, kept: np.ndarray, k: int) -> float:
    """Share of the final top k that is left."""
    best = np.argsort(-final, kind="stable")[:k]
    return len(np.intersect1d(best, kept)) / len(best)


def layers_run(shares: list[float], cuts: list[int], layers: int) -> float:
    """Layers that a candidate goes through on average, where `shares` pass the cuts."""
    bounds = [0, *cuts, layers]
    heights = [above - below for below, above in zip(bounds, bounds[1:], strict=False)]
    return sum(height * share for height, share in zip(heights, [1.0, *shares], strict=True))


@dataclass(frozen=True)
class Outcome:
    """What margins do: layers a candidate runs through and share of the final top k that is left, means over the sets."""

    margins: dict[int, float]
    work: float
    overlap: float
    left: list[dict[str, np.ndarray]]


def outcome(sets: list[DevelopmentSet], margins: dict[int, float], layers: int, k: int) -> Outcome:
    """Of each set the mean over its queries, and then over the sets."""
    overlaps, work, left = [], [], []
    for each in sets:
        passed = {query: survivors(each.early[query], margins, k) for query in each.final}
        counts = [[len(part) / len(each.final[query]) for part in parts] for query, parts in passed.items()]
        work.append(layers_run(np.mean(counts, axis=0).tolist(), list(margins), layers))
        left.append({query: parts[-1] for query, parts in passed.items()})
        overlaps.append(np.mean([overlap(each.final[query], kept, k) for query, kept in left[-1].items()]))
    return Outcome(margins, float(np.mean(work)), float(np.mean(overlaps)), left)


def choose_margins(
    sets: list[DevelopmentSet], cuts: list[int], layers: int, k: int, target: float, most_lost: float
) -> dict[int, float]:
    """Margins of little work that keep the mean overlap at the target and lose no more than `most_lost` nDCG@10 on any set.

    From margins that let nearly all pass, each step narrows the one that saves most work for the overlap it costs; where none may be
    narrowed, one is narrowed and another widened, as long as that saves work.
    """

    def allowed(found: Outcome) -> bool:
        within = found.overlap > target - 1e-9
        return within and max(each.lost(left) for each, left in zip(sets, found.left, strict=True)) <= most_lost

    def moved(changes: dict[int, int]) -> Outcome:
        margins = {cut: round(max(now.margins[cut] + STEP * changes.get(cut, 0), 0.0), 2) for cut in cuts}
        return outcome(sets, margins, layers, k)

    now = outcome(sets, dict.fromkeys(cuts, WIDEST), layers, k)
    while True:
        narrowed = [moved({cut: -1}) for cut in cuts if now.margins[cut] > 0]
        narrowed.sort(key=lambda found: (found.work - now.work) / max(now.overlap - found.overlap, 1e-6))
        step = next(filter(allowed, narrowed), None)
        if step is None:
            pairs = [(one, other) for one in cuts for other in cuts if one != other]
            traded = [moved({one: -down, other: up}) for one, other in pairs for down in TRADES for up in TRADES]
            saving = sorted((found for found in traded if found.work < now.work - 1e-9), key=lambda found: found.work)
            step = next(filter(allowed, saving), None)
        if step is None:
            return now.margins
        now = step


def cascade(sets: list[DevelopmentSet], first: list[DevelopmentSet], k: int, target: float) -> dict[str, float]:
    """A smaller model scores all candidates in place of the early heads, and nothing of its work is used again: the smallest
    margin that keeps the target, and the share of candidates that the whole model then scores."""
    for margin in np.arange(0.25, 20, 0.25):
        overlaps, shares = [], []
        for each, small in zip(sets, first, strict=True):
            left = {query: survivors({0: small.final[query]}, {0: float(margin)}, k)[-1] for query in each.final}
            overlaps.append(np.mean([overlap(each.final[query], kept, k) for query, kept in left.items()]))
            shares.append(np.mean([len(kept) / len(each.final[query]) for query, kept in left.items()]))
        if np.mean(overlaps) >= target:
            break
    return {"margin": float(margin), "overlap": round(float(np.mean(overlaps)), 4), "share": round(float(np.mean(shares)), 4)}


def report(sets: list[DevelopmentSet], margins: dict[int, float], k: int) -> dict[str, dict[str, float]]:
    """Per set: overlap of the top k, nDCG@10 at full and adaptive depth, and the share that passes each cut."""
    table = {}
    for each in sets:
        passed = {query: survivors(each.early[query], margins, k) for query in each.final}
        mean = lambda values: round(float(np.mean(list(values))), 4)  # noqa: E731
        table[each.name] = {
            "queries": len(passed),
            "overlap": mean(overlap(each.final[query], left[-1], k) for query, left in passed.items()),
            "full": mean(each.full.values()),
            "adaptive": mean(each.ndcg(query, left[-1]) for query, left in passed.items()),
            **{
                f"after {cut}": mean(len(left[place]) / len(each.final[query]) for query, left in passed.items())
                for place, cut in enumerate(margins)
            },
        }
        print(each.name, table[each.name], flush=True)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, required=True, help="folder of the trained scorer")
    parser.add_argument("--dev", type=Path, nargs="+", required=True, help="development sets in BEIR form")
    parser.add_argument("--dev-queries", type=int, help="so many queries of each, spread over the set; default all")
    parser.add_argument("--cascade", type=Path, help="folder of a smaller scorer, to compare a cascade of two models")
    parser.add_argument("--top-k", type=int, default=10)
    parser.add_argument("--overlap", type=float, default=0.98, help="mean share of the final top k that must be left")
    parser.add_argument("--ndcg-loss", type=float, default=0.005, help="nDCG@10 that any set may lose")
    parser.add_argument("--max-length", type=int, default=256, help="tokens of one text")
    options = parser.parse_args()
    keep_freed_memory()
    scorer = PairScorer.from_pretrained(options.scorer).eval()
    staged = StagedScorer(scorer, options.scorer, options.max_length)
    sets = [DevelopmentSet(folder, staged, options.dev_queries) for folder in options.dev]
    margins = choose_margins(sets, scorer.config.cuts, scorer.config.num_hidden_layers, options.top_k, options.overlap, options.ndcg_loss)
    print("margins", margins)
    content = {"margins": list(margins.values()), "sets": report(sets, margins, options.top_k)}
    layers = scorer.config.num_hidden_layers
    content["layers"] = round(outcome(sets, margins, layers, options.top_k).work, 3)
    if options.cascade:
        small = PairScorer.from_pretrained(options.cascade).eval()
        first = StagedScorer(small, options.cascade, options.max_length)
        others = [DevelopmentSet(folder, first, options.dev_queries) for folder in options.dev]
        content["cascade"] = cascade(sets, others, options.top_k, options.overlap)
        content["cascade"]["layers"] = round(small.config.num_hidden_layers + layers * content["cascade"]["share"], 3)
        print("cascade", content["cascade"], "against", content["layers"], "layers of", layers, flush=True)
    (options.scorer / "depth.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
