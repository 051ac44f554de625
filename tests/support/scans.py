"""Made-up trees, scanned."""

from advisor.knowledge.load import load
from advisor.knowledge.signs import load_signs
from advisor.scanning.scan import scan

KNOWLEDGE = load()
SIGNS, HASH = load_signs(KNOWLEDGE)


def scanned(folder, files, **options):
    """Write files into a folder and scan it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return scan(str(folder), SIGNS, HASH, KNOWLEDGE.questions, **options)


def proposed(report):
    """The answer to each question and how sure it is."""
    return {proposal.question: (proposal.value, proposal.sure) for proposal in report.proposals}
