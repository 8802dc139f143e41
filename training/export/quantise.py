"""How a weight is stored: the schemes that `scorer_graph` can emit. Each adds its nodes to the graph by itself."""

from dataclasses import dataclass

import numpy as np
from training.export.graph import Graph

GATHER_BLOCK = {8: 128, 4: 32}
# The runtime's smallest block of a table; a table whose width it does not divide cannot be stored in blocks.
SMALLEST_BLOCK = 16
# Inputs of a layer that share a scale.
LINEAR_BLOCK = 32
# Channels that reach beyond this quantile of the channels' ranges are shrunk to it.
USUAL_RANGE = 0.9
# Input channels of a narrowing layer that stay in fp32.
KEPT_CHANNELS = 64


def symmetric_blocks(weight: np.ndarray, block: int, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Values of 8 or 4 bits around the middle, and one scale a block; blocks run along the last axis: [rows, blocks, block].

    With 4 bits two values share a byte, the first in the lower half.
    """
    middle = 1 << (bits - 1)
    blocks = weight.astype(np.float32).reshape(weight.shape[0], -1, block)
    scales = np.maximum(np.abs(blocks).max(axis=2), 1e-12) / (middle - 1)
    values = np.clip(np.rint(blocks / scales[:, :, None]) + middle, 0, 2 * middle - 1).astype(np.uint8)
    if bits == 4:
        values = values[:, :, 0::2] | (values[:, :, 1::2] << 4)
    return values, scales.astype(np.float32)


def block_embedding(graph: Graph, ids: str, table: np.ndarray, name: str, bits: int = 8) -> str:
    """Rows of a table kept in 8 or 4 bits with a scale a block: only the rows asked for are ever expanded."""
    width = table.shape[1]
    block = next(size for size in (128, 64, 32, SMALLEST_BLOCK) if size <= GATHER_BLOCK[bits] and width % size == 0)
    values, scales = symmetric_blocks(table, block, bits)
    return graph.contrib(
        "GatherBlockQuantized",
        graph.constant(values.reshape(table.shape[0], -1), f"{name}.q{bits}"),
        ids,
        graph.constant(scales, f"{name}.scales"),
        gather_axis=0,
        quantize_axis=1,
        block_size=block,
        bits=bits,
    )


def _biased(graph: Graph, product: str, bias: np.ndarray | None, name: str) -> str:
    return product if bias is None else graph.op("Add", product, graph.constant(bias, f"{name}.bias"))


@dataclass(frozen=True)
class Fp32:
    """Plain weights: the reference that every runtime reads alike."""

    def embedding(self, graph: Graph, ids: str, table: np.ndarray, name: str) -> str:
        return graph.op("Gather", graph.constant(table, name), ids, axis=0)

    def linear(self, graph: Graph, value: str, weight: np.ndarray, bias: np.ndarray | None, name: str) -> str:
        product = graph.op("MatMul", value, graph.constant(weight.T, f"{name}.weight"))
        return _biased(graph, product, bias, name)


@dataclass(frozen=True)
class StaticInt8:
    """int8 weights with a scale a column, activations in 8 bits with one scale a layer, fixed here: the fast road on WASM.

    Nothing is measured at run time, so a pair's logit does not depend on what shares its batch. `ranges` (see `calibrate`) says how
    far each input channel of a layer reaches. The few that reach far are divided before the activations are quantised and their
    weights multiplied, which changes no product but leaves the others a finer step. Where a layer narrows (the feed-forward
    outputs, whose inputs reach furthest), the first `KEPT_CHANNELS` of them are multiplied in fp32 instead.
    """

    ranges: dict[str, np.ndarray]
    embedding_bits: int = 8

    def embedding(self, graph: Graph, ids: str, table: np.ndarray, name: str) -> str:
        return block_embedding(graph, ids, table, name, self.embedding_bits)

    def linear(self, graph: Graph, value: str, weight: np.ndarray, bias: np.ndarray | None, name: str) -> str:
        low, high = self.ranges[name]
        outputs, inputs = weight.shape
        if inputs <= max(outputs, KEPT_CHANNELS):
            return self._product(graph, value, weight, bias, low, high, name)
        kept = np.sort(np.argsort(-np.maximum(high, -low), kind="stable")[:KEPT_CHANNELS])
        part = graph.op("Gather", value, graph.constant(kept, f"{name}.kept"), axis=-1)
        exact = graph.op("MatMul", part, graph.constant(weight[:, kept].T, f"{name}.kept.weight"))
        others = np.ones(inputs, np.float32)
        others[kept] = 0
        coarse = self._product(graph, value, weight * others, bias, low * others, high * others, name)
        return graph.op("Add", coarse, exact)

    def _product(self, graph: Graph, value: str, weight: np.ndarray, bias: np.ndarray | None, low, high, name: str) -> str:
        """The layer in int8. A channel without a range takes no part: its weights are 0, and its activations are cut."""
        reach = np.maximum(high, -low)
        excess = np.maximum(reach / np.quantile(reach[reach > 0], USUAL_RANGE), 1).astype(np.float32)
        value = graph.op("Mul", value, graph.constant(1 / excess, f"{name}.shrink"))
        lowest, highest = min((low / excess).min(), 0.0), (high / excess).max()
        step = np.float32((highest - lowest) / 255)
        step, zero = graph.constant(step), graph.constant(np.uint8(np.rint(-lowest / step)))
        weight = weight * excess
        scales = (np.maximum(np.abs(weight).max(axis=1), 1e-12) / 127).astype(np.float32)
        values = np.clip(np.rint(weight / scales[:, None]), -127, 127).astype(np.int8)
        return graph.contrib(
            "MatMulIntegerToFloat",
            graph.op("QuantizeLinear", value, step, zero),
            graph.constant(values.T, f"{name}.q8"),
            step,
            graph.constant(scales, f"{name}.scales"),
            zero,
            *([] if bias is None else ["", graph.constant(bias, f"{name}.bias")]),
        )


@dataclass(frozen=True)
class BlockInt:
    """Weights of 8 or 4 bits with a scale a block, fp32 activations: has WebGPU kernels and loses least."""

    bits: int = 8
    embedding_bits: int = 8
    block: int = LINEAR_BLOCK

    def embedding(self, graph: Graph, ids: str, table: np.ndarray, name: str) -> str:
        return block_embedding(graph, ids, table, name, self.embedding_bits)

    def linear(self, graph: Graph, value: str, weight: np.ndarray, bias: np.ndarray | None, name: str) -> str:
        columns, rows = weight.shape
        values, scales = symmetric_blocks(weight, self.block, self.bits)
        product = graph.contrib(
            "MatMulNBits",
            value,
            graph.constant(values, f"{name}.q{self.bits}"),
            graph.constant(scales, f"{name}.scales"),
            K=rows,
            N=columns,
            bits=self.bits,
            block_size=self.block,
        )
        return _biased(graph, product, bias, name)
