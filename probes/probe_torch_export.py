"""Do nets survive torch.export: saved as .pt2, loaded again, equal at other batch sizes?"""

from shared_envelope import not_tried
from shared_export import EXAMPLE, take


def run(session, options):
    """Findings: as `shared_export.take`. A route of PyTorch and of Keras on PyTorch."""
    if session.candidate not in ("pytorch", "keras-torch"):
        return not_tried("torch.export takes nets of PyTorch only")
    return take(session, _route)


def _route(source, path):
    import torch

    path += ".pt2"
    if source.stack.family == "pytorch":
        example = torch.from_numpy(source.inputs(EXAMPLE)).to(source.stack.device)
        exported = torch.export.export(source.net, (example,), dynamic_shapes=({0: torch.export.Dim("batch")},))
        torch.export.save(exported, path)
    else:
        source.net.export(path, format="torch", verbose=False)
    module = torch.export.load(path).module()

    def predict(inputs):
        with torch.no_grad():
            return module(torch.from_numpy(inputs)).cpu().numpy()

    return predict
