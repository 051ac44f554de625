"""What a result's machine answers by itself, and what was measured on it."""

from collections import Counter


def detected(host):
    """What a machine answers by itself, if there is one."""
    vendors = [gpu["vendor"] for gpu in host["gpus"] if gpu["vendor"] != "other"] if host else []
    return {"os": host["os"], "accelerator": (vendors or ["none"])[0]} if host else {}


def standing(outcomes):
    """Of the interpreter that stands for each candidate: numbers by metric and candidate, statuses by
    `probe.candidate`, and of how many candidates a metric's number is unusable."""
    chosen, numbers, statuses, spoilt = {}, {}, {}, Counter()
    for working in (True, False):
        for o in outcomes:
            if not working or (o["probe"], o["status"]) == ("framework", "works"):
                chosen.setdefault(o["candidate"], o["interpreter"])
    for o in (o for o in outcomes if chosen[o["candidate"]] == o["interpreter"]):
        statuses[f"{o['probe']}.{o['candidate']}"] = o["status"]
        numbers |= {(x["metric"], o["candidate"]): x for x in o["measurements"] if x["quality"] != "unusable"}
        spoilt.update(x["metric"] for x in o["measurements"] if x["quality"] == "unusable")
    return numbers, statuses, spoilt
