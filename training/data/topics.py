"""Graded lists, grouped by their passages: one topic is some passages and every question that was graded on them.

Where the layers stay apart, a passage's states serve all questions of a step, so a topic of four questions costs little more than one.
A question with one known answer and mined negatives (mine.py) fits the same form: several of them make a topic, and what one question's
passages are worth to another is unknown.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from training.data.msmarco import refuse_test_text

# What the two labels of mine.py's records are worth on the scale of grades, 0 to 9; and a passage of another topic.
ANSWER, NEGATIVE, STRANGER = 8.0, 0.0, -2.0
UNKNOWN = math.nan


@dataclass
class Topic:
    """`grades[question][passage]`: 9 answers fully, 0 is unrelated; NaN is unknown and counts for nothing."""

    queries: list[str]
    passages: list[str]
    grades: list[list[float]]


def graded_topics(paths: Iterable[Path]) -> list[Topic]:
    """From files of {query, passages: [{text, grade}]}, in the order of their first questions."""
    topics: dict[frozenset[str], Topic] = {}
    for path in paths:
        refuse_test_text(path)
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            # A text that stands twice in a list keeps its better grade.
            grades: dict[str, float] = {}
            for passage in record["passages"]:
                grades[passage["text"]] = max(float(passage["grade"]), grades.get(passage["text"], 0.0))
            topic = topics.setdefault(frozenset(grades), Topic([], list(grades), []))
            topic.queries.append(record["query"])
            topic.grades.append([grades[text] for text in topic.passages])
    return list(topics.values())


def mined_topics(records: Iterable[dict], questions: int) -> list[Topic]:
    """So many of mine.py's {query, positive, negatives} a topic, in the order given."""
    rows = list(records)
    topics = []
    for start in range(0, len(rows), questions):
        part = rows[start : start + questions]
        passages = list(dict.fromkeys(text for row in part for text in (row["positive"], *row["negatives"])))
        grades = []
        for row in part:
            known = dict.fromkeys(row["negatives"], NEGATIVE) | {row["positive"]: ANSWER}
            grades.append([known.get(text, UNKNOWN) for text in passages])
        topics.append(Topic([row["query"] for row in part], passages, grades))
    return topics
