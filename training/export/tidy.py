"""Takes out of a traced graph what only tracing put in: questions that have one answer, nodes that nothing reads, names of modules."""

import onnx


def tidy(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph, in place."""
    nodes = [part for node in model.graph.node for part in _without_question(node)]
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(_in_order_of_need(nodes, [output.name for output in model.graph.output]))
    place = {name: index for index, name in enumerate(name for node in model.graph.node for name in _reads(node))}
    constants = sorted((item for item in model.graph.initializer if item.name in place), key=lambda item: place[item.name])
    del model.graph.initializer[:]
    model.graph.initializer.extend(constants)
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


def _in_order_of_need(nodes: list[onnx.NodeProto], outputs: list[str]) -> list[onnx.NodeProto]:
    """Those that an output depends on, each right before what reads it first: tracing ModernBERT gives another order in every run."""
    maker = {name: place for place, node in enumerate(nodes) for name in node.output}
    ordered: dict[int, onnx.NodeProto] = {}
    waiting = [maker[name] for name in reversed(outputs)]
    while waiting:
        place = waiting[-1]
        needed = [maker[name] for name in _reads(nodes[place]) if name in maker and maker[name] not in ordered]
        if needed and place not in ordered:
            waiting += reversed(needed)
        else:
            ordered[waiting.pop()] = nodes[place]
    return list(ordered.values())


def _reads(node: onnx.NodeProto) -> list[str]:
    """The tensors that a node or one of its branches reads; what a branch makes itself is made by no node outside."""
    branches = [attribute.g for attribute in node.attribute if attribute.HasField("g")]
    return [*node.input, *(name for branch in branches for inner in branch.node for name in _reads(inner))]


def _shorten_names(model: onnx.ModelProto) -> None:
    """Tensors by number in place of their path through the modules, which is longer than many a node."""
    short = {name: name for name in ("", *(item.name for item in (*model.graph.input, *model.graph.output)))}
    made = [item.name for item in model.graph.initializer] + [name for node in model.graph.node for name in node.output]
    short |= {name: f"t{place}" for place, name in enumerate(made) if name not in short}
    for item in model.graph.initializer:
        item.name = short[item.name]
    for node in model.graph.node:
        # onnxruntime is told by name which nodes to keep off the GPU (src/worker/cpu-nodes.ts).
        node.name = short[node.output[0]] if node.op_type == "And" else ""
        node.input[:] = [short[name] for name in node.input]
        node.output[:] = [short[name] for name in node.output]
