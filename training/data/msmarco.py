"""MS MARCO's own files: triples of texts, and collection, queries, judgments and runs that name each other by number."""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from training.data.prepared import Collection, Question

# TREC Deep Learning's tests are what rerankers are judged by, so their text is never trained on.
TEST_TEXT = re.compile(r"(?:^|[^a-z])(?:trec[-_]?)?dl[-_]?(?:20)?(?:19|2[0-9])(?![0-9])|(?:test|trec|qrels?|dl)[-_]?20(?:19|2[0-9])|20(?:19|2[0-9])[-_]?qrels|msmarco_passage_\d+_\d+")


def refuse_test_text(source: Path | str) -> None:
    """Exits where a path, or a passage's id, belongs to TREC Deep Learning (2019 on, MS MARCO v2 ids among them)."""
    name = str(source.resolve() if isinstance(source, Path) else source).lower()
    if TEST_TEXT.search(name):
        raise SystemExit(f"{source}: text of TREC Deep Learning is never trained on. Leave this source out.")


def rows(path: Path) -> Iterator[list[str]]:
    """Columns of a file that separates them by tabs, as MS MARCO does, or by spaces, as TREC does."""
    refuse_test_text(path)
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").split("\t") if "\t" in line else line.split()


def test_queries(paths: list[Path]) -> set[str]:
    """Texts of queries to leave out, from .tsv (id, text) or BEIR's .jsonl."""
    texts: set[str] = set()
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"] if path.suffix == ".jsonl" else line.split("\t")[-1]
            texts.add(text.lower().strip())
    return texts


def triples(path: Path, collection: Collection) -> Iterator[Question]:
    """triples.*.tsv: query, relevant passage, other passage. Lines of one query and passage become one question."""
    questions: dict[tuple[str, str], Question] = {}
    for number, (query, positive, negative) in enumerate(rows(path)):
        relevant = collection.add(positive, f"msmarco {path.stem}-{number}#positive")
        other = collection.add(negative, f"msmarco {path.stem}-{number}#negative")
        question = questions.setdefault((query, relevant), Question(query, relevant))
        if other not in question.candidates:
            question.candidates.append(other)
    yield from questions.values()


def _run(path: Path, depth: int) -> dict[str, list[str]]:
    """Query to its first passages. MS MARCO: query, passage, rank. TREC: query, Q0, passage, rank, score, tag."""
    ranked: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for columns in rows(path):
        query, passage, rank = (columns[0], columns[2], columns[3]) if len(columns) == 6 else columns[:3]
        if int(rank) <= depth:
            ranked[query].append((int(rank), passage))
    return {query: [passage for _, passage in sorted(found)] for query, found in ranked.items()}


def qrels_and_run(options: argparse.Namespace, collection: Collection) -> Iterator[Question]:
    """One question a judged passage of grade 1 or more. Only passages that a judgment or the run names are read."""
    relevant: dict[str, list[str]] = defaultdict(list)
    for query, _, passage, grade in rows(options.qrels):
        if int(grade) >= 1:
            relevant[query].append(passage)
    run = _run(options.run, options.run_depth) if options.run else {}
    wanted = {passage for query, found in relevant.items() for passage in found + run.get(query, [])}
    names = {}
    for name, text in rows(options.collection):
        if name in wanted:
            names[name] = collection.add(text, f"msmarco {name}", f"msmarco-{name}")
    texts = {name: text for name, text in rows(options.queries) if name in relevant}
    for query, found in relevant.items():
        others = [names[passage] for passage in run.get(query, []) if passage in names and passage not in found]
        for passage in found:
            if query in texts and passage in names:
                yield Question(texts[query], names[passage], [], others)
