"""Trains a scorer whose layers stay apart, on graded lists: python -m training.train.apart --start training/build/start \
  --graded ../shared/data/train/{marco-graded,marco-asked,marco2-asked}.jsonl --mined training/build/web.jsonl --out training/build/apart

All layers apart, the full head on the last states, so that a kept passage costs the head only. The lowest layers stay as they are and
their states are kept in a file, each passage once; a step takes some topics, encodes their passages once for all their questions, and
every question sees all passages of the step. The loss is the cross-entropy to softmax(grade / temperature) over
the list, strangers counting -2, and a pairwise loss weighted by the grades' difference. After each slice the mean of the weights so far
(exponential) is measured on samples of the development sets and everything is written, so that the same command goes on where a
run stopped. The last and the best averaged weights lie in --out/last and --out/best.
"""

import argparse
import copy
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from training.data.topics import Topic, graded_topics, mined_topics
from training.judge.apart import WHOLE, ApartSet, judge, open_set
from training.scorer.allocator import keep_freed_memory
from training.scorer.apart import KeptStates, Reader, Texts, climb, join, logits_between, without_crossing
from training.scorer.model_folder import write_reference
from training.scorer.pair_scorer import PairScorer
from training.scorer.pairs import batches_by_tokens
from training.scorer.precision import half_precision
from training.train.descent import Descent
from training.train.topic_loss import grade_table, list_loss, pair_loss


class Lesson:
    """Topics by the places of their texts, and these texts' states below the layers that learn."""

    def __init__(self, topics: list[Topic], scorer: PairScorer, reader: Reader, options: argparse.Namespace):
        places: dict[str, int] = {}

        def place(text: str) -> int:
            return places.setdefault(text, len(places))

        self.topics = [([place(text) for text in topic.queries], [place(text) for text in topic.passages], topic.grades) for topic in topics]
        self.kept = KeptStates(scorer, reader(list(places)), options.frozen, options.states)

    def last_states(self, scorer: PairScorer, places: list[int], tokens: int) -> Texts:
        """In the order given; texts of like length go through the layers together."""
        batches = list(batches_by_tokens([len(self.kept.ids[place]) for place in places], tokens))
        with half_precision():
            parts = [climb(scorer, self.kept[[places[index] for index in batch]], self.kept.layer) for batch in batches]
        back = torch.tensor([index for batch in batches for index in batch]).argsort()
        return join(parts, back.tolist())

    def loss(self, scorer: PairScorer, topics: list[int], options: argparse.Namespace) -> Tensor:
        """Of one step."""
        chosen = [self.topics[index] for index in topics]
        queries = self.last_states(scorer, [place for topic in chosen for place in topic[0]], options.tokens)
        passages = self.last_states(scorer, [place for topic in chosen for place in topic[1]], options.tokens)
        logits = logits_between(scorer.head, queries, passages)
        grades, own = grade_table([topic[2] for topic in chosen])
        return list_loss(logits, grades, options.temperature) + options.pairs * pair_loss(logits, grades, own)


def drawn(count: int, size: int, step: int, seed: int) -> list[int]:
    """The places of a step's topics: through all of them in an order of its own each time, the same for the same step."""
    steps = max(1, count // size)
    order = random.Random(f"{seed} {step // steps}").sample(range(count), count)
    return order[step % steps * size :][:size]


class Progress:
    """Student, its averaged weights and the optimiser's memory; all that a run needs to go on."""

    def __init__(self, student: PairScorer, options: argparse.Namespace):
        self.student, self.options, self.step, self.seconds, self.best = student, options, 0, 0.0, 0.0
        self.average = copy.deepcopy(student)
        layers = [value for value in student.bert.parameters() if value.requires_grad]
        groups = [{"params": layers, "lr": options.lr, "weight_decay": 0.01}, {"params": list(student.head.parameters()), "lr": options.scale_lr}]
        self.descent = Descent(groups)
        self.path = options.out / "progress.pt"
        if self.path.exists():
            found = torch.load(self.path, weights_only=True)
            student.load_state_dict(found["student"])
            self.average.load_state_dict(found["average"])
            self.descent.load(found["descent"])
            self.step, self.seconds, self.best = found["step"], found["seconds"], found["best"]
            print(f"goes on after step {self.step}", flush=True)

    @torch.no_grad()
    def learn(self, loss: Tensor) -> None:
        """One step, and its share in the average."""
        self.descent.step(loss, min(1.0, (self.step + 1) / self.options.warmup))
        self.step += 1
        # The first steps would else weigh as much as all that follow.
        share = max(1 - self.options.average, 1 / (self.step + 1))
        for kept, value in zip(self.average.parameters(), self.student.parameters(), strict=True):
            if value.requires_grad:
                kept.lerp_(value, share)

    def save(self) -> None:
        """Under another name first: a run that is killed here leaves the one before."""
        state = {"student": self.student.state_dict(), "average": self.average.state_dict(), "descent": self.descent.state()}
        torch.save(state | {"step": self.step, "seconds": self.seconds, "best": self.best}, self.path.with_suffix(".new"))
        self.path.with_suffix(".new").replace(self.path)


def train(lesson: Lesson, mined: Lesson | None, progress: Progress, sets: list[tuple[ApartSet, KeptStates]]) -> None:
    """Slice by slice, until the steps or the minutes of this run are over."""
    options, started = progress.options, time.time()
    while progress.step < options.steps and time.time() - started < 60 * options.minutes:
        seen, begun, spent = [], time.time(), 0.0
        while not seen or (progress.step < options.steps and progress.step % options.slice):
            loss = lesson.loss(progress.student, drawn(len(lesson.topics), options.topics, progress.step, options.seed), options)
            if mined:
                size = options.mined_topics
                loss = loss + options.mined_share * mined.loss(progress.student, drawn(len(mined.topics), size, progress.step, options.seed), options)
            seen.append(loss.item())
            progress.learn(loss)
            if progress.step % options.save == 0:
                progress.seconds += time.time() - begun - spent
                spent = time.time() - begun
                progress.save()
            if progress.step % 10 == 0:
                print(f"step {progress.step} loss {np.mean(seen[-10:]):.4f} {(time.time() - begun) / len(seen):.2f} s a step", flush=True)
        progress.seconds += time.time() - begun - spent
        begun = time.time()
        figures = {each.name: round(float(np.mean(judge(each, progress.average, kept)[0])), 4) for each, kept in sets}
        mean = round(float(np.mean(list(figures.values()))), 4) if figures else float(progress.step)
        epochs = round(progress.step * options.topics / len(lesson.topics), 2)
        line = {"step": progress.step, "epochs": epochs, "seconds": round(progress.seconds), "loss": round(float(np.mean(seen)), 4)}
        head = {name: round(value.item(), 3) for name, value in progress.average.head.named_parameters()}
        line |= {"mean": mean, **figures, **head, "seconds to measure": round(time.time() - begun)}
        with (options.out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        print(line, flush=True)
        write_reference(progress.average, options.start, options.out / "last")
        if mean > progress.best:
            progress.best = mean
            write_reference(progress.average, options.start, options.out / "best")
        progress.save()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="folder of the scorer to begin with")
    parser.add_argument("--graded", type=Path, nargs="+", required=True, help="{query, passages: [{text, grade}]}")
    parser.add_argument("--mined", type=Path, nargs="*", default=[], help="mine.py's records: questions with one known answer")
    parser.add_argument("--limit", type=int, help="so many topics and so many of mine.py's records only")
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="development sets in BEIR form")
    parser.add_argument("--dev-queries", type=int, default=30, help="queries of each whose states are kept, as in judge.apart; dl21 gives all")
    parser.add_argument("--slice-queries", type=int, default=10, help="of these, measured after each slice; dl21 gives all")
    parser.add_argument("--slice-candidates", type=int, default=40, help="measured then, of BM25's best")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--states", type=Path, help="where kept states lie; default --out/states")
    parser.add_argument("--frozen", type=int, default=4, help="lower layers that do not learn")
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop this run after so long; the same command goes on")
    parser.add_argument("--slice", type=int, default=120, help="steps between two measurements")
    parser.add_argument("--save", type=int, default=20, help="steps between two states of the run that it can go on from")
    parser.add_argument("--topics", type=int, default=6, help="graded topics a step")
    parser.add_argument("--mined-topics", type=int, default=2, help="topics of mined questions a step")
    parser.add_argument("--mined-questions", type=int, default=6, help="mined questions a topic")
    parser.add_argument("--mined-share", type=float, default=0.5, help="weight of their loss")
    parser.add_argument("--temperature", type=float, default=1.2, help="of the grades")
    parser.add_argument("--pairs", type=float, default=0.5, help="weight of the pairwise loss")
    parser.add_argument("--average", type=float, default=0.98, help="share of the averaged weights that a step leaves as it is")
    parser.add_argument("--lr", type=float, default=2e-5)
    parser.add_argument("--scale-lr", type=float, default=2e-3, help="of the head's scales")
    parser.add_argument("--warmup", type=int, default=30)
    parser.add_argument("--tokens", type=int, default=2048, help="padded tokens that go through the layers at once")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of one text while training")
    parser.add_argument("--dev-length", type=int, default=256, help="tokens of one text while measuring")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.states = options.states or options.out / "states"
    options.out.mkdir(parents=True, exist_ok=True)
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    student = without_crossing(options.start)
    student.freeze(options.frozen)
    reader = Reader(options.start, options.max_length)
    lesson = Lesson(graded_topics(options.graded)[: options.limit], student, reader, options)
    records = [json.loads(line) for path in options.mined for line in path.read_text(encoding="utf-8").splitlines()]
    mined = Lesson(mined_topics(records[: options.limit], options.mined_questions), student, reader, options) if records else None
    print(f"{len(lesson.topics)} graded topics, {len(mined.topics) if mined else 0} mined", flush=True)
    long = Reader(options.start, options.dev_length)
    sets = []
    for folder in options.dev:
        each = open_set(folder, long, options.dev_queries)
        queries = len(each.grades) if folder.name == WHOLE else options.slice_queries
        sets.append((each.sample(queries, options.slice_candidates), KeptStates(student, each.ids, options.frozen, options.states)))
    train(lesson, mined, Progress(student, options), sets)


if __name__ == "__main__":
    main()
