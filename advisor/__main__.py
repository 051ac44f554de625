"""`python -m advisor`."""

from advisor.cli.main import entry

if __name__ == "__main__":
    entry()
