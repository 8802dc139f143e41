"""Writes the fixtures of the parity tests from the reference, sentence-transformers: python training/goldens.py

Run `export.py` first: the shipped folders and the weights that they were made from are read. parity.json holds, for each model, one row a
pair: [length, crc32 of all ids as little-endian int32, the first 24 ids, first index of type 1, logit, rule]. The rule is
"reference" where longest_first cuts (or leaves) the pair as the package does, else "ours": query over a third and passage over
half, where ours cuts the query to what the passage leaves free but not below a third.
"""

import argparse
import json
import zlib
from pathlib import Path

import numpy as np
import pair_scorer  # noqa: F401  registers the scorer, which CrossEncoder then opens
import torch
from golden_texts import groups, pairs_of_indices, well_formed, written
from model_folder import MAX_LENGTH
from onnx_scorer import OnnxScorer
from pairs import PairEncoder, Row, pad
from sentence_transformers import CrossEncoder
from tiny_models import MAX_LENGTH as TINY_LENGTH
from tiny_models import write_tiny_bert, write_tiny_roberta
from torch import nn

# Each with the folder below training/build that it was exported from; the first also scores the Berlin list.
SHIPPED = {"minilm-l6-rerank-en": "l6", "minilm-l3-rerank-en": "l3"}
BERLIN = "minilm-l6-rerank-en"
ROOT = Path(__file__).resolve().parent.parent
SHOWN_IDS = 24


def open_reference(folder: Path) -> CrossEncoder:
    return CrossEncoder(str(folder), activation_fn=nn.Identity(), device="cpu")


def score_ours(reference: CrossEncoder, row: Row) -> float:
    """The same fp32 model on ids cut by our rule."""
    names = reference.tokenizer.model_input_names
    feeds = {name: torch.tensor(value) for name, value in pad([row]).items() if name in names}
    with torch.no_grad():
        return reference.model(**feeds).logits.item()


def as_json(row: Row, typed: bool, logit: float) -> list:
    digest = zlib.crc32(np.array(row.ids, "<i4").tobytes())
    first_of_passage = row.types.index(1) if typed and 1 in row.types else None
    rule = "reference" if row.as_reference else "ours"
    return [len(row.ids), digest, row.ids[:SHOWN_IDS], first_of_passage, round(float(logit), 5), rule]


def model_rows(folder: Path, reference: CrossEncoder, max_length: int, pairs: list[tuple[str, str]]) -> list[list]:
    """One row a pair; stops where our rule and the reference's should agree and do not."""
    encoder = PairEncoder(folder, max_length)
    typed = "token_type_ids" in reference.tokenizer.model_input_names
    rows = [encoder(query, passage) for query, passage in pairs]
    logits = reference.predict(pairs, batch_size=4)
    for index, (row, pair) in enumerate(zip(rows, pairs)):
        if not row.as_reference:
            logits[index] = score_ours(reference, row)
            continue
        # As a list of pairs, the form that predict uses: a bare empty passage would be taken for no passage at all.
        expected = reference.tokenizer([pair], truncation="longest_first", max_length=max_length)
        if row.ids != expected["input_ids"][0] or (typed and row.types != expected["token_type_ids"][0]):
            raise SystemExit(f"{folder.name}: pair {index} differs from the reference's ids")
    return [as_json(row, typed, logit) for row, logit in zip(rows, logits)]


def write_parity(fixtures: Path, models: dict[str, tuple[Path, CrossEncoder, int]]) -> None:
    kinds = groups()
    texts = [text for group in kinds.values() for text in group]
    indices = pairs_of_indices(kinds)
    plain = [well_formed(written(text)) for text in texts]
    pairs = [(plain[query], plain[passage]) for query, passage in indices]
    path = fixtures / "parity.json"
    known = json.loads(path.read_text(encoding="ascii"))["models"] if path.exists() else {}
    content = {
        "texts": [text if isinstance(text, str) else {"repeat": text[0], "times": text[1]} for text in texts],
        "pairs": indices,
        "models": known
        | {
            name: {"maxLength": limit, "rows": model_rows(folder, reference, limit, pairs)}
            for name, (folder, reference, limit) in models.items()
        },
    }
    # ASCII, so that lone surrogates survive as escapes.
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="ascii")


def write_berlin(fixtures: Path, source: Path, folder: Path, reference: CrossEncoder) -> None:
    """The Berlin list with the published scores and the shipped model's own, for each dtype."""
    example = json.loads(source.read_text(encoding="utf-8"))
    pairs = [(example["query"], passage) for passage in example["passages"]]
    manifest = json.loads((folder / "reranker.json").read_text(encoding="utf-8"))
    encoder = PairEncoder(folder, MAX_LENGTH)
    logits = {"fp32": reference.predict(pairs)}
    for path, entry in manifest["files"].items():
        if "dtype" in entry:
            logits[entry["dtype"]] = OnnxScorer(folder / path, encoder).predict(pairs, len(pairs))
    content = {
        **{name: example[name] for name in ("source", "query", "passages", "publishedScores")},
        "model": BERLIN,
        "revision": manifest["revision"],
        "logits": {kind: [round(float(value), 5) for value in values] for kind, values in logits.items()},
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (fixtures / "berlin.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=ROOT / "public/models")
    parser.add_argument("--work", type=Path, default=ROOT / "training/build")
    parser.add_argument("--fixtures", type=Path, default=ROOT / "src/testing/fixtures")
    parser.add_argument("--berlin", type=Path, default=ROOT / "../shared/berlin.json")
    parser.add_argument("--only", nargs="+", choices=SHIPPED, default=list(SHIPPED), help="the others keep their rows")
    arguments = parser.parse_args()
    texts = [well_formed(written(text)) for group in groups().values() for text in group]
    models = {
        name: (arguments.models / name, open_reference(arguments.work / weights), MAX_LENGTH)
        for name, weights in SHIPPED.items()
        if name in arguments.only
    }
    for name, write in (("tiny-bert", write_tiny_bert), ("tiny-roberta", write_tiny_roberta)):
        folder, weights = arguments.fixtures / name, arguments.work / name
        write(texts, folder, weights)
        models[name] = (folder, open_reference(weights), TINY_LENGTH)
    write_parity(arguments.fixtures, models)
    if BERLIN in models:
        write_berlin(arguments.fixtures, arguments.berlin, arguments.models / BERLIN, models[BERLIN][1])


if __name__ == "__main__":
    main()
