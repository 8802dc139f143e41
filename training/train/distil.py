"""A scorer of fewer layers, by its teacher's hidden states: python -m training.train.distil --teacher training/build/start --out training/build/l3-states

The student starts as the teacher's layers named by --layers, and each of its layers is drawn to the teacher's layer that it stands
for (--match), on the texts of mine.py's records alone: queries and passages by themselves, as the lower layers see them anyhow. The
teacher's states are computed once and kept. The head comes along from the teacher; bias.py fits its bias.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from training.scorer.allocator import keep_freed_memory
from training.scorer.architecture import keep_layers, parse_layers
from training.scorer.model_folder import write_reference
from training.scorer.pair_scorer import PairScorer
from training.scorer.pairs import Row
from training.scorer.precision import half_precision
from training.scorer.staged_scorer import StagedScorer, feeds
from training.train.descent import Descent, schedule


def texts_of(paths: list[Path], limit: int | None, rng: random.Random) -> list[str]:
    """Passages of prepare.py, queries and passages of mine.py's records; each text once, `limit` of them drawn at random."""
    found: dict[str, None] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if "text" in record:
                found[record["text"]] = None
                continue
            passages = record.get("passages") or [record["positive"], *record["negatives"]]
            found |= dict.fromkeys([record["query"], *passages])
    texts = list(found)
    return texts if limit is None or limit >= len(texts) else rng.sample(texts, limit)


def parse_match(text: str, student: int, teacher: int) -> list[tuple[int, int]]:
    """`1:2,2:4,3:6`: which layer of the student is drawn to which of the teacher, counted from 1."""
    pairs = [tuple(int(part) for part in pair.split(":")) for pair in text.split(",")]
    if any(not (0 < own <= student and 0 < other <= teacher) for own, other in pairs):
        raise SystemExit(f"--match {text}: the student has {student} layers, the teacher {teacher}")
    return pairs


def batches(lengths: list[int], tokens: int, rng: random.Random) -> list[list[int]]:
    """Places of texts of like length with at most so many padded tokens, once through, in a new order each time."""
    # Texts of one length change places, so that a batch is not the same every time.
    order = sorted(range(len(lengths)), key=lambda index: (lengths[index], rng.random()))
    groups: list[list[int]] = [[]]
    for index in order:
        if groups[-1] and lengths[index] * (len(groups[-1]) + 1) > tokens:
            groups.append([])
        groups[-1].append(index)
    rng.shuffle(groups)
    return groups


def state_loss(own: Tensor, other: Tensor, mask: Tensor) -> Tensor:
    """Squared error of the states over the teacher's mean square, padding left out."""
    members = mask[:, :, None].float()
    return ((own.float() - other) ** 2 * members).sum() / (other**2 * members).sum()


def distil(student: PairScorer, rows: list[Row], states: list[list[Tensor]], own: list[int], options) -> None:
    """`states` holds each row's target for each of the student's layers in `own`."""
    rng = random.Random(options.seed)
    descent = Descent([{"params": list(student.bert.encoder.parameters()), "lr": options.lr, "weight_decay": 0.01}])
    lengths = [len(row.ids) for row in rows]
    steps = options.epochs * len(batches(lengths, options.tokens, rng))
    started, sums, order = time.time(), [], []
    with (options.out / "log.jsonl").open("w", encoding="utf-8") as log:
        for step, scale in enumerate(schedule(steps, options.minutes, options.warmup), 1):
            order = order or batches(lengths, options.tokens, rng)
            group = order.pop()
            batch = feeds([rows[index] for index in group])
            with half_precision():
                found = student.states(**batch)
            targets = [pad_sequence([states[index][place] for index in group], batch_first=True).float() for place in range(len(own))]
            losses = [state_loss(found[layer], target, batch["attention_mask"]) for layer, target in zip(own, targets, strict=True)]
            descent.step(sum(losses), scale)
            sums.append([loss.item() for loss in losses])
            if step % options.log_steps == 0:
                means = torch.tensor(sums).mean(dim=0).tolist()
                line = {"step": step, "seconds": round(time.time() - started), "loss": round(sum(means), 4)}
                line |= {f"layer {layer}": round(value, 4) for layer, value in zip(own, means, strict=True)}
                log.write(json.dumps(line) + "\n")
                log.flush()
                print(line, flush=True)
                sums.clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True, help="folder of a pair scorer")
    parser.add_argument("--layers", default="0,2,5", help="teacher's layers that the student starts with, from 0")
    parser.add_argument("--match", default="1:2,2:4,3:6", help="student's layer:teacher's layer, counted from 1")
    parser.add_argument("--open-layers", type=int, default=1, help="the student's last layers that attend across")
    parser.add_argument("--cuts", type=int, nargs="*", default=[1, 2], help="layers after which an early head scores")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="prepare.py's passages, mine.py's records: their texts are learned from")
    parser.add_argument("--student", type=Path, help="folder of a student to go on with; default: the teacher's --layers")
    parser.add_argument("--limit", type=int, help="so many texts, drawn at random (default: all)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long, the schedule with it")
    parser.add_argument("--tokens", type=int, default=2048, help="padded tokens a step")
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--warmup", type=int, default=50)
    parser.add_argument("--max-length", type=int, default=128, help="tokens of one text")
    parser.add_argument("--log-steps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keep_freed_memory()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    teacher = PairScorer.from_pretrained(options.teacher).eval()
    # No dropout: the student learns exactly what the teacher sees.
    if options.student:
        student = PairScorer.from_pretrained(options.student).eval()
    else:
        kept = parse_layers(options.layers, teacher.config.num_hidden_layers)
        student = keep_layers(teacher, kept, options.open_layers, options.cuts).eval()
    student.bert.embeddings.requires_grad_(False)
    layers = student.config.num_hidden_layers
    own, other = zip(*parse_match(options.match, layers, teacher.config.num_hidden_layers), strict=True)
    staged = StagedScorer(teacher, options.teacher, options.max_length)
    texts = texts_of(options.data, options.limit, random.Random(options.seed))
    print(f"{len(texts)} texts, {layers} layers, matched {options.match}", flush=True)
    distil(student, staged.tokenize(texts), [text.states for text in staged.encode(texts, list(other))], list(own), options)
    write_reference(student, options.teacher, options.out)


if __name__ == "__main__":
    main()
