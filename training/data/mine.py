"""Hard negatives for prepare.py's questions, and a teacher's scores for them.

python -m training.data.mine --data training/build/data --encoder ../shared/model/init --out training/build/mined.jsonl
python -m training.data.mine ... --teacher training/build/l6 --graded training/build/graded.jsonl

From BM25's and the bi-encoder's rankings of the collection a few passages are drawn at each depth, false negatives left
out: passages that hold the answer, that were cut from the same text, or that the bi-encoder puts too near the positive.
--out gets {query, positive, negatives}, --graded {query, passages, scores} in the teacher's logits, positive first.
"""

import argparse
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from training.data.prepared import Collection, Question, plain, write_lines
from training.data.retrieval import Bm25, BiEncoder, top
from training.scorer.allocator import keep_freed_memory
from training.scorer.precision import half_precision


@dataclass(frozen=True)
class Depth:
    """How many negatives to draw from the ranks `first` to `last`, counted from 1."""

    first: int
    last: int
    count: int

    @staticmethod
    def parse(text: str) -> "Depth":
        """`10-50:3`"""
        ranks, count = text.split(":")
        first, last = ranks.split("-")
        return Depth(int(first), int(last), int(count))


@dataclass(frozen=True)
class Margins:
    """A negative's cosine to the query must stay below the positive's by this much (negative: may exceed it)."""

    open: float
    # Where the answer is a string, a passage without it is known to be wrong, however near it looks.
    answered: float


def false_negative(
    question: Question, passage: int, collection: Collection, plain_texts: list[str], same_article: bool
) -> bool:
    """Whether the passage may well answer the question: it holds the answer, or comes from the positive's own text."""
    own = collection.groups[collection.index[question.positive]]
    group = collection.groups[passage]
    if group == own or (not same_article and group.split("#")[0] == own.split("#")[0]):
        return True
    # An answer without a letter or digit is found nowhere.
    return any(plain(answer).strip() and plain(answer) in plain_texts[passage] for answer in question.answers)


def draw(rankings: list[list[int]], depths: list[Depth], allowed, rng: random.Random) -> list[int]:
    """Passages for which `allowed` holds, each once: every depth's count from all rankings together."""
    taken: list[int] = []
    for depth in depths:
        pool = sorted({passage for ranking in rankings for passage in ranking[depth.first - 1 : depth.last]} - set(taken))
        rng.shuffle(pool)
        found = (passage for passage in pool if allowed(passage))
        taken += [passage for passage, _ in zip(found, range(depth.count), strict=False)]
    return taken


def mine(questions: list[Question], collection: Collection, options: argparse.Namespace) -> Iterator[dict]:
    """One record a question that has any negatives."""
    plain_texts = [plain(text) for text in collection.texts]
    deepest = max(depth.last for depth in options.depths)
    margins = Margins(options.margin, options.answered_margin)
    bm25 = Bm25(collection.texts)
    encoder = BiEncoder(options.encoder, cache=options.cache)
    passages = torch.from_numpy(encoder.encode(collection.texts)).float()
    queries = torch.from_numpy(encoder.encode([question.query for question in questions])).float()
    for start in range(0, len(questions), 128):
        block = (queries[start : start + 128] @ passages.T).numpy()
        for question, cosines in zip(questions[start : start + 128], block, strict=True):
            rng = random.Random(f"{options.seed} {question.query} {question.positive}")
            gap = margins.answered if question.answers else margins.open
            ceiling = cosines[collection.index[question.positive]] - gap

            def allowed(passage: int, question=question, cosines=cosines, ceiling=ceiling) -> bool:
                near = cosines[passage] > ceiling
                return not near and not false_negative(question, passage, collection, plain_texts, options.same_article)

            rankings = [top(bm25.scores(question.query), deepest).tolist(), top(cosines, deepest).tolist()]
            taken = draw(rankings, options.depths, allowed, rng)
            given = [collection.index[name] for name in question.candidates if name in collection.index]
            rng.shuffle(given)
            taken += [passage for passage in given if passage not in taken and allowed(passage)][: options.given]
            if taken:
                yield {
                    "query": question.query,
                    "positive": collection.texts[collection.index[question.positive]],
                    "negatives": [collection.texts[passage] for passage in taken],
                }


def grade(records: list[dict], teacher: Path | str, bonus: float, max_length: int, batch: int) -> Iterator[dict]:
    """Each record's passages with the teacher's logits; `bonus` is added to the labelled positive's."""
    from training.scorer import pair_scorer  # noqa: F401 (registers our own scorer, so that CrossEncoder opens its folder)
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(teacher), max_length=max_length, activation_fn=torch.nn.Identity())
    # A block sorts its pairs by length, and what was scored is written even when the run is cut short.
    for start in range(0, len(records), 512):
        block = records[start : start + 512]
        lists = [[record["positive"], *record["negatives"]] for record in block]
        pairs = [(record["query"], text) for record, texts in zip(block, lists, strict=True) for text in texts]
        with half_precision(model.device.type):
            scores = iter(np.asarray(model.predict(pairs, batch_size=batch, show_progress_bar=False), np.float32).tolist())
        for record, texts in zip(block, lists, strict=True):
            graded = [round(next(scores), 4) for _ in texts]
            graded[0] = round(graded[0] + bonus, 4)
            yield {"query": record["query"], "passages": texts, "scores": graded}
        print(f"graded {start + len(block)} of {len(records)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("training/build/data"), help="prepare.py's folder")
    parser.add_argument("--encoder", type=Path, default=Path("../shared/model/init"), help="bi-encoder's folder")
    parser.add_argument("--out", type=Path, help="{query, positive, negatives}")
    parser.add_argument("--teacher", help="CrossEncoder's folder or Hub id")
    parser.add_argument("--graded", type=Path, help="{query, passages, scores}, with --teacher")
    parser.add_argument("--gold-bonus", type=float, default=0.0, help="logits added to the labelled positive's score")
    depths = ["1-10:4", "11-50:4", "51-200:2"]
    parser.add_argument("--depths", nargs="+", default=depths, help=f"ranks and how many from them; {' '.join(depths)}")
    parser.add_argument("--given", type=int, default=8, help="at most so many of the candidates that came with a question")
    parser.add_argument("--margin", type=float, default=0.05, help="cosine below the positive, without answer strings")
    parser.add_argument("--answered-margin", type=float, default=-0.1, help="the same, with answer strings")
    parser.add_argument("--same-article", action=argparse.BooleanOptionalAction, default=True, help="other paragraphs may serve")
    parser.add_argument("--limit", type=int, help="the first questions only (prepare.py shuffled them)")
    parser.add_argument("--skip", type=int, default=0, help="questions passed over before those")
    parser.add_argument("--limit-passages", type=int, help="about so many passages, the questions' positives among them")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--max-length", type=int, default=192, help="tokens of a pair for the teacher")
    parser.add_argument("--batch", type=int, default=64, help="pairs in a batch for the teacher")
    parser.add_argument("--cache", type=Path, default=Path("training/build/cache"), help="where embeddings are kept")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.depths = [Depth.parse(text) for text in options.depths]
    if not options.out and not options.graded:
        parser.error("nothing to write: give --out or --graded")
    if bool(options.graded) != bool(options.teacher):
        parser.error("--graded and --teacher go together")
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    questions = Question.read(options.data / "questions.jsonl")[options.skip :][: options.limit]
    collection = Collection.read(options.data / "passages.jsonl")
    if options.limit_passages:
        collection = collection.sample(options.limit_passages, {question.positive for question in questions}, options.seed)
    records = list(mine(questions, collection, options))
    total = sum(len(record["negatives"]) for record in records)
    print(f"{len(records)} questions, {total / max(1, len(records)):.1f} negatives each", flush=True)
    if options.out:
        write_lines(options.out, records)
    if options.graded:
        write_lines(options.graded, grade(records, options.teacher, options.gold_bonus, options.max_length, options.batch))


if __name__ == "__main__":
    main()
