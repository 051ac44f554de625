"""The nets of `shared_workload` in PyTorch, and where each of their first weights comes from."""

from shared_workload import ADAM, BATCH_NORM_DECAY, CLASSES, NORM_EPSILON, SGD, first_weights


def build(torch, net, sizes):
    """The module of a net of `shared_workload.NETS` with these sizes, with torch's own initial weights."""
    return {"mlp": _mlp, "cnn": _cnn, "lstm": _lstm, "transformer": _transformer}[net](torch, sizes)


def optimiser(torch, name, parameters):
    """The optimiser `sgd` or `adam`."""
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=SGD["learning_rate"], momentum=SGD["momentum"])
    betas = (ADAM["beta_1"], ADAM["beta_2"])
    return torch.optim.Adam(parameters, lr=ADAM["learning_rate"], betas=betas, eps=ADAM["epsilon"])


def _mlp(torch, sizes):
    nn = torch.nn

    class MLP(nn.Module):
        def __init__(self):
            super().__init__()
            widths = (sizes["features"],) + sizes["hidden"]
            self.hidden = nn.ModuleList(nn.Linear(widths[i], width) for i, width in enumerate(sizes["hidden"]))
            self.head = nn.Linear(widths[-1], CLASSES)

        def forward(self, x):
            for layer in self.hidden:
                x = nn.functional.relu(layer(x))
            return self.head(x)

    return MLP()


def _cnn(torch, sizes):
    nn = torch.nn

    def convolution(inputs, outputs, side, stride):
        return nn.Conv2d(inputs, outputs, side, stride=stride, padding=side // 2, bias=False)

    def norm(channels):
        return nn.BatchNorm2d(channels, eps=NORM_EPSILON, momentum=1 - BATCH_NORM_DECAY)

    class Block(nn.Module):
        def __init__(self, inputs, outputs, stride):
            super().__init__()
            self.conv1, self.norm1 = convolution(inputs, outputs, 3, stride), norm(outputs)
            self.conv2, self.norm2 = convolution(outputs, outputs, 3, 1), norm(outputs)
            self.projects = inputs != outputs or stride != 1
            if self.projects:
                self.shortcut, self.norm3 = convolution(inputs, outputs, 1, stride), norm(outputs)

        def forward(self, x):
            y = nn.functional.relu(self.norm1(self.conv1(x)))
            y = self.norm2(self.conv2(y))
            return nn.functional.relu(y + (self.norm3(self.shortcut(x)) if self.projects else x))

    class CNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.norm = convolution(sizes["channels"], sizes["stem"], 3, 1), norm(sizes["stem"])
            channels = [sizes["stem"]] + [filters for filters, _ in sizes["blocks"]]
            self.blocks = nn.Sequential(
                *(Block(channels[i], filters, stride) for i, (filters, stride) in enumerate(sizes["blocks"]))
            )
            self.head = nn.Linear(channels[-1], CLASSES)

        def forward(self, x):
            x = self.blocks(nn.functional.relu(self.norm(self.stem(x))))
            return self.head(x.mean((2, 3)))

    return CNN()


def _lstm(torch, sizes):
    nn = torch.nn

    class LSTM(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(sizes["features"], sizes["units"], batch_first=True)
            nn.init.zeros_(self.lstm.bias_hh_l0)
            self.lstm.bias_hh_l0.requires_grad_(False)
            self.head = nn.Linear(sizes["units"], CLASSES)

        def forward(self, x):
            return self.head(self.lstm(x)[0][:, -1])

    return LSTM()


def _transformer(torch, sizes):
    nn, width, hidden = torch.nn, sizes["width"], sizes["hidden"]

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(sizes["vocabulary"], width)
            self.attention = nn.MultiheadAttention(width, sizes["heads"], batch_first=True)
            self.norm1 = nn.LayerNorm(width, eps=NORM_EPSILON)
            self.dense1, self.dense2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
            self.norm2 = nn.LayerNorm(width, eps=NORM_EPSILON)
            self.head = nn.Linear(width, CLASSES)

        def forward(self, tokens):
            x = self.embedding(tokens)
            x = self.norm1(x + self.attention(x, x, x, need_weights=False)[0])
            x = self.norm2(x + self.dense2(nn.functional.gelu(self.dense1(x))))
            return self.head(x.mean(1))

    return Transformer()


def set_first_weights(torch, module):
    """Put the weights that all stacks start from into a module. Raises RuntimeError when a trained one is left out."""
    missing = {name for name, parameter in module.named_parameters() if parameter.requires_grad}
    with torch.no_grad():
        for name, layer in module.named_modules():
            path = name.replace("attention.out_proj", "attention/attention_output").replace(".", "_")
            for attribute, array in _arrays(torch.nn, path, layer).items():
                getattr(layer, attribute).copy_(torch.tensor(array))
                missing.discard(name + "." + attribute)
    if missing:
        raise RuntimeError("no first weights for " + ", ".join(sorted(missing)))


def _arrays(nn, path, layer):
    """First values of a layer's own parameters, by name and in torch's layout; `path` is what Keras calls the layer."""
    import numpy

    def matrix(name, inputs, outputs):
        return first_weights(path + name, (inputs, outputs), inputs).T

    def vector(name, length):
        return first_weights(path + name, (length,), 1)

    if isinstance(layer, nn.Linear):
        inputs, outputs = layer.in_features, layer.out_features
        return {"weight": matrix("/kernel", inputs, outputs), "bias": vector("/bias", outputs)}
    if isinstance(layer, nn.Conv2d):
        outputs, inputs, height, width = layer.weight.shape
        array = first_weights(path + "/kernel", (height, width, inputs, outputs), height * width * inputs)
        return {"weight": array.transpose(3, 2, 0, 1)}
    if isinstance(layer, (nn.BatchNorm2d, nn.LayerNorm)):
        length = len(layer.weight)
        return {"weight": vector("/gamma", length), "bias": vector("/beta", length)}
    if isinstance(layer, nn.Embedding):
        return {"weight": first_weights(path + "/embeddings", tuple(layer.weight.shape), 1)}
    if isinstance(layer, nn.LSTM):
        # Both order the gates as input, forget, cell, output.
        inputs, units = layer.input_size, layer.hidden_size
        return {
            "weight_ih_l0": matrix("/lstm_cell/kernel", inputs, 4 * units),
            "weight_hh_l0": matrix("/lstm_cell/recurrent_kernel", units, 4 * units),
            "bias_ih_l0": vector("/lstm_cell/bias", 4 * units),
        }
    if isinstance(layer, nn.MultiheadAttention):
        width, parts = layer.embed_dim, ("/query", "/key", "/value")
        return {
            "in_proj_weight": numpy.concatenate([matrix(part + "/kernel", width, width) for part in parts]),
            "in_proj_bias": numpy.concatenate([vector(part + "/bias", width) for part in parts]),
        }
    return {}
