"""Records of mine.py in the columns that each of sentence-transformers' losses asks for.

A record is {query, positive, negatives} (labels 1 and 0) or {query, passages, scores} (a teacher's logits, positive first).
"""

import json
import math
import random
from dataclasses import dataclass, replace
from pathlib import Path

from datasets import Dataset

# The first five take lists; the other three take pairs or one positive with its negatives.
LIST_LOSSES = ("lambda", "plistmle", "listnet", "ranknet", "listmle")
LOSSES = (*LIST_LOSSES, "bce", "mse", "margin-mse")
TEACHER_LOSSES = ("mse", "margin-mse")
# What ListNet's softmax makes of labels 1 and 0 is .4 and .1 among five; ten times as far apart it is as good as 1 and 0.
LISTNET_SCALE = 10.0
# Gains grow as 2^label: a teacher's logits are first brought to the grades that judges give.
HIGHEST_GRADE = 3.0


@dataclass(frozen=True)
class Ranked:
    """One query, its passages and a label each, best label first."""

    query: str
    passages: list[str]
    labels: list[float]
    graded: bool


def read_records(paths: list[Path], length: int, seed: int) -> list[Ranked]:
    """The records of all files, shuffled. Each keeps its positive and others drawn at random, `length` passages in all;
    records with fewer are left out, so that every step sees as many pairs."""
    found: list[Ranked] = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            graded = "scores" in record
            passages = record["passages"] if graded else [record["positive"], *record["negatives"]]
            labels = record["scores"] if graded else [1.0] + [0.0] * len(record["negatives"])
            if len(passages) < length:
                continue
            rng = random.Random(f"{seed} {record['query']} {passages[0]}")
            chosen = [0, *rng.sample(range(1, len(passages)), length - 1)]
            # The position-aware losses read the order itself.
            chosen.sort(key=lambda index: -labels[index])
            found.append(Ranked(record["query"], [passages[i] for i in chosen], [labels[i] for i in chosen], graded))
    if not found:
        raise SystemExit(f"no record with {length} passages in {', '.join(map(str, paths))}: lower --list or mine more")
    random.Random(seed).shuffle(found)
    return found


def standardise(records: list[Ranked], deviation: float = 2.0) -> list[Ranked]:
    """Graded labels with mean 0 and this deviation over all records: a fresh head starts at 0, and ranks the same there."""
    labels = [label for record in records if record.graded for label in record.labels]
    if not labels:
        return records
    mean = sum(labels) / len(labels)
    spread = math.sqrt(sum((label - mean) ** 2 for label in labels) / len(labels)) or 1.0
    return [
        replace(record, labels=[(label - mean) / spread * deviation for label in record.labels]) if record.graded else record
        for record in records
    ]


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))


def _labels(record: Ranked, loss: str, temperature: float) -> list[float]:
    """The record's labels on the scale that the loss takes them on."""
    if not record.graded:
        return [label * LISTNET_SCALE for label in record.labels] if loss == "listnet" else record.labels
    if loss == "bce":
        return [_sigmoid(label / temperature) for label in record.labels]
    if loss in ("lambda", "ranknet"):
        low, high = min(record.labels), max(record.labels)
        return [HIGHEST_GRADE * (label - low) / max(high - low, 1e-6) for label in record.labels]
    return [label / temperature for label in record.labels]


def to_dataset(records: list[Ranked], loss: str, temperature: float = 1.0) -> Dataset:
    """Columns in the order that the loss reads them. `temperature` divides a teacher's logits."""
    if loss in TEACHER_LOSSES and not all(record.graded for record in records):
        raise SystemExit(f"--loss {loss} learns a teacher's logits: give files of mine.py --teacher only")
    labels = [_labels(record, loss, temperature) for record in records]
    queries = [record.query for record in records]
    if loss in LIST_LOSSES:
        return Dataset.from_dict({"query": queries, "passages": [record.passages for record in records], "labels": labels})
    if loss == "margin-mse":
        columns = {"query": queries, "positive": [record.passages[0] for record in records]}
        for place in range(1, len(records[0].passages)):
            columns[f"negative_{place}"] = [record.passages[place] for record in records]
        return Dataset.from_dict(columns | {"labels": labels})
    return Dataset.from_dict(
        {
            "query": [record.query for record in records for _ in record.passages],
            "passage": [passage for record in records for passage in record.passages],
            "label": [label for row in labels for label in row],
        }
    )
