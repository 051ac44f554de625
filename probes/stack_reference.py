"""Plain numpy without a framework, the machine's own measure: what its BLAS and its memory reach."""

import time

import shared_limits


class Stack:
    """The pseudo-candidate `reference`."""

    family = "reference"
    packages = ("numpy",)

    def __init__(self):
        self.import_seconds = None

    def load(self):
        """Import numpy; the time of the first import stands in `import_seconds`."""
        if self.import_seconds is None:
            start = time.perf_counter()
            import numpy

            self.numpy, self.import_seconds = numpy, time.perf_counter() - start

    def threads(self):
        """As many threads as frameworks get here: OMP_NUM_THREADS, or the usable processors."""
        return shared_limits.threads() or shared_limits.usable_cores()

    def describe(self):
        """Findings about numpy and its BLAS, whose name numpy tells since 1.26."""
        try:
            blas = self.numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
            name = "{} {}".format(blas.get("name", ""), blas.get("version", "")).strip()
        except (KeyError, TypeError):
            name = None
        return {"numpy": self.numpy.__version__, "blas": name, "device": "cpu", "threads": self.threads()}
