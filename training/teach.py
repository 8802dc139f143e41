"""Trains the scorer that ships: python training/teach.py --start training/build/start --data training/build/mined.jsonl --out training/build/l6

The lower layers stay as they are, so the untrained scorer, which is the teacher, shares them: what it knows is there for the price
of its upper layers. The target of a list is the softmax of the teacher's logits with a bonus for the passage that is labelled
positive, and the loss is ListNet's (the same as train.py --loss listnet on graded lists, at a tenth more than the cost of none).
The early heads learn the order of the student's own logits in the same pass. What is written lies between the untrained weights
and the trained ones (--blend): it ranks foreign kinds of text better than either (WiSE-FT, Wortsman et al. 2022).
"""

import argparse
import copy
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from allocator import keep_freed_memory
from model_folder import write_reference
from pair_scorer import PairScorer
from pairs import PairEncoder, Row, batches_by_length, pad
from torch import Tensor
from torch.nn.functional import kl_div


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """KL divergence of the softmax of one list's logits from the target's."""
    return kl_div(logits.log_softmax(0), target.softmax(0), reduction="sum")


class Lesson:
    """Student and teacher on the same lists."""

    def __init__(self, start: Path, bonus: float, temperature: float):
        self.student = PairScorer.from_pretrained(start)
        self.first_open = self.student.config.num_hidden_layers - self.student.config.open_layers
        self.student.freeze(self.first_open)
        self.teacher = copy.deepcopy(self.student).requires_grad_(False).eval()
        # Dropout would make student and teacher disagree about the layers that they share.
        self.student.eval()
        self.bonus, self.temperature = bonus, temperature

    def group(self, rows: list[Row]) -> tuple[Tensor, Tensor, dict[int, Tensor]]:
        """Logits of student, teacher and early heads for rows of like length."""
        feeds = {name: torch.from_numpy(table) for name, table in pad(rows).items()}
        mask, types = feeds["attention_mask"], feeds["token_type_ids"]
        query, passage = mask * (1 - types), mask * types
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                shared = self.teacher.states(**feeds, last=self.first_open)
                taught = self.teacher.head(self.teacher.go_on(shared, mask, types)[-1], query, passage)
            logits = self.student.head(self.student.go_on(shared, mask, types)[-1], query, passage)
            early = self.student.early_logits(shared, mask, types)
        return logits[:, 0], taught[:, 0], {cut: values[:, 0] for cut, values in early.items()}

    def losses(self, lists: list[list[Row]], rows_at_once: int = 16) -> dict[str, Tensor]:
        """Mean over the lists, whose first row is the positive."""
        rows = [row for members in lists for row in members]
        groups = batches_by_length(rows, rows_at_once)
        parts = [self.group([rows[index] for index in group]) for group in groups]
        back = torch.tensor([index for group in groups for index in group]).argsort()
        sizes = [len(members) for members in lists]
        logits = torch.cat([part[0] for part in parts])[back].float()
        taught = torch.cat([part[1] for part in parts])[back].float()
        early = {cut: torch.cat([part[2][cut] for part in parts])[back].float() for cut in self.student.config.cuts}

        target = taught.clone()
        target[np.cumsum([0, *sizes[:-1]])] += self.bonus
        found: dict[str, list[Tensor]] = {"final": []}
        for place, (ours, theirs) in enumerate(zip(logits.split(sizes), target.split(sizes), strict=True)):
            found["final"].append(cross_entropy(ours / self.temperature, theirs / self.temperature))
            for cut, values in early.items():
                aim = ours.detach() / self.temperature
                found.setdefault(f"early {cut}", []).append(cross_entropy(values.split(sizes)[place] / self.temperature, aim))
        return {name: torch.stack(values).mean() for name, values in found.items()}


def parameter_groups(student: PairScorer, lr: float, head_lr: float, gate_lr: float) -> list[dict]:
    """Encoder layers slowly, heads faster; gates and scales are single numbers that have far to go."""
    encoder = [value for value in student.bert.parameters() if value.requires_grad]
    heads = [value for head in (student.head, *student.early.values()) for value in head.parameters()]
    return [
        {"params": encoder, "lr": lr, "weight_decay": 0.01},
        {"params": [value for value in heads if value.dim() == 2], "lr": head_lr},
        {"params": [student.gates, *[value for value in heads if value.dim() < 2]], "lr": gate_lr},
    ]


def train(lesson: Lesson, lists: list[list[Row]], options: argparse.Namespace) -> None:
    """One pass over the lists, or what fits into the minutes; the schedule follows whichever is shorter."""
    rng = random.Random(options.seed)
    rng.shuffle(lists)
    steps = len(lists) // options.lists
    groups = parameter_groups(lesson.student, options.lr, options.head_lr, options.gate_lr)
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    highest = [group["lr"] for group in groups]
    started = time.time()
    seen: list[dict[str, float]] = []
    with (options.out / "log.jsonl").open("w", encoding="utf-8") as log:
        for step in range(steps):
            done = max(step / steps, (time.time() - started) / (60 * options.minutes))
            if done >= 1:
                break
            scale = min(1.0, (step + 1) / options.warmup) * (1 - done)
            for group, lr in zip(optimizer.param_groups, highest, strict=True):
                group["lr"] = lr * scale
            losses = lesson.losses(lists[step * options.lists : (step + 1) * options.lists])
            optimizer.zero_grad()
            sum(losses.values()).backward()
            torch.nn.utils.clip_grad_norm_(lesson.student.parameters(), 1.0)
            optimizer.step()
            seen.append({name: value.item() for name, value in losses.items()})
            if (step + 1) % options.log_steps == 0:
                means = {name: round(float(np.mean([each[name] for each in seen])), 4) for name in losses}
                gates = [round(value, 3) for value in lesson.student.gates.tolist()]
                line = {"step": step + 1, "seconds": round(time.time() - started), **means, "gates": gates}
                log.write(json.dumps(line) + "\n")
                log.flush()
                print(line, flush=True)
                seen.clear()


@torch.no_grad()
def blend(start: PairScorer, trained: PairScorer, share: float) -> PairScorer:
    """`share` of the way from the untrained to the trained weights; the early heads, which start at random, as trained."""
    untrained = start.state_dict()
    for name, value in trained.state_dict().items():
        if not name.startswith("early."):
            value.copy_(torch.lerp(untrained[name], value, share))
    return trained


@torch.no_grad()
def fit_bias(scorer: PairScorer, lists: list[list[Row]]) -> None:
    """Moves the head's bias so that the mean of the logits' sigmoids is the share of positives: the order stays, and a
    sigmoid then parts the relevant from the others instead of being 1 for all."""
    logits = []
    for members in lists:
        with torch.autocast("cpu", torch.bfloat16):
            logits.append(scorer(**{name: torch.from_numpy(table) for name, table in pad(members).items()}).logits.float())
    found, positives = torch.cat(logits), len(lists) / sum(map(len, lists))
    low, high = -100.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if torch.sigmoid(found + middle).mean() < positives else (low, middle)
    scorer.head.bias += (low + high) / 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="start.py's folder: student and teacher")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="mine.py's records")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long, the schedule with it")
    parser.add_argument("--lists", type=int, default=8, help="questions a step")
    parser.add_argument("--lr", type=float, default=3e-5)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--gate-lr", type=float, default=5e-3)
    parser.add_argument("--warmup", type=int, default=50)
    parser.add_argument("--bonus", type=float, default=4.0, help="logits added to the teacher's for the positive")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--blend", type=float, default=0.6, help="share of the way from the untrained weights to the trained ones")
    parser.add_argument("--bias-lists", type=int, default=200, help="lists that the bias is fitted to")
    parser.add_argument("--max-length", type=int, default=160)
    parser.add_argument("--log-steps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keep_freed_memory()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    encoder = PairEncoder(options.start, options.max_length)
    records = [json.loads(line) for path in options.data for line in path.open(encoding="utf-8")]
    lists = [[encoder(record["query"], text) for text in (record["positive"], *record["negatives"])] for record in records]
    lesson = Lesson(options.start, options.bonus, options.temperature)
    train(lesson, lists, options)
    blended = blend(lesson.teacher, lesson.student, options.blend)
    fit_bias(blended, lists[: options.bias_lists])
    write_reference(blended, options.start, options.out)


if __name__ == "__main__":
    main()
