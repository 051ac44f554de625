"""The checker's own reading of `rules/` and of overlays, and what follows from them in Kleene's three values.

What is known of a fact is a table: for each of its values (axis 0) whether it is still possible, in each completion
(axis 1) of each scenario (axis 2). An axis along which nothing differs has length 1.
"""

import hashlib
import json
from functools import reduce

import numpy as np
import yaml

from advisor.assets import rules_dir

_SINGLE = ("knowledge", "settings")
_LISTS = ["candidates", "groups", "criteria", "questions", "probes", "derived", "sources", "claims", "trade_offs"]
OUTCOMES = ["not-tried", "fails", "works-with-extra", "works"]
_YES = np.ones((1, 1), bool)


class Rules:
    """The sections of the files, each an attribute with its entries by id, and the facts that they speak of."""

    def __init__(self, overlays=(), base=None):
        """Read the folder `base` (by default what ships) and each overlay; they must be without mistakes."""
        digest, layers = hashlib.sha256(), []
        for folder in (base or rules_dir(), *overlays):
            name = (folder.resolve().name or str(folder)) if layers else ""
            texts = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
            digest.update("".join(f"{name}/{file}\0{text}\0" for file, text in texts).encode())
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            documents = [yaml.load(text, loader) for _, text in texts]
            layers.append(({"name": name, "added": [], "replaced": [], "changes": []}, documents))
        self.content_hash, self.overlays = f"sha256:{digest.hexdigest()}", [stamp for stamp, _ in layers[1:]]
        for section in (*_SINGLE, *_LISTS):
            found = [document[section] for _, documents in layers for document in documents if section in document]
            setattr(self, section, found[-1] if section in _SINGLE else {e["id"]: e for es in found for e in es})
        self.settings = {"consistency": (1, 2, 4, 8), "range_sensitivity": (0, 1), "worth_asking": 0.05} | self.settings
        self.rules, gone = {}, set()
        for stamp, documents in layers:
            for rule in (rule for document in documents for rule in document.get("rules", ())):
                stamp["replaced" if "replaces" in rule else "added"].append(rule["id"])
                gone |= self._retired(rule["id"]) if "replaces" in rule else set()
                for candidate in self.candidates if rule.get("for") == "every" else rule.get("for", [""]):
                    name = f"{rule['id']}@{candidate}" if candidate else rule["id"]
                    text = json.dumps({"when": {"all": []}, **rule, "id": name, "overlay": stamp["name"]})
                    self.rules[name] = json.loads(text.replace("{candidate}", candidate) if candidate else text)
            for change in (change for document in documents for change in document.get("changes", ())):
                stamp["changes"].append(change | {"because": change["because"].strip()})
                gone |= self._retired(change["retire"]) if "retire" in change else set()
                for rule in self._named(change.get("reweigh")):
                    rule["overlay"] = stamp["name"]
                    for part in (part for part in rule["then"] if "strength" in part):
                        part["strength"] *= change["by"]
        cited = {source for entry in (*self.rules.values(), *self.claims.values()) for source in entry["sources"]}
        self.sources = {name: entry for name, entry in self.sources.items() if name in cited or name not in gone}
        self._name_facts()

    def _named(self, name):
        return [rule for full, rule in self.rules.items() if name in (full, full.partition("@")[0])]

    def _retired(self, name):
        return {source for rule in self._named(name) for source in self.rules.pop(rule["id"])["sources"]}

    def _name_facts(self):
        """By fact its values, lowest first; by asked fact its question; by derived fact which value which rule
        concludes; by number the stretches between the thresholds that rules name, from place to place on the line,
        where (x, 0) is just below x and (x, 1) just above, of whole numbers always just below one."""
        self.order, self.values, self.asked, self.cells = list(self.rules.values()), {}, {}, {}
        tests = [leaf for rule in self.order for leaf in leaves(rule["when"])]
        for name, question in self.questions.items():
            values = [option["value"] for option in question.get("options", ())] or [False, True]
            if question["kind"] == "number":
                bounds = [{"at_least": question["minimum"]}, {"at_most": question["maximum"]}]
                bounds += [leaf for leaf in tests if leaf["fact"] == name]
                low, high, *cuts = [cut for test in bounds for cut in _cuts(*_test(test), question.get("whole"))]
                places = [low, *sorted({*cuts} - {low, high}), high]
                self.cells[name] = list(zip(places, places[1:], strict=False))
                values = [_inside(*cell) for cell in self.cells[name]]
            many = question["kind"] == "many"
            facts = {f"{name}.{value}": [False, True] for value in values} if many else {name: values}
            self.values |= facts
            self.asked |= dict.fromkeys(facts, name)
            if "detect" in question:
                self.values[f"measured.{name}"] = ["not-measured", *values]
        self.values |= {name: fact["values"] for name, fact in self.derived.items()}
        for fact in [*(leaf["fact"] for leaf in tests), *(c["importance"] for c in self.criteria.values())]:
            self.values.setdefault(fact, [False, True] if fact.startswith("measured.") else OUTCOMES)
        concluded = [(part["derive"], part["value"], index) for index, part in self.consequences("derive")]
        self.concluding = {
            name: sorted((self.place(name, value), index) for fact, value, index in concluded if fact == name)
            for name in self.derived
        }

    def consequences(self, key):
        """Each consequence that has a key, with its rule's index."""
        return [(index, part) for index, rule in enumerate(self.order) for part in rule["then"] if key in part]

    def place(self, fact, value):
        """Which of the fact's values a value is."""
        if fact in self.cells:
            return next(i for i, (low, high) in enumerate(self.cells[fact]) if low <= (float(value), 0) < high)
        return self.values[fact].index(value)

    def only(self, fact, value):
        """The fact with one value possible."""
        return {fact: (np.arange(len(self.values[fact])) == self.place(fact, value))[:, None, None]}

    def setting(self, name, value):
        """The facts that an answer to a question settles."""
        if self.questions[name]["kind"] != "many":
            return self.only(name, value)
        options = [option["value"] for option in self.questions[name]["options"]]
        return {f"{name}.{o}": np.array([o not in value, o in value])[:, None, None] for o in options}

    def passing(self, leaf):
        """Which values of its fact pass a test."""
        (test, operands), fact = _test(leaf), leaf["fact"]
        cells = np.arange(len(self.values[fact]))
        if test == "known":
            return (cells > 0) == operands[0]
        if fact in self.cells:
            cells, at = np.array(self.values[fact]), operands
        else:
            at = [self.values[fact].index(operand) for operand in operands]
        return cells >= at[0] if test == "at_least" else cells <= at[0] if test == "at_most" else np.isin(cells, at)

    def needs(self, index):
        """By fact, the values without which a rule can't fire, read off the tests that it joins by `all`."""
        needs = {}
        for leaf in leaves(self.order[index]["when"], ("all",)):
            needs[leaf["fact"]] = needs.get(leaf["fact"], True) & self.passing(leaf)
        return needs

    def state(self, when, facts):
        """Whether a condition is certainly true, and whether it is certainly false."""
        if "fact" in when:
            possible, passing = facts[when["fact"]], self.passing(when)
            return ~possible[~passing].any(axis=0), ~possible[passing].any(axis=0)
        if "not" in when:
            return self.state(when["not"], facts)[::-1]
        states = [self.state(part, facts) for part in _parts(when)]
        true, false = ([state[side] for state in states] for side in (0, 1))
        return (_every(true), _some(false)) if "all" in when else (_some(true), _every(false))

    def infer(self, known):
        """All facts, derived to a fixpoint, and the state of each rule."""
        facts = reduce(dict.__or__, (self.only(name, fact["default"]) for name, fact in self.derived.items()), known)
        while True:
            states = [self.state(rule["when"], facts) for rule in self.order]
            derived = {name: self._derived(name, states) for name in self.derived}
            if all(np.array_equal(facts[name], table) for name, table in derived.items()):
                return facts, states
            facts |= derived

    def _derived(self, name, states):
        # The highest conclusion stands, and those above it that may still be drawn are possible.
        rows, settled = [], ~_YES
        for cell in reversed(range(len(self.values[name]))):
            drawn = [states[index] for value, index in self.concluding[name] if value == cell]
            rows.insert(0, _some(~false for _, false in drawn) & ~settled)
            settled = _some([settled, *(true for true, _ in drawn)])
        default = self.place(name, self.derived[name]["default"])
        rows[default] = rows[default] | ~settled
        return np.stack(np.broadcast_arrays(*rows))

    def grounds(self, when, facts, wanted=True):
        """The facts on which a condition's being true (or false) rests, each with the values that would do."""
        if "fact" in when:
            return [(when["fact"], self.passing(when) == wanted)]
        if "not" in when:
            return self.grounds(when["not"], facts, not wanted)
        telling = [p for p in _parts(when) if ("all" in when) == wanted or self.state(p, facts)[not wanted]]
        return [ground for part in telling for ground in self.grounds(part, facts, wanted)]


def leaves(when, joined=("all", "any", "not")):
    """The tests in a condition, or only those that it joins in some of the ways that there are."""
    if "fact" in when:
        return [when]
    return [leaf for part in _parts(when) if when.keys() & {*joined} for leaf in leaves(part, joined)]


def _parts(when):
    return [when["not"]] if "not" in when else when["all"] if "all" in when else when["any"]


def _test(leaf):
    ((test, operand),) = ((test, operand) for test, operand in leaf.items() if test != "fact")
    return test, operand if test == "in" else [operand]


def _cuts(test, operands, whole):
    sides = {"at_least": (0,), "at_most": (1,)}.get(test, (0, 1))
    cuts = [(x, side) for x in operands for side in sides]
    return [(int(x // 1) + 1 if side else -int(-x // 1), 0) if whole else (float(x), side) for x, side in cuts]


def _inside(low, high):
    """A number in a stretch: its lower end where that belongs to it, else a whole number where one fits."""
    whole = float(int(low[0]) + 1)
    return low[0] if low[1] == 0 else whole if (whole, 0) < high else (low[0] + high[0]) / 2


def _every(states):
    return reduce(np.logical_and, states, _YES)


def _some(states):
    return reduce(np.logical_or, states, ~_YES)
