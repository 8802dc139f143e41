"""Exports against PyTorch: the pairs that are compared, and how far an export is off on them."""

import json
from pathlib import Path

import numpy as np
from training.export.calibrate import CALIBRATION
from training.export.golden_texts import groups, pairs_of_indices, well_formed, written
from training.export.onnx_scorer import OnnxScorer
from training.scorer.pairs import PairEncoder

CHECK_PAIRS = Path(__file__).with_name("check_pairs.json")
COMPARED = 200


def check_pairs() -> list[tuple[str, str]]:
    """The pairs of the self-check in reranker.json."""
    return [tuple(pair) for pair in json.loads(CHECK_PAIRS.read_text(encoding="utf-8"))]


def calibration_pairs() -> list[tuple[str, str]]:
    """Few and unlike each other: what ranges are measured on."""
    return [tuple(pair) for pair in json.loads(CALIBRATION.read_text(encoding="utf-8"))]


def compared_pairs() -> list[tuple[str, str]]:
    """The calibration's own pairs and odd ones of the parity fixtures, a fixed sample."""
    kinds = groups()
    texts = [well_formed(written(text)) for group in kinds.values() for text in group]
    odd = [(texts[query], texts[passage]) for query, passage in pairs_of_indices(kinds)]
    return (calibration_pairs() + odd)[:COMPARED]


def largest_error(graph: Path, encoder: PairEncoder, pairs: list, expected: np.ndarray, output: str | None = None, pad_id: int = 0) -> float:
    """Over every way to batch the pairs that a loader may choose: alone, or all in one padded batch."""
    scorer = OnnxScorer(graph, encoder, output=output, pad_id=pad_id)
    return max(float(np.abs(scorer.predict(pairs, size) - expected).max()) for size in (1, len(pairs)))
