"""What the shipped rules say of particular needs."""

import pytest

from tests.support.needs import KNOWLEDGE, derived, strength, told

KERAS = ("keras-tensorflow", "keras-jax", "keras-torch")


def test_pytorch_on_a_tpu_is_supported_and_young():
    assert strength("pytorch", "platform", accelerator="tpu") > 0
    assert strength("pytorch", "longevity", accelerator="tpu") == strength("pytorch", "longevity", accelerator="none")
    assert "torch_tpu" in told("pytorch", accelerator="tpu")


def test_keras_on_pytorch_computes_no_double_precision():
    assert strength("keras-torch", "numerics", precision="double") == -3
    assert "single precision" in told("keras-torch", precision="double")
    assert "single precision" not in told("pytorch", precision="double")
    assert strength("keras-jax", "numerics", precision="double") == -0.5


@pytest.mark.parametrize("candidate", ["pytorch", *KERAS])
def test_in_double_precision_an_apple_gpu_decides_nothing(candidate):
    assert strength(candidate, "platform", accelerator="apple", os="macos", precision="double") == 0
    assert strength(candidate, "platform", accelerator="apple", os="macos", precision="usual") != 0


@pytest.mark.parametrize(
    "needs",
    [
        {"accelerator": "amd", "os": "macos"},
        {"accelerator": "nvidia", "os": "macos"},
        {"accelerator": "apple", "os": "windows"},
        {"accelerator": "apple", "os": "linux"},
        {"accelerator": "tpu", "os": "wsl"},
        {"accelerator": "none", "precision": "float8"},
        {"accelerator": "apple", "precision": "float8"},
        {"accelerator": "apple", "precision": "double"},
        {"accelerator": "tpu", "precision": "double"},
        {"pretrained": "foundation", "targets": ["microcontroller"]},
        {"accelerator": "none", "os": "macos"},
        {"accelerator": "apple", "devices": 2},
        {"accelerator": "none", "devices": 2},
        {"predictions": "generation", "targets": ["microcontroller"]},
        {"parameters": 1000, "targets": ["fpga"]},
        {"keep-weights": True, "existing": "none"},
        {"keep-weights": True, "existing": "other"},
    ],
)
def test_answers_that_do_not_go_together_are_told(needs):
    alone = [told(None, **{name: value}) for name, value in needs.items()]
    assert set(told(None, **needs).split()) > {word for text in alone for word in text.split()}


@pytest.mark.parametrize("candidate", ["pytorch", *KERAS])
@pytest.mark.parametrize("accelerator", ["amd", "intel"])
def test_a_gpu_that_macos_does_not_use_speaks_for_nobody(candidate, accelerator):
    assert strength(candidate, "platform", accelerator=accelerator, os="macos") == 0


def test_float8_counts_where_there_is_hardware_for_it():
    assert strength("pytorch", "numerics", precision="float8", accelerator="nvidia") == 2
    for accelerator in ("none", "apple", "amd"):
        assert strength("pytorch", "numerics", precision="float8", accelerator=accelerator) == 0


def test_kernels_in_python_want_what_triton_and_pallas_compile_for():
    def of(candidate, accelerator, os):
        return strength(candidate, "numerics", kernels=True, accelerator=accelerator, os=os)

    on = ("nvidia", "amd", "intel", "none", "tpu")
    assert [of("pytorch", name, "linux") for name in on] == [2, 2, 1.5, 1, 0.5]
    assert [of("keras-jax", name, "linux") for name in on] == [1.5, 0.5, 0, 0, 1.5]
    assert of("keras-torch", "tpu", "linux") == of("keras-jax", "apple", "macos") == 0
    assert of("pytorch", "nvidia", "windows") == 1.5
    assert "triton-windows" in told("pytorch", kernels=True, accelerator="nvidia", os="windows")
    assert "torch.compile on the GPU" in told("pytorch", speed="medium", accelerator="nvidia", os="windows")
    assert "triton-windows" not in told("pytorch", speed="low", accelerator="nvidia", os="windows")
    assert "no wheels for macOS" in told("pytorch", kernels=True, accelerator="apple", os="macos")
    assert "no wheels" not in told("pytorch", kernels=True, accelerator="nvidia", os="windows")


def test_the_oldest_python_stops_pytorch_too():
    assert strength("pytorch", "surroundings", python="older") < 0


def test_for_python_3_11_jax_is_behind_and_no_other():
    of = [strength(name, "surroundings", python="py311") for name in ("pytorch", *KERAS)]
    assert of == [0, 0, -0.5, 0]
    assert derived("importance.surroundings", python="py311") == {"medium"}
    assert "0.10.2" in told("keras-jax", python="py311") and not told("pytorch", python="py311")


@pytest.mark.parametrize("language", ["java", "cpp"])
def test_from_other_languages_an_export_to_onnx_counts_once(language):
    of = [strength(name, "surroundings", language=language, targets=["server"]) for name in KERAS[1:]]
    assert of == [0.5, 0.5]


def test_code_of_another_framework_weighs_for_nobody():
    kept = {"existing": "other", "keep-weights": True}
    assert [strength(name, "legacy", **kept) for name in ("pytorch", *KERAS)] == [0, 0, 0, 0]
    assert derived("importance.legacy", **kept) == set()
    assert "to ONNX" in told(None, **kept)


def test_on_a_processor_it_is_pytorch_that_was_fastest():
    assert strength("pytorch", "speed", accelerator="none") > 0 == strength("keras-jax", "speed", accelerator="none")


def test_each_compiled_backend_is_credited_with_its_own_figures():
    speeds = [strength(candidate, "speed", accelerator="nvidia") for candidate in ("pytorch", *KERAS)]
    assert speeds == [1, 1, 0.5, -2]
    assert "torch.compile" in told("pytorch", accelerator="nvidia", speed="medium")


def test_a_dependency_on_pytorch_is_as_large_as_one_on_tensorflow():
    unlike = {name: strength(name, "surroundings", library=True) for name in ("pytorch", "keras-torch", "keras-jax")}
    assert unlike == {"pytorch": -0.5, "keras-torch": 0.5, "keras-jax": 1.5}
    assert "build for the CPU" in told("keras-torch", library=True)


def test_onnx_leads_from_jax_to_small_functions():
    assert strength("keras-jax", "serving", predictions="serverless") > 0


@pytest.mark.parametrize(
    ("candidate", "way"),
    [("keras-tensorflow", "GELU"), ("keras-jax", "max-pooling"), ("keras-torch", "input_signature")],
)
def test_who_needs_onnx_is_told_the_way_round_what_fails(candidate, way):
    assert way in told(candidate, onnx=True)
    assert way not in told(candidate, onnx=False)


@pytest.mark.parametrize(
    "needs",
    [
        {"existing": "jax"},
        {"knows": ["jax"], "training-loop": "own-loop"},
        {"knows": ["jax"], "models": "novel"},
        {"knows": ["jax"], "accelerator": "tpu"},
    ],
)
def test_whoever_is_at_home_in_jax_is_told_of_what_is_not_compared(needs):
    assert "Equinox" in told("keras-jax", **needs)
    assert "Equinox" not in told("keras-jax", knows=["jax"], **{"training-loop": "ready-made"})


def test_what_runs_on_pytorch_alone_counts_once():
    field, scratch, start = {"domain": "language"}, {"pretrained": "none"}, {"pretrained": "foundation"}
    needs = [scratch, field | scratch, start, field | start]
    assert [strength("pytorch", "ecosystem", **entry) for entry in needs] == [1, 1, 3, 3]


def test_the_end_of_tensorflow_on_tpus_counts_under_platform_alone():
    assert strength("keras-tensorflow", "platform", accelerator="tpu") == -2
    longevity = [strength("keras-tensorflow", "longevity", accelerator=name) for name in ("tpu", "nvidia")]
    assert longevity[0] == longevity[1]


def test_what_all_have_is_credited_to_nobody():
    for candidate in KERAS:
        without = strength(candidate, "simplicity", pretrained="none")
        assert strength(candidate, "simplicity", pretrained="classic-vision") == without
    assert strength("keras-jax", "data", data="files") == strength("pytorch", "data", data="files") == 0
    assert "grain" in told("keras-jax", data="files")


def test_science_has_libraries_on_pytorch_and_derivatives_on_all():
    assert strength("pytorch", "ecosystem", domain="scientific") > strength("pytorch", "ecosystem", domain="other")
    assert all(strength(candidate, "numerics", derivatives=True) > 0 for candidate in ("pytorch", *KERAS))
    assert strength("keras-jax", "flexibility", domain="scientific") == 1


@pytest.mark.parametrize("loop", ["ready-made", "own-step"])
def test_large_models_come_with_a_loop_in_pytorch(loop):
    def ahead(accelerator, **needs):
        needs = {"accelerator": accelerator, "training-loop": loop, **needs}
        of = [strength(name, "simplicity", **needs) for name in ("keras-jax", "pytorch")]
        return of[0] - of[1]

    without = 3 if loop == "ready-made" else 2
    assert ahead("nvidia", pretrained="foundation", domain="language") == 0
    assert ahead("nvidia", pretrained="foundation", domain="generative") == 2
    assert ahead("nvidia", pretrained="none") == without
    for domain in ("language", "generative"):
        assert ahead("tpu", pretrained="foundation", domain=domain) == without


def test_large_models_of_keras_are_kerashubs_on_each_backend():
    of = [strength(name, "ecosystem", pretrained="foundation", domain="language", os="linux") for name in KERAS]
    assert of == [-0.5, -0.5, 0]
    assert "twice as long" in told("keras-torch", pretrained="foundation", accelerator="nvidia")


def test_tables_are_sent_to_trees_first():
    assert "gradient-boosted trees" in told(None, domain="tabular")


def test_jax_on_a_gpu_repeats_and_multiplies_in_full_only_when_told_to():
    assert "xla_gpu_deterministic_ops" in told("keras-jax", accelerator="nvidia", reproducibility="high")
    on_gpu, on_cpu = (strength("keras-jax", "reproducibility", accelerator=name) for name in ("nvidia", "none"))
    assert on_gpu < on_cpu
    assert "jax_default_matmul_precision" in told("keras-jax", accelerator="nvidia", domain="scientific")


DEVICES = ["edge-linux", "mobile", "browser", "microcontroller"]


@pytest.mark.parametrize("candidate", ["keras-jax", "keras-torch"])
@pytest.mark.parametrize("target", DEVICES)
def test_litert_is_reached_by_way_of_tensorflow_by_standard_layers(candidate, target):
    standard, own = (
        strength(candidate, "deployment", targets=[target], models=models) for models in ("standard", "custom-layers")
    )
    assert standard > own >= 0
    assert standard < strength("keras-tensorflow", "deployment", targets=[target])


@pytest.mark.parametrize("target", ["tf-serving", "browser", "edge-linux", "mobile", "microcontroller"])
def test_a_veto_of_the_training_gpu_says_so_where_devices_are_the_target(target):
    assert "by the GPU that you train on alone" in told(None, accelerator="nvidia", os="windows", targets=[target])
    assert "by the GPU" not in told(None, accelerator="nvidia", os="windows", targets=["server"])
    assert "by the GPU" not in told(None, accelerator="none", os="windows", targets=[target])


@pytest.mark.parametrize("candidate", KERAS)
def test_onnx_from_keras_counts_as_it_was_tried(candidate):
    assert strength(candidate, "exchange", onnx=True) == 0.5


def test_servers_of_large_models_are_not_on_devices():
    for predictions in ("generation", "online"):
        on_phones = strength("pytorch", "serving", predictions=predictions, targets=["mobile"])
        assert on_phones < strength("pytorch", "serving", predictions=predictions, targets=["server"])
    for target in ("microcontroller", "fpga"):
        assert strength("pytorch", "serving", compression="low-bit", targets=[target]) == 0


def test_litert_in_8_bits_is_a_way_to_devices_and_not_to_servers():
    def of(candidate, *targets):
        return strength(candidate, "serving", compression="int8", domain="vision", targets=targets)

    assert [of(name, "server") for name in ("pytorch", *KERAS)] == [1.5, 0.5, 0.5, 0.5]
    assert [of("keras-tensorflow", target) for target in (*DEVICES, "fpga")] == [1.5, 1.5, 1.5, 1.5, 0]


@pytest.mark.parametrize("language", ["java", "cpp"])
def test_libraries_that_bind_a_language_are_credited_where_they_run(language):
    def of(candidate, *targets):
        return strength(candidate, "surroundings", language=language, targets=targets)

    assert of("pytorch", "server") == of("pytorch") == of("pytorch", "tf-serving") == 2
    for name in ("pytorch", *KERAS):
        assert of(name, "mobile") == of(name, "server", "microcontroller") == 0
    assert (of("pytorch", "edge-linux") > 0) is (language == "cpp")


@pytest.mark.parametrize("candidate", KERAS)
def test_keras_quantises_no_convolutions(candidate):
    needs = {"compression": "int8", "targets": ["server"]}
    assert strength(candidate, "serving", domain="vision", **needs) < strength(
        candidate, "serving", domain="tabular", **needs
    )
    assert "convolutions" in told(candidate, **needs)


def test_the_limits_of_fit_are_those_of_fit():
    def of(candidate, criterion, loop, **needs):
        return strength(candidate, criterion, **needs, **{"training-loop": loop})

    for candidate in KERAS:
        for needs in ({"domain": "reinforcement"}, {"models": "data-dependent"}):
            own, ready = (of(candidate, "flexibility", loop, **needs) for loop in ("own-loop", "ready-made"))
            assert own > ready
    assert of("keras-tensorflow", "flexibility", "own-loop") == of("keras-torch", "flexibility", "own-loop")


def test_a_step_or_layer_of_ones_own_is_ones_own_code_everywhere():
    steps = [strength(name, "flexibility", knows=[], **{"training-loop": "own-step"}) for name in ("pytorch", *KERAS)]
    assert steps == [1, 1, -1, 1]
    assert {strength(name, "flexibility", models="custom-layers") for name in ("pytorch", *KERAS)} == {0}


@pytest.mark.parametrize("loop", ["own-step", "own-loop"])
def test_what_who_knows_jax_writes_anyway_speaks_for_it_as_for_pytorch(loop):
    ways = [
        strength(name, "flexibility", knows=["jax"], **{"training-loop": loop}) for name in ("pytorch", "keras-jax")
    ]
    assert ways[0] == ways[1] > 0 > strength("keras-jax", "flexibility", knows=["keras"], **{"training-loop": loop})


@pytest.mark.parametrize("needs", [{}, {"models": "novel"}])
def test_who_knows_jax_is_not_charged_for_debugging_it(needs):
    known, unknown = (strength("keras-jax", "debugging", knows=[name], **needs) for name in ("jax", "keras"))
    assert known == 0 > unknown


@pytest.mark.parametrize("skill", ["pytorch", "keras", "tensorflow", "jax"])
def test_skill_counts_more_where_the_code_is_ones_own(skill):
    def levels(**needs):
        return derived("importance.familiarity", knows=[skill], **needs)

    assert levels(models="standard") == {"medium"}
    for own in ({"training-loop": "own-loop"}, {"models": "novel"}, {"kernels": True}):
        assert "high" in levels(**own)


def test_reinforcement_learning_has_environments_in_jax():
    assert strength("pytorch", "ecosystem", domain="reinforcement") > strength(
        "keras-jax", "ecosystem", domain="reinforcement"
    )
    assert strength("keras-jax", "ecosystem", domain="reinforcement") == 1


def test_a_saved_model_is_reached_from_keras_on_pytorch_by_way_of_tensorflow():
    standard, own = (
        strength("keras-torch", "exchange", targets=["tf-serving"], models=models) for models in ("standard", "novel")
    )
    assert 0 > standard > own > strength("pytorch", "exchange", targets=["tf-serving"]) == -2
    assert "KERAS_BACKEND=tensorflow" in told("keras-torch", targets=["tf-serving"])


def test_what_was_shown_on_gpus_is_not_credited_on_tpus():
    def of(candidate, accelerator, **needs):
        return strength(candidate, "scaling", accelerator=accelerator, **needs)

    for parameters in (10, 7000):
        on = [of("pytorch", name, devices=8, parameters=parameters) for name in ("tpu", "nvidia")]
        assert on[0] == 1 < on[1]
        assert of("keras-jax", "tpu", devices=8, parameters=parameters) > on[0]
    assert of("pytorch", "tpu", devices=1, parameters=10) == 0


def test_mirrored_copies_are_those_of_one_machine_with_gpus():
    def of(accelerator, devices):
        return strength("keras-tensorflow", "scaling", accelerator=accelerator, devices=devices, parameters=10)

    assert [of("nvidia", 8), of("nvidia", 16), of("tpu", 8)] == [1, -2, 0]


def test_what_the_prescribed_python_has_no_release_of_is_essential():
    assert "essential" in derived("importance.surroundings", python="newer")
    assert derived("importance.surroundings", python="older") == {"high"}
    assert strength("keras-tensorflow", "surroundings", python="newer") == -2


def test_code_for_tensorflow_1_runs_on_none():
    of = [strength(name, "legacy", existing="tensorflow1") for name in ("pytorch", *KERAS)]
    assert of == [0, 0.5, 0, 0]
    assert "runs on none of these" in told(None, existing="tensorflow1")
    assert derived("importance.legacy", existing="tensorflow1") == {"medium"}
    assert "essential" in derived("importance.legacy", existing="tensorflow1", **{"keep-weights": True})


def test_keras_2_code_on_graphs_is_no_drop_in_for_keras_3():
    on_graphs, elsewhere = (
        strength("keras-tensorflow", "legacy", existing="keras2", domain=domain) for domain in ("graphs", "vision")
    )
    assert on_graphs < 1 < elsewhere
    assert "refuses Keras 3" in told(None, existing="keras2", domain="graphs")
    assert "refuses Keras 3" not in told(None, existing="keras3", domain="graphs")


def test_install_lines_run_in_every_shell():
    assert all(set("&;$=").isdisjoint(candidate.install) for candidate in KNOWLEDGE.candidates)


def test_science_with_derivatives_or_loops_is_told_of_jax_alone():
    assert "Equinox" in told(None, domain="scientific", derivatives=True)
    assert "Equinox" in told(None, domain="scientific", **{"training-loop": "own-loop"})
    assert "Equinox" not in told(None, domain="scientific", derivatives=False, **{"training-loop": "ready-made"})


def test_nothing_is_divided_over_one_device():
    assert strength("keras-jax", "scaling", devices=1, parameters=7000, accelerator="nvidia") == 0
    assert strength("keras-jax", "scaling", devices=8, parameters=7000, accelerator="nvidia") == 2
    assert "hardly fits" in told(None, devices=1, parameters=7000, accelerator="nvidia")
    assert "hardly fits" not in told(None, devices=8, parameters=7000, accelerator="nvidia")


def test_what_winds_down_around_tensorflow_counts_once():
    def outlook(**needs):
        return strength("keras-tensorflow", "longevity", **needs)

    assert outlook(domain="vision") == 0
    assert outlook(domain="graphs") == outlook(domain="reinforcement") == 0.5
    assert outlook(domain="vision", stage="production", targets=["server"]) == 0.5


@pytest.mark.parametrize("candidate", ["pytorch", *KERAS])
def test_on_a_processor_all_repeat(candidate):
    assert strength(candidate, "reproducibility", accelerator="none") == 1


def test_keras_on_pytorch_is_slow_where_figures_say_so():
    on = ("none", "nvidia", "amd", "apple", "intel")
    assert [strength("keras-torch", "speed", accelerator=name) for name in on] == [-2, -2, -2, 0, 0]


def test_tables_are_sharded_over_many_gpus_only():
    def of(devices):
        return strength("pytorch", "ecosystem", domain="recommendation", devices=devices, accelerator="nvidia")

    assert of(1) < of(8)


def test_federated_learning_is_no_matter_of_one_framework():
    assert strength("pytorch", "privacy", privacy="federated") == 0.5
    assert "TensorFlow Federated" in told("keras-tensorflow", privacy="federated")
    assert "experimental" in told(None, privacy="federated", targets=["mobile"])
