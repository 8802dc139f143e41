"""Trains a scorer's upper layers and heads: python -m training.train.teach --start training/build/start --data training/build/mined.jsonl --out training/build/l6

The lower layers stay as they are (`lesson.py`). The target of a list is the softmax of the teacher's logits with a bonus for the passage
that is labelled positive, and the loss is ListNet's, as in train.py --loss listnet on graded lists. Lists of --guard get no bonus. What
is written lies between the untrained weights and the trained ones (--blend): it ranks foreign kinds of text better than either
(WiSE-FT, Wortsman et al. 2022). The early heads come after it (`early.py`).
"""

import argparse
import copy
import json
import time
from pathlib import Path

import numpy as np
import torch
from training.scorer.allocator import keep_freed_memory
from training.scorer.model_folder import write_reference
from training.scorer.pair_scorer import PairScorer
from training.scorer.staged_scorer import StagedScorer
from training.train.bias import fit_bias
from training.train.descent import Descent
from training.train.lesson import Lists, drawn, first_share, list_loss


def parameter_groups(student: PairScorer, lr: float, head_lr: float, gate_lr: float) -> list[dict]:
    """Encoder layers slowly, heads faster; gates and scales are single numbers that have far to go."""
    encoder = [value for value in student.bert.parameters() if value.requires_grad]
    heads = list(student.head.parameters())
    return [
        {"params": encoder, "lr": lr, "weight_decay": 0.01},
        {"params": [value for value in heads if value.dim() == 2], "lr": head_lr},
        {"params": [student.gates, *[value for value in heads if value.dim() < 2]], "lr": gate_lr},
    ]


def train(lists: Lists, scorer: StagedScorer, options: argparse.Namespace) -> None:
    """So many passes over the lists, or what fits into the minutes; the schedule follows whichever is shorter."""
    student = scorer.scorer
    held_out, known = lists.lists[: options.held_out], lists.lists[options.held_out :]
    descent = Descent(parameter_groups(student, options.lr, options.head_lr, options.gate_lr))
    started = time.time()
    seen: list[float] = []
    with (options.out / "log.jsonl").open("w", encoding="utf-8") as log:
        for step, (batch, scale) in enumerate(drawn(known, options), 1):
            loss = list_loss(batch, lists.texts, scorer.final_logits, options.temperature)
            descent.step(loss, scale)
            seen.append(loss.item())
            if step % options.log_steps == 0:
                line = {"step": step, "seconds": round(time.time() - started), "loss": round(float(np.mean(seen)), 4)}
                line["held out"] = round(first_share(held_out, lists.texts, scorer.final_logits), 4)
                line["gates"] = [round(value, 3) for value in student.gates.tolist()]
                log.write(json.dumps(line) + "\n")
                log.flush()
                print(line, flush=True)
                seen.clear()


@torch.no_grad()
def blend(start: PairScorer, trained: PairScorer, share: float) -> PairScorer:
    """`share` of the way from the untrained to the trained weights."""
    untrained = start.state_dict()
    for name, value in trained.state_dict().items():
        value.copy_(torch.lerp(untrained[name], value, share))
    return trained


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="start.py's folder: student and teacher")
    parser.add_argument("--teacher", type=Path, help="a scorer whose logits are learned; default: the start's own, gates closed")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="mine.py's records")
    parser.add_argument("--limit", type=int, help="the first records of --data only")
    parser.add_argument("--guard", type=Path, nargs="*", default=[], help="records whose positives get no bonus: other kinds of text")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so long, the schedule with it")
    parser.add_argument("--lists", type=int, default=16, help="questions a step")
    parser.add_argument("--lr", type=float, default=5e-5)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--gate-lr", type=float, default=1e-2)
    parser.add_argument("--gates", type=float, default=-4.0, help="where the gates start")
    parser.add_argument("--warmup", type=int, default=50)
    parser.add_argument("--bonus", type=float, default=4.0, help="logits added to the teacher's for the positive")
    parser.add_argument("--distractors", type=float, default=0.5, help="share of lists with one that holds the query's words")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--blend", type=float, default=0.6, help="share of the way from the untrained weights to the trained ones")
    parser.add_argument("--held-out", type=int, default=200, help="lists for the log and for the bias")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of one text")
    parser.add_argument("--log-steps", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keep_freed_memory()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    records, guard = (
        [json.loads(line) for path in paths for line in path.open(encoding="utf-8")] for paths in (options.data, options.guard)
    )
    records = records[: options.limit]
    # Dropout would make student and teacher disagree about the layers that they share, so both stay in evaluation mode.
    student = PairScorer.from_pretrained(options.start).eval()
    untrained = copy.deepcopy(student)
    student.freeze(student.config.num_hidden_layers - student.config.open_layers)
    student.gates.data.fill_(options.gates)
    scorer = StagedScorer(student, options.start, options.max_length)
    teacher = PairScorer.from_pretrained(options.teacher).eval() if options.teacher else None
    taught_by = StagedScorer(teacher, options.teacher, options.max_length) if teacher else None
    lists = Lists(records, guard, scorer, taught_by, options.distractors, options.bonus, options.seed)
    train(lists, scorer, options)
    blend(untrained, student, options.blend)
    fit_bias(lists.lists[: options.held_out], lists.texts, scorer)
    write_reference(student, options.start, options.out)


if __name__ == "__main__":
    main()
