"""What is wrong with an interpreter and with the versions that are installed in it."""

from collections.abc import Iterator

from advisor.diagnosis.doctor import FRAMEWORKS, TITLES, Doctor, version
from advisor.model.diagnosis import Environment, Finding, Requirement

SAME_FILES = (
    ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml"),
    ("tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu", "tensorflow-rocm"),
    ("keras", "keras-nightly"),
)
"""Distributions that bring the same modules, so that only one of them may be installed."""
PLUGINS = {"jax-cuda12-plugin": "cuda12", "jax-cuda13-plugin": "cuda13"}
"""JAX's plugins for CUDA, with the extra that installs each."""
BACKENDS = ("tensorflow", "jax", "torch")


def environment_findings(doctor: Doctor, environment: Environment) -> Iterator[Finding]:
    """What is wrong with one interpreter, the frameworks' own troubles aside."""
    if environment.error:
        yield doctor.finding(
            "interpreter-unusable",
            environment.error,
            environment,
            error=environment.error,
            hint=environment.hint or "Give another with --python.",
        )
        return
    unfit = list(_build(doctor, environment))
    yield from unfit
    yield from _pythons(doctor, environment)
    if not environment.modules and not unfit:
        seen = f"{len(environment.packages)} packages, none of torch, tensorflow, jax, keras"
        each = doctor.each_line(environment)
        yield doctor.finding("no-framework", seen, environment, gpu_words=_gpu_words(doctor, environment), each=each)
    yield from _requirements(doctor, environment)
    yield from _doubles(doctor, environment)
    yield from _keras(doctor, environment)


def _gpu_words(doctor: Doctor, environment: Environment) -> str:
    """What the lines that install each framework are for, and which of them aren't for the GPU."""
    gpu = doctor.usable_gpu()
    if gpu is None:
        return "these lines are for a machine without a GPU"
    closed = {window.framework for window, _ in doctor.outside(environment)}
    lacking = [name for name in FRAMEWORKS if name in BACKENDS and name not in (*closed, *doctor.built_for_gpu)]
    words = f"these lines are for this GPU ({gpu.name})"
    if lacking:
        words += f", but for the processor those of {' and '.join(TITLES[name] for name in lacking)}"
    for name in lacking:
        if driver := doctor.later_driver(name):
            words += f"; {TITLES[name]} has a build for this GPU from driver {driver} on"
    return words


def _build(doctor: Doctor, environment: Environment) -> Iterator[Finding]:
    machine = doctor.machine
    if environment.bits != 64:
        yield doctor.finding("python-32-bit", f"{environment.bits} bits", environment, bits=environment.bits)
    if environment.libc == "musl":
        yield doctor.finding("python-musl", f"{environment.libc}, {machine.distribution}", environment)
    if doctor.translated(environment):
        yield doctor.finding("python-translated", f"Python for x86_64 on {machine.cpu}", environment)


def _pythons(doctor: Doctor, environment: Environment) -> Iterator[Finding]:
    for window, too_new in doctor.outside(environment):
        found = doctor.finding(
            "python-too-new" if too_new else "python-too-old",
            f"Python {environment.python}",
            environment,
            window.framework,
            release=window.version,
            at_least=window.at_least,
            at_most=window.at_most,
        )
        yield found.model_copy(update={"sources": window.sources})


def _requirements(doctor: Doctor, environment: Environment) -> Iterator[Finding]:
    for needed in environment.wrong_python:
        seen = f"{needed.by}: Requires-Python {needed.needs}"
        words = {"by": needed.by, "needs": needed.needs, "distribution": _name(needed)}
        yield doctor.finding("python-refused", seen, environment, **words)
    for needed in environment.violated:
        name = "requirement-violated" if needed.found else "requirement-missing"
        seen = f"{needed.by}: Requires-Dist {needed.needs}"
        yield doctor.finding(name, seen, environment, by=needed.by, needs=needed.needs, found=needed.found)
    if not environment.checked:
        yield doctor.finding("requirements-unchecked", "no packaging, pip or setuptools", environment)


def _name(needed: Requirement) -> str:
    return needed.by.split()[0]


def _doubles(doctor: Doctor, environment: Environment) -> Iterator[Finding]:
    packages = environment.packages
    for family in SAME_FILES:
        there = [name for name in family if name in packages]
        if len(there) > 1:
            seen = ", ".join(f"{name} {packages[name]}" for name in there)
            words = {"names": " and ".join(there), "words": " ".join(there), "keep": there[0]}
            yield doctor.finding("installed-twice", seen, environment, **words)
    plugins = [name for name in PLUGINS if name in packages]
    if len(plugins) > 1:
        fit = doctor.gpu_install("jax")
        remove = plugins[0] if fit and PLUGINS[plugins[1]] in fit.packages else plugins[1]
        seen = ", ".join(f"{name} {packages[name]}" for name in plugins)
        words = f"{remove} {remove.replace('-plugin', '-pjrt')}"
        yield doctor.finding("jax-two-plugins", seen, environment, "jax", remove=words)
    jaxlib = packages.get("jaxlib", "")
    for plugin in plugins:
        # A plugin and jaxlib fit where the release is the same; the last part of the version may differ.
        if jaxlib and version(packages[plugin]).release[:2] != version(jaxlib).release[:2]:
            seen = f"{plugin} {packages[plugin]}, jaxlib {jaxlib}"
            words = {"plugin": plugin, "plugin_version": packages[plugin], "jaxlib": jaxlib, "extra": PLUGINS[plugin]}
            yield doctor.finding("jax-plugin-mismatch", seen, environment, "jax", **words)


def _keras(doctor: Doctor, environment: Environment) -> Iterator[Finding]:
    keras = environment.modules.get("keras")
    variables = doctor.machine.variables
    if "tensorflow" in environment.modules and variables.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true"):
        yield doctor.finding("keras-legacy", "TF_USE_LEGACY_KERAS is set", environment, "keras")
    if keras is None or not keras.version:
        return
    if version(keras.version) < version("3"):
        yield doctor.finding("keras-2", f"keras {keras.version}", environment, "keras", version=keras.version)
        return
    there = [backend for backend in BACKENDS if backend in environment.modules]
    # Keras takes TensorFlow where neither the variable nor its configuration file names another.
    wanted = variables.get("KERAS_BACKEND", "") or "tensorflow"
    if not there:
        each = "\n".join(line for line in doctor.each_line(environment).splitlines() if not line.endswith(" keras"))
        yield doctor.finding("keras-without-backend", f"keras {keras.version}", environment, "keras", each=each)
    elif wanted in BACKENDS and wanted not in there:
        trial = environment.trial("keras")
        if trial is None or not trial.works:
            seen = f"KERAS_BACKEND={variables.get('KERAS_BACKEND', '')!r}; installed: {', '.join(there)}"
            words = {"backend": wanted, "choice": there[0]}
            yield doctor.finding("keras-backend-missing", seen, environment, "keras", **words)
