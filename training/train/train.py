"""Trains a cross-encoder with sentence-transformers: one entry for every loss.

python -m training.train --loss listnet --base training/build/start --data training/build/graded.jsonl \
  --dev ../shared/data/dev/* --out training/build/l6 --bf16

--base is our scorer's folder, a plain encoder's folder or a Hub id; a plain encoder gets a fresh classifier on [CLS] and all
attention open. --out gets the weights that rank best on the development samples (`CrossEncoder(out)` opens them after
`import pair_scorer`), log.jsonl, curves.svg and, in checkpoints/, what --resume goes on from.
"""

import argparse
import json
import math
import time
from pathlib import Path

import torch
from sentence_transformers import CrossEncoderTrainer
from sentence_transformers.cross_encoder import CrossEncoderTrainingArguments, losses
from torch import nn
from training.data.records import LIST_LOSSES, LOSSES, read_records, standardise, to_dataset
from training.judge.plots import plot
from training.scorer.allocator import keep_freed_memory
from training.scorer.architecture import RankingEncoder, open_model
from training.scorer.precision import bf16_pays
from training.train.development import DevelopmentEvaluator, Snapshots, choose
from transformers import PrinterCallback, TrainerCallback, set_seed

# A whole step in one forward pass: the model itself cuts it into groups of like length.
AT_ONCE = -1
# All that is not BERT's own: gates, heads, pooler, classifier.
HEAD = r"^model\.(?!.*\.(?:embeddings|encoder)\.)"


def make_loss(name: str, model: RankingEncoder) -> nn.Module:
    """The loss with the library's defaults."""
    lists = {
        "lambda": losses.LambdaLoss,
        "plistmle": losses.PListMLELoss,
        "listnet": losses.ListNetLoss,
        "ranknet": losses.RankNetLoss,
        "listmle": losses.ListMLELoss,
    }
    pairs = {"bce": losses.BinaryCrossEntropyLoss, "mse": losses.MSELoss, "margin-mse": losses.MarginMSELoss}
    return lists[name](model, mini_batch_size=AT_ONCE) if name in lists else pairs[name](model)


class JsonLog(TrainerCallback):
    """One line a logged step: loss and learning rate, or figures of the development sets."""

    def __init__(self, path: Path):
        self._path, self._start = path, time.time()

    def on_log(self, args, state, control, logs: dict[str, float] | None = None, **_unused) -> None:
        names = {name.removeprefix("eval_"): value for name, value in (logs or {}).items()}
        kept = {name: value for name, value in names.items() if name in ("loss", "grad_norm", "learning_rate") or name[:4] == "dev_"}
        if kept:
            line = {"step": state.global_step, "seconds": round(time.time() - self._start, 1)}
            line |= {name: float(f"{float(value):.6g}") for name, value in kept.items()}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print(line, flush=True)


def training_arguments(options: argparse.Namespace, steps: int, model: RankingEncoder) -> CrossEncoderTrainingArguments:
    # A list is one row of its dataset; for the pairwise losses each of its passages is.
    rows = options.batch if options.loss in (*LIST_LOSSES, "margin-mse") else options.batch * options.list
    has_head = any("embeddings" not in name and "encoder" not in name for name, _ in model.transformers_model.named_parameters())
    measured = {"eval_strategy": "steps", "eval_steps": options.eval_steps} if options.dev else {}
    return CrossEncoderTrainingArguments(
        output_dir=str(options.out / "checkpoints"),
        max_steps=steps,
        per_device_train_batch_size=rows,
        learning_rate=options.lr,
        learning_rate_mapping={HEAD: options.head_lr} if options.head_lr is not None and has_head else {},
        weight_decay=options.weight_decay,
        warmup_steps=math.ceil(options.warmup * steps),
        lr_scheduler_type=options.schedule,
        max_grad_norm=1.0,
        bf16=options.bf16 and bf16_pays(model.device.type),
        use_cpu=not torch.cuda.is_available(),
        seed=options.seed,
        data_seed=options.seed,
        logging_steps=options.log_steps,
        save_strategy="steps",
        save_steps=options.eval_steps,
        save_total_limit=1,
        report_to="none",
        disable_tqdm=True,
        **measured,
    )


def train(options: argparse.Namespace) -> dict[str, float]:
    """Trains, chooses the weights, writes everything; gives the development figures of what was written."""
    keep_freed_memory()
    if options.threads:
        torch.set_num_threads(options.threads)
    set_seed(options.seed)
    model = open_model(
        options.base, options.max_length, options.layers, options.open_layers, options.cuts, options.dropout
    )
    if options.freeze:
        model.freeze(options.freeze)
    records = read_records(options.data, options.list, options.seed)[: options.limit]
    if options.standardise:
        records = standardise(records)
    steps = options.steps or math.ceil(len(records) * options.epochs / options.batch)
    print(f"{len(records)} questions of {options.list} passages, {steps} steps of {options.batch} questions", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "log.jsonl"
    if not options.resume:
        log.unlink(missing_ok=True)
    evaluator = DevelopmentEvaluator(options.dev, options.dev_queries, options.dev_candidates, options.bf16)
    snapshots = Snapshots(options.out / "snapshots", options.average)
    if not options.resume:
        snapshots.clear()
    evaluator.listeners.append(snapshots.add)
    trainer = CrossEncoderTrainer(
        model=model,
        args=training_arguments(options, steps, model),
        train_dataset=to_dataset(records, options.loss, options.temperature),
        loss=make_loss(options.loss, model),
        evaluator=evaluator if options.dev else None,
        callbacks=[JsonLog(log)],
    )
    # JsonLog prints the same.
    trainer.remove_callback(PrinterCallback)
    if options.dev and not options.resume:
        # Step 0 is kept too: training that makes the model worse must not win.
        trainer.evaluate()
    trainer.train(resume_from_checkpoint=options.resume)
    figures: dict[str, float] = {}
    if options.dev:
        if steps not in snapshots.scores:
            trainer.evaluate()
    if options.dev and not options.keep_last:
        print("chosen among", choose(model, snapshots, evaluator, options.average), flush=True)
        figures = evaluator.measure(model)
    model.max_seq_length = options.save_length
    model.save_pretrained(str(options.out), create_model_card=False)
    plot({options.out.name: log}, options.out / "curves.svg")
    return figures


def parser(description: str | None = __doc__) -> argparse.ArgumentParser:
    """All options, also for losses.py."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loss", choices=LOSSES, default="listnet")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="records of mine.py; mixed")
    parser.add_argument("--base", required=True, help="folder or Hub id")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", help="layers to keep: 3 is the first three, 0,2,5 those (from 0)")
    parser.add_argument("--open-layers", type=int, help="pair scorer: how many of the last layers attend across")
    parser.add_argument("--cuts", type=int, nargs="*", help="pair scorer: layers after which an early head scores")
    parser.add_argument("--freeze", type=int, default=0, help="embeddings and so many lower layers stay as they are")
    parser.add_argument("--dropout", type=float, help="in place of the base's own")
    parser.add_argument("--list", type=int, default=8, help="passages a question")
    parser.add_argument("--batch", type=int, default=8, help="questions a step")
    parser.add_argument("--limit", type=int, help="questions in all")
    parser.add_argument("--steps", type=int, help="in place of --epochs")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--lr", type=float, default=2e-5)
    parser.add_argument("--head-lr", type=float, help="for all that is not embeddings and layers (default: --lr)")
    parser.add_argument("--warmup", type=float, default=0.1, help="part of the steps")
    parser.add_argument("--schedule", default="cosine", help="of the learning rate, by transformers' names")
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--temperature", type=float, default=1.0, help="divides a teacher's logits")
    parser.add_argument("--standardise", action="store_true", help="a teacher's logits to mean 0, deviation 2: for fresh heads")
    parser.add_argument("--max-length", type=int, default=192, help="tokens of a pair in training")
    parser.add_argument("--save-length", type=int, default=512, help="tokens of a pair in the folder written")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, help="of the CPU (default: torch's own choice)")
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="development folders in BEIR form")
    parser.add_argument("--dev-queries", type=int, default=12, help="judged queries a set, the first")
    parser.add_argument("--dev-candidates", type=int, default=50, help="candidates a query, BM25's first")
    parser.add_argument("--eval-steps", type=int, default=125, help="also how often a checkpoint is saved")
    parser.add_argument("--log-steps", type=int, default=10)
    parser.add_argument("--average", type=int, default=3, help="snapshots whose mean is tried at the end; 1 tries none")
    parser.add_argument("--keep-last", action="store_true", help="write the last weights, whatever the development sets say")
    parser.add_argument("--resume", action="store_true", help="go on from --out's checkpoint")
    return parser


def main() -> None:
    train(parser().parse_args())


if __name__ == "__main__":
    main()
