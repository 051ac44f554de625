"""Each kind of file by itself: a small tree made up, and the answer that it speaks for."""

import json
import struct

import pytest

from tests.support.scans import proposed, scanned


def seen(report, question):
    (proposal,) = (entry for entry in report.proposals if entry.question == question)
    first = proposal.support[0].sightings[0]
    return first.file, first.line


@pytest.mark.parametrize(
    ("files", "question", "value", "sure", "place"),
    [
        (
            {"requirements.txt": "numpy\ntorch>=2 \\\n ,<3  # a note\n"},
            "existing",
            "pytorch",
            "likely",
            ("requirements.txt", 2),
        ),
        (
            {"requirements.txt": "-e git+https://x/y#egg=torch\n"},
            "existing",
            "pytorch",
            "likely",
            ("requirements.txt", 1),
        ),
        ({"requirements-dev.txt": "torch\n"}, "existing", "pytorch", "possible", ("requirements-dev.txt", 1)),
        ({"requirements_docs.in": "torch\n"}, "existing", "pytorch", "possible", ("requirements_docs.in", 1)),
        ({"test-requirements.txt": "torch\n"}, "existing", "pytorch", "possible", ("test-requirements.txt", 1)),
        ({"requirements-docker.txt": "torch\n"}, "existing", "pytorch", "likely", ("requirements-docker.txt", 1)),
        ({"requirements-device.txt": "torch\n"}, "existing", "pytorch", "likely", ("requirements-device.txt", 1)),
        (
            {"facilities.requirements.txt": "torch\n"},
            "existing",
            "pytorch",
            "likely",
            ("facilities.requirements.txt", 1),
        ),
        ({"requirements/base.txt": "flwr\n"}, "privacy", "federated", "likely", ("requirements/base.txt", 1)),
        (
            {"requirements.txt": "-r req/base.txt  # all\n", "req/base.txt": "numpy\ntorch\n"},
            "existing",
            "pytorch",
            "likely",
            ("req/base.txt", 2),
        ),
        (
            {"requirements.txt": "--constraint='limits'\n", "limits": "torch<3\n"},
            "existing",
            "pytorch",
            "possible",
            ("limits", 1),
        ),
        (
            {
                "a/requirements.txt": "-c ../limits\n",
                "requirements.txt": "--requirement \\\n limits\n",
                "limits": "torch<3\n-r ./limits\n-r requirements.txt\n",
            },
            "existing",
            "pytorch",
            "likely",
            ("limits", 1),
        ),
        ({"requirements.txt": "keras==2.15.0\n"}, "existing", "keras2", "likely", ("requirements.txt", 1)),
        ({"requirements.txt": "keras>=3.1\n"}, "existing", "keras3", "possible", ("requirements.txt", 1)),
        (
            {"pyproject.toml": '[project]\nname = "x"\ndependencies = [\n  "jax>=0.4",\n]\n'},
            "existing",
            "jax",
            "likely",
            ("pyproject.toml", 4),
        ),
        (
            {"pyproject.toml": '[project]\noptional-dependencies.dp = ["opacus"]\n'},
            "privacy",
            "differential",
            "possible",
            ("pyproject.toml", 2),
        ),
        (
            {
                "pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.8,<3.11"\nkeras = "^3.4"\n',
                "train.py": "import keras\n",
            },
            "existing",
            "keras3",
            "certain",
            ("pyproject.toml", 3),
        ),
        (
            {"pyproject.toml": '[project]\nrequires-python = ">=3.8,<3.11"\n'},
            "python",
            "older",
            "certain",
            ("pyproject.toml", 2),
        ),
        (
            {"pyproject.toml": '[project]\nrequires-python = ">=3.8,<3.12"\n'},
            "python",
            "py311",
            "certain",
            ("pyproject.toml", 2),
        ),
        (
            {"environment.yml": "dependencies:\n  - python=3.11.9\n"},
            "python",
            "py311",
            "certain",
            ("environment.yml", 2),
        ),
        ({".python-version": "3.11.4\n"}, "python", "py311", "likely", (".python-version", 1)),
        (
            {"pyproject.toml": '[project]\nrequires-python = ">=3.9"\n'},
            "python",
            "any",
            "certain",
            ("pyproject.toml", 2),
        ),
        (
            {"pyproject.toml": '[tool.poetry.dependencies]\npython = "~3.9 || ~3.12"\n'},
            "python",
            "any",
            "certain",
            ("pyproject.toml", 2),
        ),
        (
            {"pyproject.toml": '[project]\nrequires-python = ">=3.14"\n'},
            "python",
            "newer",
            "certain",
            ("pyproject.toml", 2),
        ),
        (
            {"setup.py": "from setuptools import setup\nneeds = ['torch>1']\nsetup(install_requires=needs)\n"},
            "existing",
            "pytorch",
            "likely",
            ("setup.py", 2),
        ),
        (
            {"setup.py": "from setuptools import setup\nsetup(python_requires='~=3.9.0')\n"},
            "python",
            "older",
            "certain",
            ("setup.py", 2),
        ),
        (
            {"setup.cfg": "[options]\ninstall_requires =\n    numpy\n    flax>=0.8\n"},
            "existing",
            "jax",
            "likely",
            ("setup.cfg", 4),
        ),
        ({"Pipfile": '[packages]\ntorch = "*"\n'}, "existing", "pytorch", "likely", ("Pipfile", 2)),
        (
            {"Pipfile.lock": json.dumps({"default": {"torch": {"version": "==2.1.0"}}}, indent=1)},
            "existing",
            "pytorch",
            "possible",
            ("Pipfile.lock", 3),
        ),
        (
            {"uv.lock": 'version = 1\n\n[[package]]\nname = "torch"\nversion = "2.4.0"\n'},
            "existing",
            "pytorch",
            "possible",
            ("uv.lock", 4),
        ),
        (
            {"environment.yml": "channels: [pytorch]\ndependencies:\n  - python=3.9\n  - pytorch::pytorch=2.1\n"},
            "existing",
            "pytorch",
            "likely",
            ("environment.yml", 4),
        ),
        ({"environment.yml": "dependencies:\n  - python=3.9\n"}, "python", "older", "certain", ("environment.yml", 2)),
        (
            {"environment.yml": "dependencies:\n  - pip:\n    - opacus==1.4\n"},
            "privacy",
            "differential",
            "likely",
            ("environment.yml", 3),
        ),
        (
            {"conda-lock.yml": "package:\n- name: pytorch\n  version: 2.1.0\n  manager: conda\n"},
            "existing",
            "pytorch",
            "possible",
            ("conda-lock.yml", 2),
        ),
        (
            {"a.py": "import torch.nn as n\n\n\nclass Net(n.Module):\n    pass\n"},
            "models",
            "custom-layers",
            "likely",
            ("a.py", 4),
        ),
        (
            {"a.py": "import tensorflow as tf\nlayers = tf.keras.layers\nlayers.Dense(3)\n"},
            "existing",
            "keras2",
            "likely",
            ("a.py", 2),
        ),
        ({"a.py": "from keras import ops\nops.mean(1)\n"}, "existing", "keras3", "likely", ("a.py", 1)),
        ({"a.py": "import tensorflow as tf\ntf.Session()\n"}, "existing", "tensorflow1", "likely", ("a.py", 2)),
        ({"a.py": "import tensorflow as tf\ntf.Module()\n"}, "existing", "tensorflow", "likely", ("a.py", 2)),
        ({"requirements.txt": "tensorflow-gpu==1.15\n"}, "existing", "tensorflow1", "likely", ("requirements.txt", 1)),
        ({"a.py": "import torch\n\ndef f(x):\n    x.backward()\n"}, "training-loop", "own-loop", "likely", ("a.py", 4)),
        (
            {"a.py": "import lightning\nclass M(lightning.LightningModule):\n    def training_step(s): ...\n"},
            "training-loop",
            "own-step",
            "likely",
            ("a.py", 3),
        ),
        (
            {"a.py": "import torch\ntorch.set_default_dtype(torch.float64)\n"},
            "precision",
            "double",
            "likely",
            ("a.py", 2),
        ),
        (
            {"a.py": "try:\n    import flwr\nexcept ImportError:\n    flwr = None\n"},
            "privacy",
            "federated",
            "possible",
            ("a.py", 2),
        ),
        ({"tests/a.py": "import flwr\n"}, "privacy", "federated", "possible", ("tests/a.py", 1)),
        ({"old.py": "import torch\nprint 'Python 2'\n"}, "existing", "pytorch", "likely", ("old.py", 1)),
        (
            {"latin.py": b"# -*- coding: latin-1 -*-\n# \xe9\nimport torch\n"},
            "existing",
            "pytorch",
            "likely",
            ("latin.py", 3),
        ),
        ({"no-coding.py": b"# \xe9\nimport torch\n"}, "existing", "pytorch", "likely", ("no-coding.py", 2)),
        ({"run.sh": "#!/bin/sh\ntorchrun --nproc_per_node=8 train.py\n"}, "devices", 8, "likely", ("run.sh", 2)),
        (
            {"Dockerfile": "# x\nFROM nvidia/cuda:12.4.0-runtime\n"},
            "accelerator",
            "nvidia",
            "likely",
            ("Dockerfile", 2),
        ),
        ({"Dockerfile": "FROM python:3.9-slim\n"}, "python", "older", "likely", ("Dockerfile", 1)),
        (
            {"docker-compose.yml": "services:\n  a:\n    image: tensorflow/serving\n"},
            "targets",
            ("tf-serving",),
            "likely",
            ("docker-compose.yml", 3),
        ),
        ({"app/AndroidManifest.xml": "<manifest/>"}, "targets", ("mobile",), "likely", ("app/AndroidManifest.xml", 0)),
        (
            {"app/build.gradle": "dependencies {\n  implementation 'org.tensorflow:tensorflow-lite:2.1'\n}\n"},
            "targets",
            ("mobile",),
            "certain",
            ("app/build.gradle", 2),
        ),
        ({"Podfile": "pod 'TensorFlowLiteSwift'\n"}, "targets", ("mobile",), "certain", ("Podfile", 1)),
        (
            {"package.json": '{\n "dependencies": {"@tensorflow/tfjs": "^4"}\n}\n'},
            "targets",
            ("browser",),
            "certain",
            ("package.json", 2),
        ),
        (
            {"package-lock.json": '{\n "packages": {\n  "node_modules/@tensorflow/tfjs": {}\n }\n}\n'},
            "targets",
            ("browser",),
            "likely",
            ("package-lock.json", 3),
        ),
        (
            {"yarn.lock": '# yarn\n\n"@tensorflow/tfjs@^4.0.0":\n  version "4.0.0"\n'},
            "targets",
            ("browser",),
            "likely",
            ("yarn.lock", 3),
        ),
        (
            {"pnpm-lock.yaml": "packages:\n\n  '@tensorflow/tfjs@4.22.0':\n    resolution: {}\n"},
            "targets",
            ("browser",),
            "likely",
            ("pnpm-lock.yaml", 3),
        ),
        ({"a.py": "import os, \\\n    torch\n"}, "existing", "pytorch", "likely", ("a.py", 1)),
        ({"site.webmanifest": "{}"}, "targets", ("browser",), "possible", ("site.webmanifest", 0)),
        ({"DESCRIPTION": "Package: x\nImports:\n    keras3\n"}, "language", "r", "likely", ("DESCRIPTION", 3)),
        ({"analysis.R": "library(torch)\n"}, "language", "r", "likely", ("analysis.R", 1)),
        ({"pom.xml": "<a>\n<groupId>ai.djl</groupId>\n</a>\n"}, "language", "java", "likely", ("pom.xml", 2)),
        ({"main.cpp": "#include <torch/script.h>\n"}, "language", "cpp", "likely", ("main.cpp", 1)),
        ({"model.onnx": b"\x08\x09\x12\x07pytorch\x1a\x062.13.0:"}, "onnx", True, "likely", ("model.onnx", 0)),
        ({"m.tflite": b"\x1c\0\0\0TFL3" + bytes(20)}, "targets", ("mobile",), "possible", ("m.tflite", 0)),
        ({"m.gguf": b"GGUF\x03\0\0\0"}, "compression", "low-bit", "likely", ("m.gguf", 0)),
        (
            {"m.safetensors": struct.pack("<Q", 20) + b'{"__metadata__":{}}'},
            "keep-weights",
            True,
            "possible",
            ("m.safetensors", 0),
        ),
        (
            {"saved_model.pb": b"\x08\x01\x12\xff\x05\x12\x05serve"},
            "existing",
            "tensorflow",
            "possible",
            ("saved_model.pb", 0),
        ),
        (
            {"model_best.pth.tar": b"PK\x03\x04" + bytes(26) + b"model_best/data.pkl" + bytes(20)},
            "existing",
            "pytorch",
            "likely",
            ("model_best.pth.tar", 0),
        ),
        (
            {"old.pth": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M"},
            "existing",
            "pytorch",
            "likely",
            ("old.pth", 0),
        ),
    ],
)
def test_each_kind_of_file(tmp_path, files, question, value, sure, place):
    report = scanned(tmp_path, files)
    assert proposed(report)[question] == (value, sure)
    assert seen(report, question) == place


def test_model_files_that_the_frameworks_write(tmp_path):
    """Zip archives and HDF5 as torch and Keras lay them out."""
    import zipfile

    import h5py

    for name, entries in (
        ("a.pt", ["a/data.pkl", "a/byteorder", "a/version"]),
        ("m.keras", ["metadata.json", "config.json", "model.weights.h5"]),
        ("plain.pt", ["readme.txt"]),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for entry in entries:
                archive.writestr(entry, "x")
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["keras_version"] = "2.15.0"
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["images"] = [1, 2, 3]
    report = scanned(tmp_path, {})
    (kept,) = (proposal for proposal in report.proposals if proposal.question == "keep-weights")
    assert {s.file for s in kept.support[0].sightings} == {"a.pt", "m.keras", "m.h5"}
    assert proposed(report)["existing"] == ("pytorch", "likely")


def test_a_notebook_is_read_without_magics(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["import torch\n"]},
        {
            "cell_type": "code",
            "source": ["%matplotlib inline\n", "!pip install opacus\n", "import keras\n"],
            "outputs": [],
        },
        {"cell_type": "code", "source": "%%bash\nimport flwr\n"},
        {"cell_type": "code", "source": ["for x in y:\n", "    !ls\n", "print 'Python 2'\n"]},
        {"cell_type": "code", "source": ["class L(keras.layers.Layer):\n", "    pass"]},
    ]
    text = json.dumps({"nbformat": 4, "cells": cells}, indent=1)
    report = scanned(tmp_path, {"a.ipynb": text})
    assert proposed(report) == {
        "models": ("custom-layers", "likely"),
        "privacy": ("differential", "likely"),
        "knows": (("keras",), "possible"),
        "existing": ("keras3", "possible"),
        "language": ("python", "likely"),
    }
    file, line = seen(report, "models")
    assert "class L(" in text.split("\n")[line - 1]
    assert "flwr" not in report.model_dump_json()


def test_what_contradicts_itself_is_said_and_not_proposed(tmp_path):
    report = scanned(tmp_path, {"a.py": "import torch\n", "b.py": "import jax\n"})
    assert "existing" not in proposed(report)
    (entry,) = (entry for entry in report.unsettled if entry.question == "existing")
    assert {support.value for support in entry.support} == {"pytorch", "jax"}


def test_a_requirement_that_no_code_bears_out_is_a_hint(tmp_path):
    files = {"requirements.txt": "torch==2.1\nkeras>=3\n", "train.py": "import torch\nimport tensorflow\n"}
    assert proposed(scanned(tmp_path, files))["existing"] == ("pytorch", "likely")
    assert proposed(scanned(tmp_path, {"tests/test_a.py": "import keras\n"}))["existing"] == ("pytorch", "possible")
    assert proposed(scanned(tmp_path, {"model.py": "import keras\n"}))["existing"] == ("keras3", "certain")


def test_the_better_supported_answer_is_proposed_with_what_is_against_it(tmp_path):
    files = {f"{name}.py": "import torch\n" for name in "abcde"} | {"z.py": "import jax\n"}
    (proposal,) = (p for p in scanned(tmp_path, files).proposals if p.question == "existing")
    assert (proposal.value, proposal.sure) == ("pytorch", "likely")
    assert [support.value for support in proposal.against] == ["jax"]


def test_a_language_that_is_not_offered_is_no_answer(tmp_path):
    report = scanned(tmp_path, {"a.jl": "using Flux\n"})
    assert report.proposals == ()
    assert [(entry.question, entry.support[0].value) for entry in report.unsettled] == [("language", None)]


def test_nothing_is_proposed_that_the_files_do_not_show(tmp_path):
    files = {
        "a.py": "import os\nx = 'import torch'\n",
        "README.md": "Uses torch.\n",
        "requirements.txt": "numpy\n# torch\n",
    }
    report = scanned(tmp_path, files)
    assert (report.proposals, report.unsettled) == ((), ())


def test_the_projects_own_package_is_no_library_of_its(tmp_path):
    files = {"flwr/__init__.py": "", "flwr/a.py": "import flwr\n"}
    assert proposed(scanned(tmp_path, files)) == {"privacy": ("federated", "possible")}
