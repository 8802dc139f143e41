"""Takes out of a traced graph what only tracing put in: questions that have one answer, nodes that nothing reads, names of modules."""

import onnx


def tidy(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph, in place."""
    nodes = [part for node in model.graph.node for part in _without_question(node)]
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(_read(nodes, {output.name for output in model.graph.output}))
    # What a branch reads of the outer graph goes by its name there.
    if not any(attribute.HasField("g") for node in model.graph.node for attribute in node.attribute):
        _shorten_names(model)
    return model


def _without_question(node: onnx.NodeProto) -> list[onnx.NodeProto]:
    """torch asks at run time whether an axis that is squeezed has one entry. It had in the example; other lengths are checked afterwards."""
    branches = {attribute.name: attribute.g for attribute in node.attribute}
    squeeze = branches.get("then_branch")
    if node.op_type != "If" or squeeze is None or squeeze.node[-1].op_type != "Squeeze":
        return [node]
    squeeze.node[-1].output[:] = node.output
    return list(squeeze.node)


def _read(nodes: list[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    """Those of the nodes, in order, that some output depends on."""
    kept = []
    for node in reversed(nodes):
        if not wanted.isdisjoint(node.output):
            kept.append(node)
            wanted.update(node.input)
            branches = [attribute.g for attribute in node.attribute if attribute.HasField("g")]
            wanted.update(name for branch in branches for inner in branch.node for name in inner.input)
    return kept[::-1]


def _shorten_names(model: onnx.ModelProto) -> None:
    """Tensors by number in place of their path through the modules, which is longer than many a node."""
    short = {name: name for name in ("", *(item.name for item in (*model.graph.input, *model.graph.output)))}
    made = [item.name for item in model.graph.initializer] + [name for node in model.graph.node for name in node.output]
    short |= {name: f"t{place}" for place, name in enumerate(made) if name not in short}
    for item in model.graph.initializer:
        item.name = short[item.name]
    for node in model.graph.node:
        node.ClearField("name")
        node.input[:] = [short[name] for name in node.input]
        node.output[:] = [short[name] for name in node.output]
