"""Stores the weights of any graph in another way: its linear layers and embedding tables are found and written anew by a scheme of
`quantise`; all else stays as it is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, numpy_helper
from training.export.graph import CONTRIB, Graph
from training.export.quantise import LINEAR_BLOCK, SMALLEST_BLOCK

# A layer with fewer outputs, or a table with fewer rows, is small and near the score: it stays in fp32.
FEWEST = 16


class Scheme(Protocol):
    """How weights are written; see `quantise`."""

    def embedding(self, graph: Graph, ids: str, table: np.ndarray, name: str) -> str: ...

    def linear(self, graph: Graph, value: str, weight: np.ndarray, bias: np.ndarray | None, name: str) -> str: ...


@dataclass(frozen=True)
class Linear:
    """A product with constant weights, and the bias that is added to it, if any."""

    # Of the weights: layers that share them are written with the same ones.
    name: str
    value: str
    # [outputs, inputs]
    weight: np.ndarray
    bias: np.ndarray | None
    output: str
    # Whether its input is one row a pair: a layer of the head, behind the pooling.
    pooled: bool
    # Names of the outputs of the nodes that it takes the place of; the first of them is the product.
    replaced: tuple[str, ...]


class ConstantGraph:
    """A graph with its constants at hand."""

    def __init__(self, model: onnx.ModelProto):
        self.model = model
        self.nodes = list(model.graph.node)
        self._constants = {item.name: item for item in model.graph.initializer}
        self._uses = Counter(name for node in self.nodes for name in node.input)
        self._uses.update(output.name for output in model.graph.output)
        self._readers = {name: node for node in self.nodes for name in node.input}

    def linears(self) -> dict[str, Linear]:
        """By the output of the product's node."""
        found = (self._gemm(node) if node.op_type == "Gemm" else self._product(node) for node in self.nodes)
        return {linear.replaced[0]: linear for linear in found if linear and _is_large(linear.weight)}

    def embeddings(self) -> Iterator[tuple[onnx.NodeProto, np.ndarray]]:
        """Lookups of rows in a constant table."""
        for node in self.nodes:
            table = self.matrix(node.input[0]) if node.op_type == "Gather" and node.input[1] not in self._constants else None
            by_row = all(attribute.i == 0 for attribute in node.attribute if attribute.name == "axis")
            if table is not None and by_row and table.shape[0] >= FEWEST and table.shape[1] % SMALLEST_BLOCK == 0:
                yield node, table

    def matrix(self, name: str, axes: int = 2) -> np.ndarray | None:
        """A constant of floats with that many axes."""
        constant = self._constants.get(name)
        if constant is None or constant.data_type != TensorProto.FLOAT or len(constant.dims) != axes:
            return None
        return numpy_helper.to_array(constant)

    def _product(self, node: onnx.NodeProto) -> Linear | None:
        weight = self.matrix(node.input[1]) if node.op_type == "MatMul" and node.input[0] not in self._constants else None
        if weight is None:
            return None
        output = node.output[0]
        bias, replaced = None, (output,)
        reader = self._readers.get(output)
        if reader is not None and reader.op_type == "Add" and self._uses[output] == 1:
            other = reader.input[1] if reader.input[0] == output else reader.input[0]
            bias = self.matrix(other, axes=1)
            if bias is not None and bias.shape[0] == weight.shape[1]:
                output, replaced = reader.output[0], (output, reader.output[0])
            else:
                bias = None
        return Linear(node.input[1], node.input[0], weight.T, bias, output, False, replaced)

    def _gemm(self, node: onnx.NodeProto) -> Linear | None:
        attributes = {item.name: item.f if item.name in ("alpha", "beta") else item.i for item in node.attribute}
        plain = attributes.get("alpha", 1) == 1 and attributes.get("beta", 1) == 1 and not attributes.get("transA", 0)
        weight = self.matrix(node.input[1]) if plain and node.input[0] not in self._constants else None
        bias = self.matrix(node.input[2], axes=1) if len(node.input) > 2 else None
        if weight is None or (len(node.input) > 2 and bias is None):
            return None
        weight = weight if attributes.get("transB", 0) else weight.T
        return Linear(node.input[1], node.input[0], weight, bias, node.output[0], True, (node.output[0],))


def _is_large(weight: np.ndarray) -> bool:
    outputs, inputs = weight.shape
    return outputs >= FEWEST and inputs % LINEAR_BLOCK == 0


def rewrite(model: onnx.ModelProto, scheme: Scheme, head: Scheme | None = None) -> onnx.ModelProto:
    """The same graph with its layers and tables written by the scheme; `head` writes what follows the pooling, where given."""
    constants = ConstantGraph(model)
    linears = constants.linears()
    tables = {node.output[0]: table for node, table in constants.embeddings()}
    absorbed = {name for linear in linears.values() for name in linear.replaced[1:]}
    new = Graph(model.graph.name)
    nodes: list[onnx.NodeProto] = []
    for node in constants.nodes:
        output = node.output[0]
        before = len(new.nodes)
        if output in linears:
            linear = linears[output]
            chosen = head if head and linear.pooled else scheme
            result, named = chosen.linear(new, linear.value, linear.weight, linear.bias, linear.name), linear.output
        elif output in tables:
            result, named = scheme.embedding(new, node.input[1], tables[output], node.input[0]), output
        else:
            nodes += [] if output in absorbed else [node]
            continue
        added = new.nodes[before:]
        for each in added:
            each.output[:] = [named if name == result else name for name in each.output]
        nodes += added
    return _with_nodes(model, nodes, new)


def _with_nodes(model: onnx.ModelProto, nodes: list[onnx.NodeProto], new: Graph) -> onnx.ModelProto:
    """Constants that nothing reads any more are left out."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    read = {name for node in nodes for name in node.input}
    kept = [item for item in model.graph.initializer if item.name in read and item.name not in new.initialisers]
    del result.graph.node[:], result.graph.initializer[:]
    result.graph.node.extend(nodes)
    result.graph.initializer.extend([*kept, *new.initialisers.values()])
    if not any(opset.domain == CONTRIB for opset in result.opset_import):
        result.opset_import.append(onnx.helper.make_opsetid(CONTRIB, 1))
    return result


def input_ranges(model: onnx.ModelProto, feeds: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """For each layer, by the name of its weights, the lowest and the highest input of each channel over all these inputs."""
    linears = ConstantGraph(model).linears().values()
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    values = sorted({linear.value for linear in linears})
    watched.graph.output.extend(onnx.ValueInfoProto(name=value) for value in values)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    reach: dict[str, np.ndarray] = {}
    for feed in feeds:
        for value, seen in zip(values, session.run(values, feed), strict=True):
            channels = seen.reshape(-1, seen.shape[-1])
            low, high = reach.get(value, np.zeros((2, channels.shape[1]), np.float32))
            reach[value] = np.stack([np.minimum(low, channels.min(axis=0)), np.maximum(high, channels.max(axis=0))])
    ranges: dict[str, np.ndarray] = {}
    for linear in linears:
        low, high = reach[linear.value]
        known_low, known_high = ranges.get(linear.name, (low, high))
        ranges[linear.name] = np.stack([np.minimum(low, known_low), np.maximum(high, known_high)])
    # Rounded, so that another machine's last bits do not change the export.
    return {name: value.round(3) for name, value in ranges.items()}
