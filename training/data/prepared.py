"""What prepare.py writes and mine.py reads: a collection of passages and questions about it."""

import json
import random
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path


def plain(text: str) -> str:
    """Lower case, letters and digits only, one space between words and at both ends: for comparing texts."""
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(words)} "


def contains(text: str, part: str) -> bool:
    """Whether the words of `part` stand in the text one after the other (never for a part without words)."""
    words = plain(part)
    return bool(words.strip()) and words in plain(text)


def write_lines(path: Path, records: Iterable[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


@dataclass
class Question:
    """One query, the passage that answers it and the strings that count as the answer (none where it is not a string)."""

    query: str
    positive: str
    answers: list[str] = field(default_factory=list)
    # Passages that came with the question, not judged relevant: what mine.py may take besides its own.
    candidates: list[str] = field(default_factory=list)

    @staticmethod
    def write(path: Path, questions: Iterable["Question"]) -> None:
        records = map(asdict, questions)
        write_lines(path, ({key: value for key, value in record.items() if key != "candidates" or value} for record in records))

    @staticmethod
    def read(path: Path) -> list["Question"]:
        return [Question(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


class Collection:
    """Passages in the order added, each text once."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.texts: list[str] = []
        self.groups: list[str] = []
        self._known: dict[str, str] = {}
        self.index: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def add(self, text: str, group: str, name: str | None = None) -> str:
        """The passage's id: the given one, else its number; that of the earlier passage where the text is there already."""
        text = text.strip()
        known = self._known.get(text)
        if known is not None:
            return known
        name = name or f"p{len(self.names)}"
        self._known[text] = name
        self.index[name] = len(self.names)
        self.names.append(name)
        self.texts.append(text)
        self.groups.append(group)
        return name

    def sample(self, count: int, kept: set[str], seed: int) -> "Collection":
        """The passages named in `kept` and, in the same order, as many others drawn at random as make up the count."""
        others = [name for name in self.names if name not in kept]
        chosen = kept | set(random.Random(seed).sample(others, min(len(others), max(0, count - len(kept)))))
        smaller = Collection()
        for name, text, group in zip(self.names, self.texts, self.groups, strict=True):
            if name in chosen:
                smaller.add(text, group, name)
        return smaller

    def write(self, path: Path) -> None:
        rows = zip(self.names, self.texts, self.groups, strict=True)
        write_lines(path, ({"id": name, "text": text, "group": group} for name, text, group in rows))

    @staticmethod
    def read(path: Path) -> "Collection":
        collection = Collection()
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            collection.add(record["text"], record["group"], record["id"])
        return collection
