"""Prints how the advisor's verdicts agree with documented decisions: `python tests/bench/documented.py`.

`--usual-share X` tries another share of usual answers than the one that ships.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from advisor.knowledge.load import load
from tests.support.documented import cases


def main() -> None:
    knowledge = load()
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--usual-share", type=float, default=knowledge.settings.usual_share)
    settings = knowledge.settings.model_copy(update={"usual_share": arguments.parse_args().usual_share})
    found = list(cases(knowledge.model_copy(update={"settings": settings})))
    for case in found:
        verdict = case.result.verdict
        shares = {row.candidate: row.first_rank_share for row in case.result.ranking}
        ranks = ", ".join(f"{name} {share:.0%}" for name, share in sorted(shares.items(), key=lambda p: -p[1])[:2])
        print(f"{'agrees' if case.agrees else 'differs':8}{case.name:16}{case.chosen:18}{verdict.kind:18}{ranks}")
        for remark in filter(None, (case.note, case.miss)):
            print(f"        {remark}")
    sure = [case for case in found if case.result.verdict.kind == "recommended"]
    print(
        f"{sum(case.agrees for case in found)} of {len(found)} agree: the choice is recommended or among the first two"
    )
    print(f"{sum(case.leads for case in found)} have the choice, or one as good, in the first place")
    print(f"{len(sure)} are recommended outright, {sum(case.agrees for case in sure)} of them as documented")


if __name__ == "__main__":
    main()
