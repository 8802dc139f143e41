"""A large scorer teaches a small one: first its hidden states, here; then its logits, by train.py.

python training/distil.py --teacher training/build/l6 --layers 0,2,4 --texts training/build/data/passages.jsonl \
  --data training/build/mined.jsonl --out training/build/l3-states --bf16
python training/mine.py ... --teacher training/build/l6 --graded training/build/l6-graded.jsonl
python training/train.py --loss mse --base training/build/l3-states --data training/build/l6-graded.jsonl --out training/build/l3

The student starts as the teacher's layers named by --layers. Every token's state after its last layer is drawn to the
teacher's final state (--match adds layers between), on single texts and on pairs, in batches of like length.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from allocator import keep_freed_memory
from architecture import RankingEncoder, keep_layers, open_model, parse_layers
from development import DevelopmentEvaluator, Snapshots, choose
from pair_scorer import PairScorer
from plots import plot
from torch import Tensor, nn
from transformers import PreTrainedModel, get_cosine_schedule_with_warmup, set_seed

Row = tuple[list[int], list[int]]


def read_rows(options: argparse.Namespace, model: RankingEncoder) -> list[Row]:
    """(ids, types) of single texts and of pairs, a random sample of --limit of each file."""
    rng = random.Random(options.seed)
    texts: list[str] = []
    for path in options.texts:
        found = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
        texts += rng.sample(found, min(len(found), options.limit))
    pairs: list[tuple[str, str]] = []
    for path in options.data:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        # One positive and one other a question: many questions matter more than many passages of one.
        for record in records:
            passages = record.get("passages") or [record["positive"], *record["negatives"]]
            pairs += [(record["query"], passages[0]), (record["query"], rng.choice(passages[1:] or passages))]
        pairs = rng.sample(pairs, min(len(pairs), options.limit))
    settings = {"truncation": True, "max_length": options.max_length, "return_token_type_ids": True}
    rows: list[Row] = []
    for columns in ([texts], [list(column) for column in zip(*pairs, strict=True)]):
        if columns and columns[0]:
            encoded = model.tokenizer(*columns, **settings)
            rows += zip(encoded["input_ids"], encoded["token_type_ids"], strict=True)
    if not rows:
        raise SystemExit("nothing to learn from: give --texts or --data")
    return rows


def batches(rows: list[Row], tokens: int, seed: int) -> Iterator[dict[str, Tensor]]:
    """For ever: batches of like length with at most so many padded tokens, in a new order each time through."""
    rng = random.Random(seed)
    while True:
        # Rows of one length change places, so that a batch is not the same every time.
        order = sorted(range(len(rows)), key=lambda index: (len(rows[index][0]), rng.random()))
        groups: list[list[int]] = [[]]
        for index in order:
            if groups[-1] and len(rows[index][0]) * (len(groups[-1]) + 1) > tokens:
                groups.append([])
            groups[-1].append(index)
        rng.shuffle(groups)
        for group in groups:
            length = max(len(rows[index][0]) for index in group)
            table = torch.zeros(3, len(group), length, dtype=torch.long)
            for place, index in enumerate(group):
                ids, types = rows[index]
                table[0, place, : len(ids)] = torch.tensor(ids)
                table[1, place, : len(ids)] = 1
                table[2, place, : len(ids)] = torch.tensor(types)
            yield {"input_ids": table[0], "attention_mask": table[1], "token_type_ids": table[2]}


def states(model: PreTrainedModel, batch: dict[str, Tensor]) -> list[Tensor]:
    """States after the embeddings and after each layer."""
    if isinstance(model, PairScorer):
        return model.states(**batch)
    return list(model.base_model(**batch, output_hidden_states=True).hidden_states)


def parse_match(texts: list[str], student: int, teacher: int) -> list[tuple[int, int]]:
    """`1:2` draws the student's first layer to the teacher's second; the last layers always match."""
    matches = {(student, teacher)}
    for text in texts:
        own, other = (int(part) for part in text.split(":"))
        matches.add((own, other))
    return sorted(matches)


def state_loss(own: list[Tensor], other: list[Tensor], mask: Tensor, matches: list[tuple[int, int]]) -> Tensor:
    """Squared error a token over the teacher's mean square, padding left out, averaged over the matched layers."""
    total = torch.zeros(())
    members = mask[:, :, None].float()
    for student, teacher in matches:
        target = other[teacher].float()
        error = ((own[student].float() - target) ** 2 * members).sum()
        total = total + error / (target**2 * members).sum()
    return total / len(matches)


def distil(options: argparse.Namespace) -> None:
    """The training loop, the log and the folder."""
    keep_freed_memory()
    if options.threads:
        torch.set_num_threads(options.threads)
    set_seed(options.seed)
    # No dropout: the student learns exactly what the teacher sees.
    student = open_model(options.teacher, options.max_length, dropout=0.0)
    teacher = student.transformers_model.eval().requires_grad_(False)
    kept = parse_layers(options.layers, teacher.config.num_hidden_layers)
    taught = teacher.config.num_hidden_layers
    if not isinstance(teacher, PairScorer):
        teacher = open_model(options.teacher, options.max_length, dropout=0.0).transformers_model.eval().requires_grad_(False)
    student[0].model = keep_layers(student.transformers_model, kept, options.open_layers, options.cuts)
    small = student.transformers_model.requires_grad_(True)
    if options.freeze_embeddings:
        small.base_model.embeddings.requires_grad_(False)
    device = student.device
    matches = parse_match(options.match, len(kept), taught)
    rows = read_rows(options, student)
    encoder = [value for value in small.base_model.parameters() if value.requires_grad]
    gates = [small.gates] if isinstance(small, PairScorer) and len(small.gates) else []
    optimizer = torch.optim.AdamW(encoder + gates, lr=options.lr, weight_decay=options.weight_decay)
    schedule = get_cosine_schedule_with_warmup(optimizer, math.ceil(options.warmup * options.steps), options.steps)
    options.out.mkdir(parents=True, exist_ok=True)
    log = options.out / "log.jsonl"
    log.unlink(missing_ok=True)
    evaluator = DevelopmentEvaluator(options.dev, options.dev_queries, options.dev_candidates, options.bf16)
    snapshots = Snapshots(options.out / "snapshots", options.average)
    snapshots.clear()
    print(f"{len(rows)} rows, layers {kept}, matched {matches}", flush=True)
    start, sums = time.time(), []

    def write(entry: dict[str, float]) -> None:
        line = {"step": int(entry["step"]), "seconds": round(time.time() - start, 1)}
        line |= {name: float(f"{value:.6g}") for name, value in entry.items() if name != "step"}
        print(line, flush=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def measure(step: int) -> None:
        figures = evaluator.measure(student)
        snapshots.add(step, figures, student)
        write({"step": step} | figures)

    if options.dev:
        measure(0)
    small.train()
    for step, batch in zip(range(1, options.steps + 1), batches(rows, options.tokens, options.seed)):
        batch = {name: value.to(device) for name, value in batch.items()}
        with torch.autocast(device.type, torch.bfloat16, enabled=options.bf16):
            with torch.no_grad():
                target = states(teacher, batch)
            loss = state_loss(states(small, batch), target, batch["attention_mask"], matches)
        loss.backward()
        nn.utils.clip_grad_norm_(encoder + gates, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        sums.append(float(loss.detach()))
        if step % options.log_steps == 0:
            write({"step": step, "loss": sum(sums) / len(sums), "learning_rate": schedule.get_last_lr()[0]})
            sums.clear()
        if options.dev and (step % options.eval_steps == 0 or step == options.steps):
            measure(step)
            small.train()
    if options.dev:
        print("chosen among", choose(student, snapshots, evaluator, options.average), flush=True)
    student.max_seq_length = options.save_length
    student.save_pretrained(str(options.out), create_model_card=False)
    plot({options.out.name: log}, options.out / "curves.svg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", required=True, help="scorer's folder or Hub id")
    parser.add_argument("--layers", default="0,2,4", help="teacher's layers that the student starts with, from 0")
    parser.add_argument("--open-layers", type=int, help="pair scorer: how many of the student's last layers attend across")
    parser.add_argument("--cuts", type=int, nargs="*", help="pair scorer: layers after which an early head scores")
    parser.add_argument("--match", nargs="*", default=[], help="further layers, student:teacher, counted from 1")
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="jsonl with text: single texts")
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="records of mine.py: pairs")
    parser.add_argument("--limit", type=int, default=40_000, help="rows taken of each kind")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--tokens", type=int, default=2048, help="padded tokens a step")
    parser.add_argument("--lr", type=float, default=2e-4)
    parser.add_argument("--warmup", type=float, default=0.05, help="part of the steps")
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--freeze-embeddings", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--max-length", type=int, default=160)
    parser.add_argument("--save-length", type=int, default=512, help="tokens of a pair in the folder written")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="development folders in BEIR form")
    parser.add_argument("--dev-queries", type=int, default=12)
    parser.add_argument("--dev-candidates", type=int, default=50)
    parser.add_argument("--eval-steps", type=int, default=250)
    parser.add_argument("--log-steps", type=int, default=10)
    parser.add_argument("--average", type=int, default=1, help="snapshots whose mean is tried at the end")
    distil(parser.parse_args())


if __name__ == "__main__":
    main()
