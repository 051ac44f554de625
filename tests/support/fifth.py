"""A team's own candidate beside those that ship, as docs/probes.md says how to add one."""

import json
from pathlib import Path

from advisor.knowledge.load import load

NAME = "jax-flax"
CANDIDATE = f"""\
candidates:
  - id: {NAME}
    title: JAX with Flax
    text: Flax NNX on JAX, with loops of one's own.
    packages: [PACKAGES]
    install: pip install jax flax
    starter: import jax
"""


def overlay(folder: Path, packages: str = "jax, flax") -> Path:
    """A folder with the candidate, and with the option of preferring it."""
    preference = load().question["preference"].model_dump(mode="json", exclude_defaults=True)
    preference["options"].append({"value": NAME, "text": "JAX with Flax"})
    folder.mkdir()
    (folder / "candidate.yaml").write_text(CANDIDATE.replace("PACKAGES", packages))
    # YAML reads JSON too.
    (folder / "questions.yaml").write_text(json.dumps({"questions": [{**preference, "replaces": True}]}))
    return folder
