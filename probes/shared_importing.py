"""Whether the time of an import is the one that users wait for, day by day."""

import os
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source


class Importing:
    """A context manager around the first import of some modules. Afterwards `is_typical` says whether they were all
    imported there, and from bytecode, and `findings` why not.

    Probes run with `-B`, so as to leave nothing beside their own programs. What is imported here leaves its bytecode
    all the same, as the user's own first import does, unless they don't want it: the next process finds it.
    """

    def __init__(self, modules):
        self._modules = modules
        self.is_typical, self.findings = False, {}

    def __enter__(self):
        self._before = [name for name in self._modules if name in sys.modules]
        self._compiled, self._compile = [], SourceFileLoader.source_to_code
        self._writes_none = sys.dont_write_bytecode
        sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
        compiled, compile_source = self._compiled, self._compile

        def note(loader, *arguments, **options):
            compiled.append(loader.path)
            return compile_source(loader, *arguments, **options)

        SourceFileLoader.source_to_code = note
        return self

    def __exit__(self, kind, error, trace):
        SourceFileLoader.source_to_code = self._compile
        sys.dont_write_bytecode = self._writes_none
        self.is_typical = not self._before and not self._compiled
        if self._before:
            # By a .pth file or sitecustomize.
            self.findings["imported_before_the_probe"] = ", ".join(self._before)
        if self._compiled:
            kept = sum(os.path.exists(cache_from_source(path)) for path in self._compiled)
            self.findings.update(modules_compiled=len(self._compiled), bytecode_not_kept=len(self._compiled) - kept)
