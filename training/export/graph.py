"""A small builder for ONNX graphs: names tensors, stores each constant once, and checks the result."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
CONTRIB = "com.microsoft"


class Graph:
    """Collects nodes and initialisers. Methods return the name of the tensor they make."""

    def __init__(self, name: str):
        self.name = name
        self._nodes: list[onnx.NodeProto] = []
        self._initialisers: dict[str, onnx.TensorProto] = {}
        self._count = 0

    @property
    def nodes(self) -> list[onnx.NodeProto]:
        """What was added so far, in order."""
        return self._nodes

    @property
    def initialisers(self) -> dict[str, onnx.TensorProto]:
        """Constants by name."""
        return self._initialisers

    def constant(self, value: np.ndarray, name: str | None = None) -> str:
        """An initialiser. Without a name, equal small constants share one entry."""
        value = np.ascontiguousarray(value)
        if name is None:
            digits = "_".join(str(item) for item in value.reshape(-1).tolist())
            name = f"const_{value.dtype}_{'x'.join(map(str, value.shape))}_{digits}"
        if name not in self._initialisers:
            self._initialisers[name] = numpy_helper.from_array(value, name)
        return name

    def number(self, value: float) -> str:
        """A float32 scalar constant."""
        return self.constant(np.array(value, np.float32))

    def integers(self, *values: int) -> str:
        """An int64 vector constant: shapes and axes."""
        return self.constant(np.array(values, np.int64))

    def op(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes):
        """Adds a node. One output gives its name, several give a list of names."""
        self._count += 1
        names = [f"{kind}_{self._count}" + (f"_{i}" if outputs > 1 else "") for i in range(outputs)]
        node = helper.make_node(kind, list(inputs), names, name=f"{kind}_{self._count}", domain=domain, **attributes)
        self._nodes.append(node)
        return names[0] if outputs == 1 else names

    def named(self, value: str, name: str) -> str:
        """The same tensor under a name that others can ask for."""
        self._nodes.append(helper.make_node("Identity", [value], [name], name=name))
        return name

    def contrib(self, kind: str, *inputs: str, **attributes) -> str:
        """Adds a node of ONNX Runtime's own operator set."""
        return self.op(kind, *inputs, domain=CONTRIB, **attributes)

    def model(self, inputs: dict[str, int], result: str, output: str) -> onnx.ModelProto:
        """The finished model: inputs are [batch, length] of the given element types, the output is [batch, 1] float."""
        self.named(result, output)
        graph = helper.make_graph(
            self._nodes,
            self.name,
            [helper.make_tensor_value_info(name, kind, ["batch", "length"]) for name, kind in inputs.items()],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", 1])],
            list(self._initialisers.values()),
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="browser-reranker")
        onnx.checker.check_model(model)
        return model
