"""Does the stack import, how long does that take in a cold process, and what does it see?"""

import os
import sys

from shared_envelope import works
from shared_importing import Importing
from shared_inventory import versions

FAMILIES = None
FRAMEWORKS = ("torch", "tensorflow", "keras", "jax")


def run(session, options):
    """Samples: import-time (s), of this process' one import, unless it was no usual one. Findings: versions, devices,
    threads, what else loaded; why there is no sample: imported_before_the_probe, or modules_compiled, of so many
    bytecode_not_kept."""
    stack = session.stack
    with Importing(stack.packages) as importing:
        stack.load()
    findings = {"version." + name: number for name, number in versions().items()}
    findings["python"] = sys.version.split()[0]
    # An import that drags in another framework is dearer than the stack's own.
    findings["also_loaded"] = ", ".join(n for n in FRAMEWORKS if n in sys.modules and n not in stack.packages)
    findings["cuda_visible_devices"] = os.environ.get("CUDA_VISIBLE_DEVICES")
    findings.update(stack.describe(), **importing.findings)
    return works(samples={"import-time": [stack.import_seconds]} if importing.is_typical else {}, findings=findings)
