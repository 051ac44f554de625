"""How long `advisor scan` takes on a tree of 100,000 files, as a ratio to walking it and asking each file's size.

    PYTHONPATH=. python tests/bench/scan.py [--files 100000] [--rounds 3]

Half of the files are Python, of which every tenth imports a framework; the others are data, text, requirement files,
notebooks and weights. Walk and scan take turns; both are in one process, with the tree in the system's cache after a
first round that doesn't count. Prints medians and the ratio of each round's pair.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from advisor.knowledge.load import load
from advisor.knowledge.signs import load_signs
from advisor.scanning.scan import scan

PER_FOLDER = 100
PLAIN = "import os\nimport sys\n\n\n" + "".join(
    f"def step_{n}(values, scale={n}):\n    return [value * scale for value in values]\n\n\n" for n in range(20)
)
FRAMEWORK = "import torch\nfrom torch import nn\n\n\n" + "".join(
    f"class Net{n}(nn.Module):\n    def forward(self, x):\n        return torch.relu(x) * {n}\n\n\n" for n in range(20)
)
NOTEBOOK = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": ["import keras\n"], "outputs": []}]})


def make(folder: Path, files: int) -> None:
    """Write the tree."""
    rng = random.Random(0)
    for number in range(files):
        if number % PER_FOLDER == 0:
            place = folder / f"part{number // 10_000}" / f"package{number // PER_FOLDER}"
            place.mkdir(parents=True)
        kind = rng.random()
        if kind < 0.5:
            (place / f"module{number}.py").write_text(FRAMEWORK if rng.random() < 0.1 else PLAIN)
        elif kind < 0.9:
            (place / f"image{number}.jpg").write_bytes(b"\xff\xd8\xff")
        elif kind < 0.97:
            (place / f"notes{number}.txt").write_text("notes\n")
        elif kind < 0.98:
            (place / f"requirements{number}.txt").write_text("torch>=2\nnumpy\n")
        elif kind < 0.99:
            (place / f"book{number}.ipynb").write_text(NOTEBOOK)
        else:
            (place / f"weights{number}.pth").write_bytes(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M")


def walked(folder: str) -> int:
    """Ask every file's size; how many there are."""
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            os.stat(os.path.join(place, name))  # noqa: PTH116, PTH118
            count += 1
    return count


def main() -> None:
    """Make, time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    knowledge = load()
    signs, signs_hash = load_signs(knowledge)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), arguments.files)
        walks, scans = [], []
        for turn in range(arguments.rounds + 1):
            start = time.perf_counter()
            count = walked(folder)
            middle = time.perf_counter()
            report = scan(folder, signs, signs_hash, knowledge.questions, limit_s=1e6)
            end = time.perf_counter()
            if turn:
                walks.append(middle - start)
                scans.append(end - middle)
        assert count == report.files == arguments.files
    ratios = [after / before for before, after in zip(walks, scans, strict=True)]
    print(f"{count:,} files, {report.read:,} of them read; medians of {arguments.rounds} rounds")
    print(f"os.walk and os.stat  {statistics.median(walks):7.2f} s")
    print(f"advisor scan         {statistics.median(scans):7.2f} s")
    print(f"ratio                {statistics.median(ratios):7.1f}  ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
