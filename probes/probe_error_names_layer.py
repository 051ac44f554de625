"""When a layer gets a shape that it can't take, does the message say which layer?"""

from shared_envelope import fails, first_line, works

WIDTH, WRONG, NAME = 8, 6, "second_block"


def run(session, options):
    """Works if the message names the layer. Findings: error_first_line, message_lines, and whether a label of the wrong
    shape is noticed at all (losses broadcast)."""
    import numpy

    session.stack.load()
    inputs = numpy.random.default_rng(0).standard_normal((4, WIDTH)).astype("float32")
    call, loss = (_torch if session.stack.family == "pytorch" else _keras)(session.stack)
    try:
        call(inputs)
    except Exception as error:
        message = str(error)
    else:
        return fails("a layer took inputs of a width that it was not built for")
    findings = {
        "error_first_line": first_line(message),
        "message_lines": len(message.splitlines()),
        "names_layer": NAME in message,
        "label_shape_error_raised": _raises(loss, inputs[:, :1], inputs[:3, 0]),
    }
    if not findings["names_layer"]:
        return fails("the message does not say which layer: " + findings["error_first_line"], findings)
    return works(findings=findings)


def _raises(function, *arguments):
    try:
        function(*arguments)
    except Exception:
        return True
    return False


def _torch(stack):
    torch = stack.torch
    from collections import OrderedDict

    layers = OrderedDict(
        first_block=torch.nn.Linear(WIDTH, WIDTH),
        second_block=torch.nn.Linear(WRONG, WIDTH),
        head=torch.nn.Linear(WIDTH, 1),
    )
    net = torch.nn.Sequential(layers)

    def loss(outputs, labels):
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.nn.functional.mse_loss(torch.from_numpy(outputs), torch.from_numpy(labels))

    return lambda inputs: net(torch.from_numpy(inputs)), loss


def _keras(stack):
    keras = stack.keras
    net = keras.Sequential([keras.layers.Dense(WIDTH, name="first_block"), keras.layers.Dense(WIDTH, name=NAME)])
    net.layers[1].build((None, WRONG))
    return net, lambda outputs, labels: keras.losses.MeanSquaredError()(labels, outputs)
