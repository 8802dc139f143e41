"""python -m training.export: a model folder of a cross-encoder (--cross-encoder), or of the scorer that we train (--scorer)."""

import argparse
import json
from pathlib import Path

from training.export.cross_encoder import export_cross_encoder
from training.export.dtypes import FORMS
from training.export.export import export_scorer
from training.export.reference import Reference, Refused


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--cross-encoder", metavar="FOLDER", help="anything that sentence_transformers.CrossEncoder opens: a folder or a Hub id")
    source.add_argument("--scorer", type=Path, metavar="FOLDER", help="folder of a scorer trained by training.train")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--embedding-bits", type=int, choices=(4, 8), default=8, help="of the embeddings in q8 and w8")

    any_model = parser.add_argument_group("with --cross-encoder")
    any_model.add_argument("--dtypes", nargs="+", choices=FORMS, default=["q8", "w8"], help="forms to store (q8 for WASM, w8 for WebGPU and WASM)")
    any_model.add_argument("--max-length", type=int, help="most tokens in a pair; the model's own limit, and 512 at most, unless given")
    any_model.add_argument("--label", type=int, help="which logit ranks, for a model that gives several")
    any_model.add_argument("--trust-remote-code", action="store_true", help="run code that comes with the model")

    ours = parser.add_argument_group("with --scorer")
    ours.add_argument("--work", type=Path, default=Path("training/build/export"), help="other forms, not shipped")
    ours.add_argument("--depth", type=Path, help="depth.py's depth.json, with the margins of the cuts")
    ours.add_argument("--training", help="how it was trained, a sentence or two for reranker.json")
    return parser


def main() -> None:
    parser = arguments()
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.scorer:
        if not options.training:
            parser.error("--scorer needs --training")
        options.work.mkdir(parents=True, exist_ok=True)
        margins = json.loads(options.depth.read_text(encoding="utf-8"))["margins"] if options.depth else []
        export_scorer(options.scorer, options.out, options.work, options.embedding_bits, margins, options.training)
        return
    try:
        reference = Reference(options.cross_encoder, options.label, options.max_length, options.trust_remote_code)
        refused = export_cross_encoder(reference, options.out, options.dtypes, options.embedding_bits)
    except Refused as reason:
        raise SystemExit(str(reason)) from reason
    if refused:
        raise SystemExit("Not written: " + "; ".join(refused) + ".")


main()
