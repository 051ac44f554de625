"""Which devices does a framework see, what was it built for, and does the first operation on the device work?

Asked by the doctor, in a process of its own: importing a framework can crash, and its driver can hang.
"""

from shared_envelope import failed, first_line, told, works


def devices(framework):
    """The variable part of an envelope: what `torch`, `tensorflow`, `jax` or `keras` says of its build and devices."""
    try:
        return works(findings={"torch": _torch, "tensorflow": _tensorflow, "jax": _jax, "keras": _keras}[framework]())
    except BaseException as error:  # SystemExit too: a framework that exits on import is a finding
        return failed(error, ())


def _tried(operation):
    """ "" when an operation, which adds 1 and 1 on the device, gives 2; else the first line of what went wrong."""
    try:
        result = float(operation())
    except Exception as error:
        return told(error)
    return "" if result == 2.0 else "1 + 1 gave {}".format(result)


def _torch():
    import torch

    version = torch.version
    cuda, hip, xpu = (getattr(version, name, None) or "" for name in ("cuda", "hip", "xpu"))
    mps = torch.backends.mps.is_built()
    family = "cuda" if cuda or hip else "xpu" if xpu else "mps" if mps else ""
    names, error = [], ""
    if family == "cuda":
        names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        if not names:
            try:
                torch.cuda.init()
            except Exception as problem:
                error = told(problem)
    elif family == "xpu":
        names = [torch.xpu.get_device_name(i) for i in range(torch.xpu.device_count())]
    elif family == "mps" and torch.backends.mps.is_available():
        names = ["mps"]
    if names:
        error = _tried(lambda: (torch.ones(1, device=family) + 1).sum().item())
    # Without a GPU is_available() is False, and so torch's own list of architectures empty.
    flags = getattr(torch._C, "_cuda_getArchFlags", lambda: "")() if cuda else ""
    return {
        "version": torch.__version__,
        "built_for": "rocm" if hip else family or "cpu",
        "built_version": hip or cuda or xpu,
        "architectures": flags or "",
        "gpus": len(names),
        "names": ", ".join(names),
        "error": error,
    }


def _tensorflow():
    import tensorflow as tf

    built = tf.sysconfig.get_build_info()
    cuda, rocm = built.get("is_cuda_build"), built.get("is_rocm_build")
    gpus = tf.config.list_physical_devices("GPU")
    names = [str(tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)) for gpu in gpus]

    def add():
        with tf.device("/GPU:0"):
            return (tf.ones(1) + 1)[0]

    capabilities = built.get("cuda_compute_capabilities") or [] if cuda else []
    return {
        "version": tf.__version__,
        "built_for": "cuda" if cuda else "rocm" if rocm else "metal" if gpus else "cpu",
        "built_version": built.get("cuda_version", "") if cuda else built.get("rocm_version", ""),
        "architectures": " ".join(capabilities),
        "gpus": len(gpus),
        "names": ", ".join(names),
        "error": _tried(add) if gpus else "",
    }


def _jax():
    import jax

    try:
        devices = [device for device in jax.devices() if device.platform != "cpu"]
        error = "" if devices else _jax_errors()
    except RuntimeError as problem:  # a platform that JAX_PLATFORMS names and that doesn't start
        devices, error = [], told(problem)
    if devices:
        error = _tried(lambda: (jax.numpy.ones(1) + 1)[0])
    return {
        "version": jax.__version__,
        "built_for": devices[0].platform if devices else "cpu",
        "built_version": "",
        "architectures": "",
        "gpus": len(devices),
        "names": ", ".join(device.device_kind for device in devices),
        "error": error,
    }


def _jax_errors():
    """Why JAX's plugins didn't start: it goes on without them and only logs the reason."""
    from jax._src import xla_bridge

    errors = getattr(xla_bridge, "_backend_errors", {})
    return first_line("; ".join("{}: {}".format(name, text) for name, text in errors.items()))


def _keras():
    import keras

    return {
        "version": keras.__version__,
        "built_for": keras.config.backend(),
        "built_version": "",
        "architectures": "",
        "gpus": 0,
        "names": "",
        "error": _tried(lambda: keras.ops.convert_to_numpy(keras.ops.ones(1) + 1)[0]),
    }
