"""The early heads of a trained scorer, and how much they may prune: python training/early.py --scorer training/build/l6 \
  --data training/build/mined.jsonl --dev ../shared/data/dev/* --out training/build/l6-early

The layers stay as they are. Each head learns the order of the final logits, list by list (KL divergence of the two softmaxes), and
the margins are then the smallest that keep the final top k on the development sets: a passage goes on while its early logit is no
further than the margin below the k-th best. Writes the scorer with its heads, and depth.json.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from allocator import keep_freed_memory
from evaluate import ndcg, read_table, read_texts, trec_order
from model_folder import write_reference
from pair_scorer import PairScorer
from pairs import PairEncoder, Row, pad
from torch import Tensor

Scores = dict[int, np.ndarray]


def forward(scorer: PairScorer, rows: list[Row], early_grad: bool = False) -> tuple[Tensor, dict[int, Tensor]]:
    """Final logits and early logits by cut, [rows] each; only the early heads ever get gradients."""
    feeds = {name: torch.from_numpy(table) for name, table in pad(rows).items()}
    mask, types = feeds["attention_mask"], feeds["token_type_ids"]
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        states = scorer.states(**feeds)
    with torch.no_grad():
        final = scorer.head(states[-1], mask * (1 - types), mask * types)
    with torch.set_grad_enabled(early_grad):
        early = scorer.early_logits([state.float() for state in states], mask, types)
    return final[:, 0], {cut: logits[:, 0] for cut, logits in early.items()}


def grouped(scorer: PairScorer, rows: list[Row], size: int, early_grad: bool = False) -> tuple[Tensor, dict[int, Tensor]]:
    """`forward` over groups of rows of like length, in the order given."""
    order = sorted(range(len(rows)), key=lambda index: len(rows[index].ids))
    parts = [forward(scorer, [rows[index] for index in order[start : start + size]], early_grad) for start in range(0, len(rows), size)]
    back = torch.tensor(order).argsort()
    final = torch.cat([part for part, _ in parts])[back]
    return final, {cut: torch.cat([early[cut] for _, early in parts])[back] for cut in scorer.config.cuts}


def train_heads(scorer: PairScorer, records: list[dict], encoder: PairEncoder, options: argparse.Namespace) -> None:
    scorer.requires_grad_(False)
    scorer.early.requires_grad_(True)
    optimizer = torch.optim.AdamW(scorer.early.parameters(), lr=options.lr, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, total_steps=options.steps)
    rng = random.Random(options.seed)
    seen: dict[int, list[float]] = {cut: [] for cut in scorer.config.cuts}
    for step in range(options.steps):
        lists = rng.sample(records, options.queries)
        texts = [[record["positive"], *record["negatives"]] for record in lists]
        rows = [encoder(record["query"], text) for record, passages in zip(lists, texts, strict=True) for text in passages]
        final, early = grouped(scorer, rows, 16, early_grad=True)
        sizes = [len(passages) for passages in texts]
        loss = torch.zeros(())
        for cut, logits in early.items():
            terms = [
                torch.nn.functional.kl_div(ours.log_softmax(0), target.softmax(0), reduction="sum")
                for ours, target in zip(logits.split(sizes), (final / options.temperature).split(sizes), strict=True)
            ]
            seen[cut].append(float(torch.stack(terms).mean()))
            loss = loss + torch.stack(terms).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if (step + 1) % 50 == 0:
            print(step + 1, {cut: round(float(np.mean(values[-50:])), 4) for cut, values in seen.items()}, flush=True)


class DevelopmentSet:
    """Final and early logits of one set's candidates, query by query."""

    def __init__(self, folder: Path, scorer: PairScorer, encoder: PairEncoder, limit: int | None):
        queries, corpus = read_texts(folder / "queries.jsonl"), read_texts(folder / "corpus.jsonl")
        candidates, grades = read_table(folder / "bm25.tsv"), read_table(folder / "qrels.tsv")
        judged = [query for query in grades if query in candidates]
        # Spread over the whole set: neighbours are often alike.
        judged = judged[:: max(1, len(judged) // limit)][:limit] if limit else judged
        self.name = folder.name
        self.grades = {query: grades[query] for query in judged}
        self.passages = {query: trec_order(candidates[query]) for query in judged}
        self.final: dict[str, np.ndarray] = {}
        self.early: dict[str, Scores] = {}
        for query in judged:
            rows = [encoder(queries[query], corpus[passage]) for passage in self.passages[query]]
            final, early = grouped(scorer, rows, 20)
            self.final[query] = final.numpy()
            self.early[query] = {cut: logits.numpy() for cut, logits in early.items()}

    def ndcg(self, query: str, kept: np.ndarray) -> float:
        """nDCG@10 of the final ranking of those that are left."""
        names = [self.passages[query][index] for index in kept]
        return ndcg(trec_order(dict(zip(names, map(float, self.final[query][kept]), strict=True))), self.grades[query])


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


def choose_margins(sets: list[DevelopmentSet], cuts: list[int], k: int, target: float) -> dict[int, float]:
    """Cut by cut, the smallest margin whose mean overlap over all queries stays at the target; each cut may lose the same share."""
    margins: dict[int, float] = {}
    for place, cut in enumerate(cuts, 1):
        allowed = 1 - (1 - target) * place / len(cuts)
        for margin in np.arange(0, 20, 0.05):
            trial = margins | {cut: round(float(margin), 2)}
            found = [
                overlap(each.final[query], survivors(each.early[query], trial, k)[-1], k)
                for each in sets
                for query in each.final
            ]
            if np.mean(found) >= allowed:
                break
        margins = trial
    return margins


def report(sets: list[DevelopmentSet], margins: dict[int, float], k: int) -> dict[str, dict[str, float]]:
    """Per set: overlap of the top k, nDCG@10 at full and adaptive depth, and the share that passes each cut."""
    table = {}
    for each in sets:
        passed = {query: survivors(each.early[query], margins, k) for query in each.final}
        mean = lambda values: round(float(np.mean(list(values))), 4)  # noqa: E731
        table[each.name] = {
            "queries": len(passed),
            "overlap": mean(overlap(each.final[query], left[-1], k) for query, left in passed.items()),
            "full": mean(each.ndcg(query, np.arange(len(each.final[query]))) for query in passed),
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
    parser.add_argument("--data", type=Path, required=True, help="mine.py's records")
    parser.add_argument("--dev", type=Path, nargs="+", required=True, help="development sets in BEIR form")
    parser.add_argument("--dev-queries", type=int, help="so many queries of each; default all")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--queries", type=int, default=8, help="lists a step")
    parser.add_argument("--temperature", type=float, default=1.0, help="the final logits are divided by it")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--top-k", type=int, default=10)
    parser.add_argument("--overlap", type=float, default=0.985, help="mean share of the final top k that must be left")
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keep_freed_memory()
    torch.manual_seed(options.seed)
    scorer = PairScorer.from_pretrained(options.scorer).eval()
    encoder = PairEncoder(options.scorer, options.max_length)
    records = [json.loads(line) for line in options.data.open(encoding="utf-8")]
    if options.steps:
        train_heads(scorer, records, encoder, options)
        write_reference(scorer, options.scorer, options.out)
    sets = [DevelopmentSet(folder, scorer, encoder, options.dev_queries) for folder in options.dev]
    margins = choose_margins(sets, scorer.config.cuts, options.top_k, options.overlap)
    print("margins", margins)
    content = {"margins": list(margins.values()), "sets": report(sets, margins, options.top_k)}
    (options.out / "depth.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
