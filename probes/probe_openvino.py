"""Do nets survive the way to OpenVINO, run by its CPU runtime with equal outputs?"""

from shared_export import EXAMPLE, missing, needs, take


def run(session, options):
    """Findings: as `shared_export.take`."""
    if missing("openvino"):
        return needs(["openvino"])
    return take(session, _route, ("openvino",))


def _route(source, path):
    import openvino

    path += ".xml"
    if source.stack.family == "pytorch":
        example = source.stack.torch.from_numpy(source.inputs(EXAMPLE))
        shape = [-1] + list(example.shape[1:])
        openvino.save_model(openvino.convert_model(source.net, example_input=example, input=[shape]), path)
    else:
        source.net.export(path, format="openvino", verbose=False)
    compiled = openvino.compile_model(path, "CPU")
    return lambda inputs: compiled(inputs)[0]
