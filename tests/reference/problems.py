"""Random small problems in which every rule has its say, as `placement-problem/1` documents.

`random_problem(rng)` takes anything like `random.Random`; `problems()` is the same as a hypothesis
strategy, which shrinks. Each problem draws which families of rules it plays with, so that a good
share of the pairs passes, and capacity is scarce enough to bind.
"""

import itertools
import random

from hypothesis import strategies as st

DATES = ["2012-05-01", "2020-01-31", "2020-02-01", "2021-06-27", "2021-06-28", "2026-11-24"]
COUNTRIES = ["FR", "FR", "DE", "DE", "ES", "IT", "GB", "CH", "HR", "GP", "NO", "JP"]
COUNTRY_SETS = [
    ["EU"],
    ["EEA"],
    ["EU", "EU-ADEQUATE"],
    ["EEA", "CH"],
    ["FR", "DE", "ES"],
    ["EFTA", "FR", "DE"],
    ["GB", "FR", "DE", "IT"],
    [],
]
OPERATORS = ["dt", "orange", "tim"]
SLICES = ["1", "2-00A1B2"]
FEATURES = ["gpu", "sgx"]
CERTIFICATIONS = ["C5:type1", "C5:type2", "SecNumCloud:3.2", "ENS:high", "ENS:basic"]
FAMILIES = [
    *["operators", "agreements", "slices", "policies", "transit", "features", "certifications"],
    *["states", "pins", "allow", "pairs", "percentiles", "prices", "moves", "opens", "current"],
    *["maps", "jitter", "priorities", "limits", "partial"],
]


def random_problem(rng):
    """Return the document of a small random problem: at most 4 sites and 5 workloads."""
    on = {family for family in FAMILIES if rng.random() < 0.4}
    if rng.random() < 0.05:
        on.add("huge")
    draw = _Draw(rng, on)
    document = {"format": "placement-problem/1", "at": rng.choice(DATES)}
    if "opens" in on or "prices" in on or "moves" in on or rng.random() < 0.3:
        document["objective"] = draw.objective()
    if "operators" in on:
        document["operators"] = [draw.operator(name) for name in OPERATORS]
    document["nodes"] = [draw.node(f"n{i}") for i in range(rng.randint(1, 6))]
    draw.nodes = document["nodes"]
    document["links"] = draw.links()
    if "slices" in on:
        document["slices"] = [draw.slice(name) for name in SLICES]
    n_sites = rng.choice([0, 1, 2, 3, 3, 4, 4]) if rng.random() < 0.1 else rng.randint(2, 4)
    document["sites"] = [draw.site(f"s{i}") for i in range(n_sites)]
    draw.sites = [site["id"] for site in document["sites"]]
    if "policies" in on or "transit" in on:
        document["policies"] = [draw.policy(f"p{i}") for i in range(rng.randint(1, 2))]
        draw.policies = [policy["id"] for policy in document["policies"]]
    if "agreements" in on:
        draw.slices = [one["id"] for one in document.get("slices", [])]
        document["agreements"] = draw.agreements()
    n_workloads = rng.randint(0, 5) if rng.random() < 0.1 else rng.randint(3, 5)
    document["workloads"] = [draw.workload(f"w{i}") for i in range(n_workloads)]
    if n_workloads > 1 and rng.random() < 0.3:  # twins: equal in all but the name
        document["workloads"].append(document["workloads"].pop() | {"id": "w0-twin"})
        document["workloads"][0] = document["workloads"][-1] | {"id": "w0"}
    if "pairs" in on:
        document["pairs"] = draw.pairs(document["workloads"])
    draw.guarantees(document)
    return document


def problems():
    """Return a hypothesis strategy for the documents of `random_problem`."""
    return st.randoms(use_true_random=False).map(random_problem)


def problem_of(seed):
    """Return the random document of a seed."""
    return random_problem(random.Random(seed))


def shuffled(document, rng):
    """Return the same content with every list, and every mapping, in another order."""
    if isinstance(document, dict):
        keys = list(document)
        rng.shuffle(keys)
        return {key: shuffled(document[key], rng) for key in keys}
    if isinstance(document, list):
        items = [shuffled(item, rng) for item in document]
        rng.shuffle(items)
        return items
    return document


class _Draw:
    """Draws the rows of one problem; fields of families that are not `on` stay out."""

    def __init__(self, rng, on):
        self.rng, self.on = rng, on
        self.nodes, self.sites, self.policies, self.slices = [], [], [], []

    def when(self, family, probability=0.5):
        return family in self.on and self.rng.random() < probability

    def some(self, items, probability=0.5):
        return [item for item in items if self.rng.random() < probability]

    def pick(self, *items):
        return self.rng.choice(items)

    def objective(self):
        weights = {
            "latency": self.pick(0, 1, 1, 0.5, 0.3333333),
            "price": self.pick(0, 1, 2.5, 1e-9),
        }
        return weights | {"carbon": self.pick(0, 0.125), "moves": self.pick(0, 1, 3)}

    def operator(self, name):
        row = {"id": name}
        if self.rng.random() < 0.9:
            row["country"] = self.rng.choice(COUNTRIES)
        if self.rng.random() < 0.3:
            row["parents"] = [self.pick("US", "FR", "DE", "CN")]
        if self.rng.random() < 0.8:
            row["laws"] = self.some(["US-CLOUD-ACT", "CN-NIL"], 0.3)
        return row

    def agreements(self):
        if self.rng.random() < 0.1:
            return []
        rows = []
        for home in OPERATORS:
            for host in OPERATORS:
                if home != host and self.rng.random() < 0.75:
                    rows += self.agreement(home, host)
        return rows

    def agreement(self, home, host):
        row = {"home": home, "host": host}
        if self.rng.random() < 0.75:
            row["quota"] = {"cpu": self.pick(1, 2, 2, "2500m", 3)}
            if self.rng.random() < 0.3:
                row["quota"]["memory"] = self.pick("2Gi", "4G")
            if "huge" in self.on:
                row["quota"]["bits"] = 2**62
        if self.rng.random() < 0.3:
            places = self.some(["FR", "DE", "ES", "IT"], 0.6)
            row["country_quota"] = {f"{place}/cpu": self.pick(1, 2, "1500m") for place in places}
            if self.rng.random() < 0.3:
                row["country_quota"]["EL/memory"] = "1Gi"
        for field, names in (("slices", self.slices), ("policies", self.policies)):
            if names and self.rng.random() < 0.2:
                row[field] = self.some(names, 0.7)
        if self.rng.random() < 0.5:
            row["price_factor"] = self.pick(0.5, 1.25, 3)
        if self.rng.random() < 0.3:
            row["valid_from"] = self.pick("2010-01-01", "2020-02-01", "2021-06-28")
        if self.rng.random() < 0.3:
            row["valid_until"] = self.pick("2021-06-28", "2026-11-24", "2030-01-01")
            if self.rng.random() < 0.5:  # renewed on other terms
                day = {"2021-06-28": "2021-06-29", "2026-11-24": "2026-11-25"}
                renewed = {"home": home, "host": host, "price_factor": self.pick(1, 2)}
                if row["valid_until"] in day:
                    return [row, renewed | {"valid_from": day[row["valid_until"]]}]
        return [row]

    def node(self, name):
        row = {"id": name}
        if self.rng.random() < 0.95:
            row["country"] = self.rng.choice(COUNTRIES)
        if self.rng.random() < 0.2:
            row["operator"] = self.rng.choice(OPERATORS)
        if "maps" in self.on:
            row |= {"lat": self.pick(48.5, 50, 41.25, -3), "lon": self.pick(2.35, 8.5, -3.7, 8.5)}
        if self.rng.random() < 0.3:
            row["processing_ms"] = self.pick(0.25, 1, 0.1234567)
        return row

    def links(self):
        ids = [node["id"] for node in self.nodes]
        pairs = [(a, b) for i, b in enumerate(ids) for a in ids[:i]]
        wanted = self.some(pairs, 0.6)
        if "partial" not in self.on:  # else some parts may be out of reach
            wanted += itertools.pairwise(ids)
        return [self.link(a, b) for a, b in wanted]

    def link(self, a, b):
        row = {"source": a, "target": b}
        kind = self.rng.random()
        if "maps" in self.on and kind < 0.3:
            pass
        elif kind < 0.45:
            row["length_km"] = self.pick(0, 120, 80.5, 333.3333)
        else:
            row["latency_ms"] = self.pick(1, 2, 2, 3, 3, 0, 0.5, 1.2345678, 4.75)
            if self.rng.random() < 0.02:
                row["latency_ms"] = 2100
        if self.when("jitter"):
            row["jitter_ms"] = self.pick(0.1, 0.1, 0.5, 0.5, 1, 1, 0.0000001, 2100)
        if self.rng.random() < 0.08:
            row["bidirectional"] = False
        if self.when("slices", 0.15):
            row["slices"] = self.some(SLICES, 0.7)
        if self.rng.random() < 0.1:
            row["operator"] = self.rng.choice(OPERATORS)
        return row

    def slice(self, name):
        row = {"id": self.pick(name, name.lower())}
        if self.rng.random() < 0.4:
            row["operators"] = self.some(OPERATORS, 0.75)
        if self.rng.random() < 0.5:
            row["access_ms"] = self.pick(0.5, 1, 0.3333333)
        if self.when("jitter"):
            row["access_jitter_ms"] = self.pick(0.2, 1)
        if self.rng.random() < 0.3:
            row["bandwidth"] = self.pick(2, 3, "4500m", 9)
        if self.rng.random() < 0.3:
            row["max_devices"] = self.pick(0, 10, 25, 40)
        if self.rng.random() < 0.2:
            row["countries"] = list(self.rng.choice(COUNTRY_SETS))
        if self.rng.random() < 0.2:
            row["nodes"] = self.some([node["id"] for node in self.nodes], 0.8)
        if self.rng.random() < 0.2:
            row["isolated"] = True
        for field in ("valid_from", "valid_until"):
            if self.rng.random() < 0.15:
                row[field] = {"valid_from": "2020-02-01", "valid_until": "2021-06-28"}[field]
        return row

    def site(self, name):
        row = {"id": name, "node": self.pick(*self.nodes)["id"]}
        if self.rng.random() < 0.95:
            row["operator"] = self.rng.choice(OPERATORS)
        if self.rng.random() < 0.1:
            row["country"] = self.rng.choice(COUNTRIES)
        row["capacity"] = {"cpu": self.pick(2, 2, 3, 3, "3500m", 4, "4500m", 20)}
        if self.rng.random() < 0.95:
            row["capacity"]["memory"] = self.pick("2Gi", "2.5G", "4Gi", "8G")
        if "huge" in self.on:  # sums leave 64 bits
            row["capacity"]["bits"] = self.pick(2**62, 2**62 - 1, 2**61)
        if self.rng.random() < 0.05:
            row["capacity"] = self.pick({}, {"cpu": 0}, {"gpu": 1})
        if self.when("slices", 0.9):
            row["slices"] = {s: self.pick(None, 2, "2500m", 4) for s in self.some(SLICES, 0.8)}
        if self.when("prices", 0.8):
            row["price"] = {
                "cpu": self.pick(0.04, 1, 0.0000005),
                "memory": self.pick("0.005/Gi", 0),
            }
        if self.when("prices", 0.4):
            row["carbon"] = {"cpu": self.pick(12, 3.75)}
        if self.when("opens", 0.7):
            row["open_cost"] = self.pick(1, 5, 2.0000005, 0.25)
        if self.when("features", 0.8):
            row["features"] = self.some(FEATURES, 0.7)
        if self.when("certifications", 0.8):
            row["certifications"] = self.some(CERTIFICATIONS, 0.5)
        if self.when("states", 0.25):
            row["state"] = self.pick("cordoned", "cordoned", "down", "open")
        return row

    def policy(self, name):
        row = {"id": name}
        if self.when("policies", 0.6):
            row["countries"] = list(self.rng.choice(COUNTRY_SETS))
        if self.when("transit", 0.7):
            row["transit"] = list(self.rng.choice(COUNTRY_SETS))
        if self.when("operators", 0.3):
            row["seats"] = list(self.rng.choice(COUNTRY_SETS))
        if self.when("operators", 0.3):
            row["excluded_laws"] = self.some(["US-CLOUD-ACT", "CN-NIL"])
        if self.when("certifications", 0.4):
            row["certifications"] = self.some(CERTIFICATIONS, 0.25)
        return row

    def workload(self, name):
        row = {"id": name, "demand": {"cpu": self.pick(1, 1, 2, 2, "500m", 3, "1500m", 0)}}
        if self.rng.random() < 0.6:
            row["demand"]["memory"] = self.pick("512Mi", "1Gi", "2G", "1e9", 0)
        if self.when("huge", 0.8):
            row["demand"]["bits"] = self.pick(2**61, 2**61, 2**62, 2**61 - 1, 1)
        if self.rng.random() < 0.6:
            row["operator"] = self.rng.choice(OPERATORS)
        if self.rng.random() < 0.85:
            row["origins"] = self.origins()
        if self.when("limits", 0.6):
            row["max_rtt_ms"] = self.pick(4, 8, 8, 12.5, 20, 2, 0, 5000)
        if self.when("percentiles", 0.6):
            row["percentile"] = self.pick(0.5, 0.9, 0.95, 0.99, 0.99999)
        if self.when("slices", 0.6):
            row["slice"] = self.rng.choice(SLICES)
            if self.rng.random() < 0.7:
                row["bandwidth"] = self.pick(1, 1, 2, "1500m", "2.25", 0, 9)
            if self.rng.random() < 0.5:
                row["devices"] = self.pick(0, 1, 10, 10, 25)
        if self.policies and self.rng.random() < 0.7:
            row["policy"] = self.rng.choice(self.policies)
        if self.when("features", 0.4):
            row["features"] = self.some(FEATURES)
        return row | self.wishes()

    def wishes(self):
        row = {}
        if self.when("allow", 0.25):
            row["allow"] = self.some(self.sites, 0.75)
        if self.when("allow", 0.25):
            row["deny"] = self.some(self.sites, 0.3)
        if self.when("priorities", 0.6):
            row["priority"] = self.pick(1, 2, 5, 100)
        if self.sites and (self.when("current", 0.7) or self.when("states", 0.4)):
            row["site"] = self.rng.choice(self.sites)
            if self.when("moves", 0.8):
                row["move_cost"] = self.pick(1, 0.5, 10)
            if self.when("pins", 0.3):
                row["pinned"] = True
        return row

    def origins(self):
        ids = [node["id"] for node in self.nodes]
        chosen = self.rng.sample(ids, min(len(ids), self.pick(1, 1, 1, 2, 3)))
        if len(chosen) == 1:
            return [{"node": chosen[0]}]
        return [
            {"node": node, "weight": self.pick(1, 2, 2, 0.5, 3, 0.1234567, 10**12)}
            for node in chosen
        ]

    def guarantees(self, document):
        """Let some links vary together, and some percentiles hold for any distribution."""
        if self.when("jitter", 0.6):
            for link in self.some(document["links"], 0.7):
                link["jitter_group"] = self.pick("duct", "radio")
            for link in self.some(document["links"], 0.2):  # parallel ones, alike but for the group
                document["links"].append(link | {"jitter_group": self.pick("duct", "radio")})
        for workload in document["workloads"]:
            if self.rng.random() < 0.05:
                workload["five_qi"] = self.pick(80, 82, 85)
            if "percentile" in workload and self.rng.random() < 0.4:
                workload["guarantee"] = "any"

    def pairs(self, workloads):
        rows = []
        for workload in workloads:
            for site in self.some(self.sites, 0.3):
                row = {"workload": workload["id"], "site": site}
                if self.rng.random() < 0.7:
                    row["cost"] = self.pick(0, 1, 2.5, 0.0000005)
                if self.rng.random() < 0.5:
                    row["demand"] = self.pick({"cpu": 1}, {"cpu": "250m", "memory": "1Gi"}, {})
                rows.append(row)
        return rows
