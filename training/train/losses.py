"""The table of losses: the plain architecture, trained with each under one small budget.

python -m training.train.losses --base ../shared/model/init --data training/build/mined.jsonl --graded training/build/graded.jsonl \
  --dev ../shared/data/dev/* --out training/build/losses --steps 150 --threads 1 --bf16

All attention open and a fresh classifier on [CLS], as sentence-transformers has it. bce, lambda, plistmle, listnet, ranknet and
listmle learn the labels of --data, mse and margin-mse the teacher's logits in --graded (mean 0, deviation 2): the same questions,
as many pairs a step, as many steps, the same learning rates and seed. A loss whose result is there already is not trained again.
Writes table.json, table.md and curves.svg; the last weights count, chosen by nothing, judged on whole development sets.
"""

import argparse
import json
import shutil
import time
from pathlib import Path

from sentence_transformers import CrossEncoder
from torch import nn
from training.data.records import LOSSES, TEACHER_LOSSES
from training.judge.evaluate import bi_encoder, bm25
from training.judge.plots import plot
from training.scorer.pair_scorer import PairScorer  # noqa: F401 (registers the scorer)
from training.train.development import DevelopmentEvaluator
from training.train.train import parser as train_parser
from training.train.train import train

ORDER = sorted(LOSSES, key=lambda loss: (loss in TEACHER_LOSSES, loss != "bce"))


def result(loss: str, labels: str, seconds: float, figures: dict[str, float]) -> dict:
    """A row of the table; figures are nDCG@10 on the development sets."""
    rounded = {name.removeprefix("dev_"): round(value, 4) for name, value in figures.items()}
    return {"loss": loss, "labels": labels, "seconds": round(seconds), "ndcg@10": rounded}


def untrained(evaluator: DevelopmentEvaluator, base: Path, length: int) -> list[dict]:
    """What the trained ones are compared with: the first stage, and the encoder as it came, by the cosine of its means."""
    scorers = {"BM25": bm25, "untouched pair scorer": bi_encoder(base, length)}
    return [result(name, "none", 0, evaluator.judge(score)) for name, score in scorers.items()]


def one(loss: str, evaluator: DevelopmentEvaluator, options: argparse.Namespace) -> dict:
    """Trains with one loss, or reads what an earlier run has left."""
    out = options.out / loss
    done = out / "result.json"
    if done.exists():
        return json.loads(done.read_text(encoding="utf-8"))
    arguments = argparse.Namespace(**vars(options))
    arguments.loss, arguments.out = loss, out
    arguments.data = [options.graded] if loss in TEACHER_LOSSES else options.data
    # No snapshot is chosen: with a choice the development sets would have a say in some losses more than in others.
    arguments.keep_last = True
    start = time.time()
    train(arguments)
    seconds = time.time() - start
    model = CrossEncoder(str(out), max_length=options.final_length, activation_fn=nn.Identity())
    found = result(loss, "teacher" if loss in TEACHER_LOSSES else "binary", seconds, evaluator.measure(model))
    done.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    # Eight sets of weights would fill a disk for nothing.
    for name in ("checkpoints", "snapshots"):
        shutil.rmtree(out / name, ignore_errors=True)
    return found


def markdown(results: list[dict], options: argparse.Namespace) -> str:
    """One row a loss, best mean first."""
    sets = list(results[0]["ndcg@10"])
    lines = [
        f"{options.steps} steps of {options.batch} questions with {options.list} passages each, learning rate {options.lr:g} "
        f"(head {options.head_lr or options.lr:g}), seed {options.seed}. nDCG@10, "
        f"{options.final_candidates} candidates, {options.final_queries or 'all'} queries a set.",
        "",
        f"| loss | labels | {' | '.join(sets)} | training |",
        f"|---|---|{'---|' * len(sets)}---|",
    ]
    for result in sorted(results, key=lambda result: -result["ndcg@10"].get("mean", 0)):
        figures = " | ".join(f"{result['ndcg@10'][name]:.3f}" for name in sets)
        lines.append(f"| {result['loss']} | {result['labels']} | {figures} | {result['seconds']} s |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = train_parser(__doc__)
    parser.add_argument("--graded", type=Path, required=True, help="mine.py's graded lists of the same questions")
    parser.add_argument("--losses", nargs="+", choices=ORDER, default=ORDER)
    parser.add_argument("--final-queries", type=int, help="judged queries a set at the end (default: all)")
    parser.add_argument("--final-candidates", type=int, default=100)
    parser.add_argument("--final-length", type=int, default=256, help="tokens of a pair at the end")
    parser.set_defaults(lr=5e-5, head_lr=5e-4, steps=150, average=1, eval_steps=50, standardise=True)
    options = parser.parse_args()
    if not options.dev:
        parser.error("--dev is needed: the table is made of it")
    evaluator = DevelopmentEvaluator(options.dev, options.final_queries, options.final_candidates, options.bf16)
    results = untrained(evaluator, Path(options.base), options.final_length) + [one(loss, evaluator, options) for loss in options.losses]
    (options.out / "table.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (options.out / "table.md").write_text(markdown(results, options), encoding="utf-8")
    plot({loss: options.out / loss / "log.jsonl" for loss in options.losses}, options.out / "curves.svg")
    print(markdown(results, options))


if __name__ == "__main__":
    main()
