"""Makes a model folder of any cross-encoder: python -m training.export --cross-encoder FOLDER --out OUT

The whole pipeline becomes one graph, whatever its head is made of. Every form is compared with sentence-transformers on up to 200
pairs; one that is off is refused. The largest error on the self-check's pairs becomes its tolerance in reranker.json.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from training.export.compare import calibration_pairs, check_pairs, compared_pairs, largest_error
from training.export.dtypes import FORMS
from training.export.manifest import write_manifest
from training.export.model_files import read_card, write_card, write_config, write_tokenizer
from training.export.onnx_scorer import OnnxScorer
from training.export.reference import Reference, Refused
from training.export.rewrite import input_ranges
from training.export.traced_graph import trace
from training.scorer.pairs import PairEncoder, pad

# Most that the mean error may be, as a share of the logits' standard deviation: beyond, places change that matter.
ALLOWED = {"fp32": 1e-3, "fp16": 0.02, "q8": 0.2, "w8": 0.1, "q4": 0.3, "q4f16": 0.3}


def same_pairs(reference: Reference, encoder: PairEncoder, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs that the package cuts as the reference does; all of these must have the reference's own ids."""
    same = []
    for query, passage in pairs:
        row = encoder(reference.prompt + query, passage)
        if not row.as_reference:
            continue
        features = reference.features((query, passage))
        types = features.get("token_type_ids")
        if row.ids != features["input_ids"][0].tolist() or (types is not None and row.types != types[0].tolist()):
            raise Refused(f"{reference.name}: tokenizer.json alone does not give the reference's ids for {(query, passage)!r}.")
        same.append((query, passage))
    return same


class Exporter:
    """One reference on its way into a folder."""

    def __init__(self, reference: Reference, out: Path):
        self.reference = reference
        self.out = out
        (out / "onnx").mkdir(parents=True, exist_ok=True)
        write_config(reference, out)
        write_tokenizer(reference, out)
        self.encoder = PairEncoder(out, reference.max_length)
        self.pad_id = reference.tokenizer.pad_token_id or 0
        self.pairs = same_pairs(reference, self.encoder, compared_pairs())
        self.expected = reference.logits(self.pairs)
        self.spread = float(self.expected.std())

    def ranges(self, graph: onnx.ModelProto) -> dict[str, np.ndarray]:
        """One row at a time, so nothing is padded."""
        taken = [item.name for item in graph.graph.input]
        rows = [pad([self.encoder(query, passage)], self.pad_id) for query, passage in self._prompted(calibration_pairs())]
        return input_ranges(graph, [{name: row[name].astype(np.int32) for name in taken} for row in rows])

    def write(self, kind: str, graph: onnx.ModelProto) -> dict:
        """Stores one form; its size and its errors on the compared pairs."""
        path = self.out / FORMS[kind].path
        onnx.save(graph, path)
        errors = np.abs(OnnxScorer(path, self.encoder, pad_id=self.pad_id).predict(self._prompted(self.pairs)) - self.expected)
        row = {"bytes": path.stat().st_size, "devices": FORMS[kind].devices, "pairs": len(self.pairs)}
        row |= {"mean": round(float(errors.mean()), 6), "largest": round(float(errors.max()), 6)}
        print(kind, row, flush=True)
        return row

    def refusal(self, kind: str, row: dict) -> str | None:
        """Why this form cannot be shipped, if it cannot; a NaN is off, too."""
        allowed = ALLOWED[kind] * self.spread
        if row["mean"] <= allowed:
            return None
        return f"{kind} is off by {row['mean']:.4f} on average, over {allowed:.4f} ({ALLOWED[kind]:.1%} of the logits' standard deviation)"

    def write_manifest(self, table: dict[str, dict], about: dict) -> None:
        """The check's queries carry the prompt, since the package checks pairs as they are."""
        pairs = same_pairs(self.reference, self.encoder, check_pairs())
        logits = self.reference.logits(pairs)
        prompted = self._prompted(pairs)
        errors = {kind: largest_error(self.out / FORMS[kind].path, self.encoder, prompted, logits, pad_id=self.pad_id) for kind in table}
        print("self-check", logits, errors)
        write_manifest(
            self.out,
            graphs={FORMS[kind].path: {"dtype": kind, "devices": list(FORMS[kind].devices)} for kind in table},
            pairs=prompted,
            logits=logits,
            errors=errors,
            training=f"Exported from {self.reference.name}.",
            max_length=self.reference.max_length,
            activation=self.reference.activation,
            **about,
        )

    def _prompted(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(self.reference.prompt + query, passage) for query, passage in pairs]


def export_cross_encoder(reference: Reference, out: Path, dtypes: list[str], embedding_bits: int = 8) -> list[str]:
    """Writes the folder; returns why forms were refused, if any were. @raises Refused where nothing can be shipped"""
    exporter = Exporter(reference, out)
    graph = trace(reference)
    ranges = exporter.ranges(graph) if "q8" in dtypes else {}
    table, refused = {}, []
    for kind in dtypes:
        row = exporter.write(kind, FORMS[kind].make(graph, ranges, embedding_bits))
        why = exporter.refusal(kind, row)
        if why:
            refused.append(why)
            (out / FORMS[kind].path).unlink()
        else:
            table[kind] = row
    if not table:
        raise Refused(f"{reference.name}: no form is close enough to the reference: {'; '.join(refused)}.")
    about = read_card(reference.source)
    exporter.write_manifest(table, about)
    write_card(reference, out, about, table, exporter.spread)
    return refused
