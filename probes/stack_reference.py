"""Plain numpy, the machine's own measure: what its BLAS and its memory reach without a framework."""


class Stack:
    """The pseudo-candidate `reference`."""

    family = "reference"
    packages = ("numpy",)

    def load(self):
        """Import numpy."""
        import numpy

        self.numpy = numpy

    def describe(self):
        """Findings about numpy's BLAS."""
        self.load()
        try:
            blas = self.numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
        except (KeyError, TypeError):
            return {"blas": None}
        return {"blas": "{} {}".format(blas.get("name", ""), blas.get("version", "")).strip()}
