"""What the shipped rules warn of, or advise, where something can't be had as it is asked for."""

import pytest

from advisor.model.measurement import Gpu, Outcome
from tests.support.measurements import HOST, measured
from tests.support.needs import strength, told


@pytest.mark.parametrize("candidate", ["keras-tensorflow", "keras-torch"])
def test_keras_is_trained_with_differential_privacy_on_jax_alone(candidate):
    assert strength(candidate, "privacy", privacy="differential") == -2
    assert "No library" in told(candidate, privacy="differential")
    assert strength("keras-jax", "privacy", privacy="differential") == 2
    assert "No library" not in told("keras-jax", privacy="differential")


def test_for_the_newest_python_tensorflow_has_a_release_candidate():
    assert "release candidate" in told("keras-tensorflow", python="newer")
    assert "release candidate" not in told("keras-jax", python="newer")


@pytest.mark.parametrize("os", ["linux", "wsl"])
def test_tensorflow_is_not_built_for_blackwell(os):
    assert "Blackwell" in told("keras-tensorflow", accelerator="nvidia", os=os)
    for needs in ({"accelerator": "none", "os": os}, {"accelerator": "nvidia", "os": "windows"}):
        assert "Don't count on TensorFlow" not in told("keras-tensorflow", **needs)
    assert "unless it is a Blackwell" in told(None, accelerator="nvidia", os="windows")


@pytest.mark.parametrize("failed", [("cnn", "transformer"), ("cnn",), ()])
def test_who_could_not_train_here_is_not_credited_with_speed(failed):
    outcomes = tuple(
        Outcome(probe=probe, candidate="keras-tensorflow", interpreter="/python", status="fails") for probe in failed
    )
    host = HOST.model_copy(update={"gpus": (Gpu(vendor="nvidia", name="GPU"),)})
    found = measured().model_copy(update={"host": host, "outcomes": outcomes})
    here, elsewhere = {"accelerator": "nvidia", "os": "linux"}, {"accelerator": "none", "os": "linux"}
    usable = len(failed) < 2
    assert strength("keras-tensorflow", "speed", found, **here) == (1 if usable else 0)
    assert strength("keras-tensorflow", "platform", found, **here) == (0 if usable else -2)
    assert ("Training failed here" in told("keras-tensorflow", found, **here)) is not usable
    assert strength("keras-tensorflow", "platform", found, **elsewhere) == 0


@pytest.mark.parametrize(
    ("candidate", "older"), [("pytorch", "whl/cu126"), ("keras-torch", "whl/cu126"), ("keras-jax", "jax[cuda12]")]
)
def test_older_gpus_and_drivers_are_told_of_builds_for_cuda_12(candidate, older):
    assert older in told(candidate, accelerator="nvidia", os="linux")
    assert older not in told(candidate, accelerator="amd", os="linux")


@pytest.mark.parametrize("speed", ["ignore", "low", "medium", "high", "essential"])
def test_who_is_to_compile_under_windows_is_told_of_what_that_wants_there(speed):
    windows = told("pytorch", accelerator="nvidia", os="windows", speed=speed)
    matters = speed not in ("ignore", "low")
    assert ("plan to compile" in windows) is ("triton-windows" in windows) is matters
    assert ("GTX 10" in told("pytorch", accelerator="nvidia", os="linux", speed=speed)) is matters


@pytest.mark.parametrize(
    ("candidate", "line"),
    [
        ("pytorch", "install.packages('torch')"),
        ("keras-tensorflow", "install_keras(backend = 'tensorflow')"),
        ("keras-jax", "use_backend('jax')"),
        ("keras-torch", "use_backend('torch')"),
    ],
)
def test_from_r_one_installs_in_r(candidate, line):
    assert line in told(candidate, language="r")
    assert "In R" not in told(candidate, language="python")


def test_boards_with_a_gpu_of_nvidias_are_reached_by_onnx():
    assert "TensorRT" in told("keras-tensorflow", targets=["edge-linux"])
    assert "TensorRT" not in told("pytorch", targets=["edge-linux"])
    assert "TensorRT" not in told("keras-tensorflow", targets=["mobile"])


@pytest.mark.parametrize("candidate", ["pytorch", "keras-torch"])
@pytest.mark.parametrize("os", ["linux", "windows", "wsl"])
def test_intels_gpus_want_a_build_of_their_own(candidate, os):
    assert "whl/xpu" in told(candidate, accelerator="intel", os=os)
    assert "whl/xpu" not in told(candidate, accelerator="nvidia", os=os)


@pytest.mark.parametrize("candidate", ["pytorch", "keras-tensorflow", "keras-jax", "keras-torch"])
@pytest.mark.parametrize("accelerator", ["none", "apple"])
def test_what_counts_as_one_device_is_credited_with_no_scaling(candidate, accelerator):
    for parameters in (100, 7000):
        needs = {"accelerator": accelerator, "devices": 64, "parameters": parameters}
        assert strength(candidate, "scaling", **needs) == 0


@pytest.mark.parametrize("candidate", ["pytorch", "keras-torch"])
def test_several_gpus_under_native_windows_rest_on_a_prototype(candidate):
    def scaling(**needs):
        return strength(candidate, "scaling", accelerator="nvidia", devices=2, **needs)

    assert scaling(os="windows", parameters=100) == scaling(os="linux", parameters=100) - 1
    assert strength("pytorch", "scaling", accelerator="nvidia", devices=2, os="windows", parameters=7000) == 1
    assert "NCCL" in told(candidate, accelerator="nvidia", devices=2, os="windows")
    assert "NCCL" not in told(candidate, accelerator="nvidia", devices=2, os="wsl")


def test_keras_has_float8_for_dense_layers_compiled_by_xla():
    def float8(candidate, domain):
        return strength(candidate, "numerics", precision="float8", accelerator="nvidia", domain=domain)

    assert float8("keras-tensorflow", "language") == float8("keras-jax", "language") == 0.5
    assert float8("keras-torch", "language") == 0
    assert float8("keras-jax", "vision") == 0
    assert "no product in float8" in told("keras-torch", precision="float8", accelerator="nvidia")


@pytest.mark.parametrize("candidate", ["keras-jax", "keras-torch"])
def test_folders_of_audio_are_not_read_by_grain(candidate):
    assert "text_dataset_from_directory" in told(candidate, data="files", domain="language")
    assert "audio_dataset_from_directory" in told(candidate, data="files", domain="audio")
    assert "audio_dataset_from_directory" not in told(candidate, data="files", domain="vision")


@pytest.mark.parametrize("candidate", ["keras-tensorflow", "keras-jax", "keras-torch"])
def test_keras_3_code_with_a_step_of_its_own_runs_on_other_backends_in_part(candidate):
    def legacy(loop):
        return strength(candidate, "legacy", existing="keras3", **{"training-loop": loop})

    assert [legacy("ready-made"), legacy("own-step"), legacy("own-loop")] == [2, 1, 1]
    assert strength("pytorch", "legacy", existing="keras3", **{"training-loop": "own-loop"}) == -3


@pytest.mark.parametrize("candidate", ["keras-jax", "keras-torch"])
def test_keras_hub_brings_tensorflow_along_but_under_windows(candidate):
    assert "KerasHub installs TensorFlow" in told(candidate, pretrained="foundation", os="linux")
    assert "KerasHub" not in told(candidate, pretrained="foundation", os="windows")


@pytest.mark.parametrize("candidate", ["keras-tensorflow", "keras-jax", "keras-torch"])
@pytest.mark.parametrize("needs", [{"pretrained": "foundation"}, {"domain": "vision"}, {"domain": "audio"}])
def test_keras_hub_is_not_credited_where_it_cannot_be_installed(candidate, needs):
    assert strength(candidate, "ecosystem", python="newer", **needs) < strength(candidate, "ecosystem", **needs)
    assert "take Python 3.13" in told(candidate, python="newer", pretrained="foundation", os="linux")


def test_the_loop_for_large_models_is_advised_from_hugging_face():
    def advised(**needs):
        return told("pytorch", accelerator="nvidia", **needs, **{"training-loop": "ready-made"})

    language = advised(pretrained="foundation", domain="language")
    assert "TRL" in language and "Lightning" not in language
    assert "scripts of diffusers" in advised(pretrained="foundation", domain="generative")
    assert "Lightning" in advised(pretrained="none") and "TRL" not in advised(pretrained="none")


@pytest.mark.parametrize(("domain", "loop"), [("language", "from Hugging Face"), ("generative", "of diffusers")])
def test_no_loop_of_hugging_faces_is_advised_on_tpus(domain, loop):
    needs = {"pretrained": "foundation", "training-loop": "ready-made", "domain": domain}
    on_tpus, on_gpus = (told("pytorch", accelerator=name, **needs) for name in ("tpu", "nvidia"))
    assert loop in on_gpus and "Accelerate" not in on_gpus
    assert loop not in on_tpus and "Accelerate" in on_tpus


@pytest.mark.parametrize(
    ("accelerator", "known"),
    [("none", True), ("nvidia", True), ("amd", True), ("apple", True), ("intel", False), ("tpu", False)],
)
def test_lightning_is_advised_for_accelerators_that_it_has(accelerator, known):
    needs = {"accelerator": accelerator, "pretrained": "none", "training-loop": "ready-made"}
    assert ("Lightning" in told("pytorch", **needs)) is known


def test_text_is_generated_by_vllm():
    assert "vLLM" in told("pytorch", predictions="generation", targets=["server"])
    assert "vLLM" not in told("pytorch", predictions="online", targets=["server"])


@pytest.mark.parametrize(
    ("candidate", "needs"),
    [
        ("keras-tensorflow", {"accelerator": "apple", "precision": "usual"}),
        ("keras-jax", {"accelerator": "apple", "precision": "usual"}),
        ("keras-tensorflow", {"accelerator": "intel", "os": "linux"}),
        ("keras-jax", {"accelerator": "intel", "os": "wsl"}),
        ("keras-torch", {"accelerator": "tpu", "os": "linux"}),
        ("keras-tensorflow", {"accelerator": "nvidia", "devices": 16}),
        ("keras-tensorflow", {"accelerator": "nvidia", "devices": 8, "parameters": 7000}),
        ("keras-torch", {"accelerator": "nvidia", "devices": 8, "parameters": 7000}),
    ],
)
def test_what_can_not_be_done_is_told_and_not_only_counted(candidate, needs):
    words = ("stand idle", "several machines", "has to be divided")
    assert any(word in told(candidate, **needs) for word in words)
    assert not any(word in told("pytorch", **needs) for word in words)


def test_processors_want_pytorchs_build_for_them():
    assert "whl/cpu" in told("pytorch", accelerator="none", os="linux")
    assert "whl/cpu" not in told("pytorch", accelerator="none", os="macos")


@pytest.mark.parametrize("candidate", ["pytorch", "keras-torch"])
def test_amds_gpus_are_set_up_differently_under_wsl(candidate):
    assert "PyTorch's install page" in told(candidate, accelerator="amd", os="linux")
    under_wsl = told(candidate, accelerator="amd", os="wsl")
    assert "librocdxg" in under_wsl and "PyTorch's install page" not in under_wsl
    on_jax = told("keras-jax", accelerator="amd", os="wsl")
    assert "Don't count on JAX" in on_jax and "rocm7-local" not in on_jax


@pytest.mark.parametrize(
    "needs",
    [
        {"onnx": True},
        {"domain": "audio", "targets": ["edge-linux"]},
        {"domain": "language", "targets": ["server"]},
        {"domain": "time-series", "predictions": "serverless"},
    ],
)
def test_wherever_onnx_is_a_way_the_silent_failure_of_recurrent_nets_is_told(needs):
    assert "computes only its first step" in told("keras-torch", **needs)
    for other in ("pytorch", "keras-tensorflow", "keras-jax"):
        assert "computes only its first step" not in told(other, **needs)
    if "domain" in needs:
        assert "computes only its first step" not in told("keras-torch", **{**needs, "domain": "vision"})


def test_a_saved_model_from_pytorch_is_a_detour_that_not_every_net_takes():
    assert "onnx2tf" in told("pytorch", targets=["tf-serving"])


@pytest.mark.parametrize(("domain", "credit"), [("tabular", 0.5), ("vision", 0)])
def test_keras_on_jax_is_credited_with_the_net_that_it_trained_fastest_on_a_processor(domain, credit):
    assert strength("keras-jax", "speed", accelerator="none", domain=domain) == credit
