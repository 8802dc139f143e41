"""Turns data sets into one collection of short passages and the questions asked of it, for mine.py.

python -m training.data.prepare --squad ../shared/data/train/squad-train.jsonl --medquad ../shared/data/train/medquad.jsonl \
  --out training/build/data

Writes passages.jsonl ({id, text, group}; `group` is the article and paragraph, or the answer, that it was cut from, as
`article#paragraph`) and questions.jsonl ({query, positive: id, answers: [...]}; with MS MARCO's triples or runs also
`candidates`: ids of passages that came with the question and are not judged relevant). Same seed, same files.
"""

import argparse
import json
import random
from collections.abc import Callable
from pathlib import Path

from training.data.msmarco import qrels_and_run, refuse_test_text, test_queries, triples
from training.data.prepared import Collection, Question, contains
from training.data.queries import FORMS, keywords, kind_of, rewrites, typed, words_of
from training.data.windows import sentences, windows

# Some 2,500 answers are this sentence and a table of percentages: nothing that answers a question in words.
PHENOTYPE_LIST = "The Human Phenotype Ontology provides the following list"
Add = Callable[[Question], None]


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def shared_words(text: str, words: set[str]) -> int:
    return len(words & {word.lower() for word in words_of(text)})


def add_squad(path: Path, collection: Collection, add: Add, options: argparse.Namespace) -> None:
    """Each paragraph in windows; a question's positive is the window that holds the answer and most of the question."""
    for number, record in enumerate(read_lines(path)):
        rng = random.Random(f"{options.seed} squad {number}")
        title = record["title"].replace("_", " ")
        cut = windows(record["passage"], rng)
        # Web passages often carry their page's heading; without it a window from the middle may not name its subject.
        texts = [f"{title}. {text}" if rng.random() < options.heading_share else text for text in cut]
        names = [collection.add(text, f"squad {record['title']}#{path.stem}-{number}") for text in texts]
        for item in record["questions"]:
            asked = {word.lower() for word in words_of(keywords(item["question"]))}
            holding = [index for index, text in enumerate(cut) if any(contains(text, answer) for answer in item["answers"])]
            if holding:
                best = max(holding, key=lambda index: (shared_words(texts[index], asked), -index))
                add(Question(typed(item["question"], rng, options.keyword_share), names[best], item["answers"]))


def add_medquad(path: Path, collection: Collection, add: Add, options: argparse.Namespace) -> None:
    """Each answer in windows; the positive is the one of the first three that names most of subject and question."""
    group_of: dict[str, str] = {}
    for number, record in enumerate(read_lines(path)):
        if PHENOTYPE_LIST in record["answer"]:
            continue
        rng = random.Random(f"{options.seed} medquad {number}")
        focus, question = record["focus"] or "", record["question"]
        kind = kind_of(question, focus)
        name = FORMS[kind][0].split("|")[0] if kind >= 0 else str(number)
        # Several sources answer the same question, and one answer may stand under several names.
        group = group_of.setdefault(record["answer"], f"medquad {focus.lower()}#{name}")
        cut = windows(record["answer"], rng)[: options.answer_windows]
        asked = {word.lower() for word in words_of(keywords(question))}
        texts = [
            f"{focus}. {text}" if focus and not contains(text, focus) and rng.random() < options.heading_share else text
            for text in cut
        ]
        names = [collection.add(text, group) for text in texts]
        # Some answers open by asking the question again: an echo is no reason to prefer a window.
        counted = [shared_words(" ".join(part for part in sentences(text) if not part.endswith("?")), asked) for text in texts]
        if not texts or max(counted) == 0:
            continue
        best = max(range(min(3, len(texts))), key=lambda index: (counted[index], -index))
        for query in rewrites(question, focus, options.forms, rng, options.keyword_share):
            add(Question(query, names[best], []))


def add_titles(folder: Path, collection: Collection, add: Add, options: argparse.Namespace) -> None:
    """A document's title, or the sentence it opens with, as the query for the rest of it. No judgment is read."""
    path = folder / "corpus.jsonl"
    refuse_test_text(folder)
    for record in read_lines(path):
        refuse_test_text(record["_id"])
        rng = random.Random(f"{options.seed} {folder.name} {record['_id']}")
        title, text = (record.get("title") or "").strip(" ."), record["text"].strip()
        if title:
            rest = text[len(title) :].lstrip(" .") if text.lower().startswith(title.lower()) else text
        else:
            title, *others = sentences(text) or [""]
            rest = " ".join(others)
            if len(title.split()) > 20:
                # A text without stops: its first words are as near as it comes to a title.
                words, length = text.split(), rng.randint(5, 10)
                title, rest = " ".join(words[:length]), " ".join(words[length:])
        cut = windows(rest, rng, 35, rng.choice([75, 120, 180]))[:1]
        if cut and len(cut[0].split()) >= 20 and len(title.split()) >= 2:
            name = collection.add(cut[0], f"{folder.name} {record['_id']}")
            query = keywords(title) if rng.random() < options.keyword_share else title
            add(Question(query.strip(" .").lower(), name, []))


def add_judged(path: Path, collection: Collection, add: Add, _options: argparse.Namespace) -> None:
    """Typed questions as they are, with the passages that were judged: one question for each that answers, the others as its candidates."""
    refuse_test_text(path)
    for number, record in enumerate(read_lines(path)):
        names = [collection.add(passage["text"], f"{path.stem}#{number}-{place}") for place, passage in enumerate(record["passages"])]
        labels = [passage["label"] for passage in record["passages"]]
        wrong = [name for name, label in zip(names, labels, strict=True) if label < 1]
        for name in dict.fromkeys(name for name, label in zip(names, labels, strict=True) if label >= 1):
            add(Question(record["query"], name, [], wrong))


def add_pool(folder: Path, collection: Collection, _add: Add, _options: argparse.Namespace) -> None:
    """Passages to draw negatives from, without a question; neither queries nor judgments are read."""
    refuse_test_text(folder)
    for record in read_lines(folder / "corpus.jsonl"):
        collection.add(f"{record.get('title') or ''} {record['text']}", f"{folder.name} {record['_id']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path, nargs="*", default=[], help="jsonl of {title, passage, questions}")
    parser.add_argument("--medquad", type=Path, nargs="*", default=[], help="jsonl of {focus, question, answer}")
    parser.add_argument("--titles", type=Path, nargs="*", default=[], help="BEIR folders whose titles become queries")
    parser.add_argument("--judged", type=Path, nargs="*", default=[], help="jsonl of {query, passages: [{text, label}]}")
    parser.add_argument("--pool", type=Path, nargs="*", default=[], help="BEIR folders whose passages may be negatives")
    parser.add_argument("--triples", type=Path, nargs="*", default=[], help="MS MARCO: query, positive, negative as text")
    parser.add_argument("--collection", type=Path, help="MS MARCO collection.tsv, with --queries and --qrels")
    parser.add_argument("--queries", type=Path, help="MS MARCO queries.tsv")
    parser.add_argument("--qrels", type=Path, help="MS MARCO or TREC judgments")
    parser.add_argument("--run", type=Path, help="candidates, as MS MARCO (3 columns) or TREC (6 columns) write them")
    parser.add_argument("--run-depth", type=int, default=100, help="candidates taken from each list of the run")
    parser.add_argument("--exclude", type=Path, nargs="*", default=[], help="queries.tsv or .jsonl never to train on")
    parser.add_argument("--keyword-share", type=float, default=0.35, help="part of the queries rewritten as keywords")
    parser.add_argument("--heading-share", type=float, default=0.3, help="part of the windows with the title in front")
    parser.add_argument("--answer-windows", type=int, default=6, help="windows kept of one long answer")
    parser.add_argument("--forms", type=int, default=3, help="forms of one MedQuAD question")
    parser.add_argument("--limit", type=int, help="a random sample of so many questions; the collection stays whole")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("training/build/data"))
    options = parser.parse_args()
    collection, questions = Collection(), []
    sources = {add_squad: options.squad, add_medquad: options.medquad, add_titles: options.titles, add_judged: options.judged, add_pool: options.pool}
    for source, paths in sources.items():
        for path in paths:
            source(path, collection, questions.append, options)
    for path in options.triples:
        questions += triples(path, collection)
    if options.qrels:
        if not (options.collection and options.queries):
            parser.error("--qrels needs --collection and --queries")
        questions += qrels_and_run(options, collection)
    excluded = test_queries(options.exclude)
    questions = [question for question in questions if question.query.lower().strip() not in excluded]
    random.Random(options.seed).shuffle(questions)
    collection.write(options.out / "passages.jsonl")
    Question.write(options.out / "questions.jsonl", questions[: options.limit])
    print(f"{len(collection)} passages, {len(questions[: options.limit])} questions in {options.out}")


if __name__ == "__main__":
    main()
