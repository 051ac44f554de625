"""The folder that a process has for itself, where it leaves all of its files."""

import os
import shutil

PREFIX = "advisor-"


def remove_private_folder():
    """Remove the folder that TMPDIR names, where it was made for this process alone: whoever made it may have been
    killed."""
    folder = os.environ.get("TMPDIR", "")
    if os.path.basename(folder).startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
