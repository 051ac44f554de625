"""The command line in this process."""

from pytest import CaptureFixture

from advisor.cli.main import main


def run(capsys: CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    code = main(list(map(str, arguments)))
    out, err = capsys.readouterr()
    return code, out, err
