"""What the customers ask for: 1,200 workloads in five families, and the pairs they know better."""

from typing import Any

from facts import Rng, amount, hundredths, read
from special import SPECIAL
from supply import OPEN, RADIO_ONLY, Supply

__all__ = ["FAMILIES", "make_pairs", "make_workloads"]

Item = dict[str, Any]

# --- Knobs -----------------------------------------------------------------------------------
# Workloads by family: 1,200 in all.
FAMILIES = {"freight": 290, "robotics": 265, "vehicles": 235, "emergency": 170, "ai": 240}
COPIES = (1, 1, 1, 2, 2, 3, 4, 6, 9)  # how many identical workloads a customer runs
RUNNING_PERCENT = 35  # customers whose workloads run somewhere already
STRAY_PERCENT = 12  # of these, how many run where a customer landed once, allowed today or not
PINNED_PERCENT = 6  # of those customers, how many pin theirs down
FOREIGN_HOME_PERCENT = 15  # customers whose operator has no network where they are
NO_HOME_PERCENT = 3
DENY_PERCENT = 3  # customers who do not want the site next door
# Where the customers are; a transit country without a site is served from its neighbours.
COUNTRY_WEIGHT = {
    "DE": 24, "FR": 14, "ES": 13, "IT": 13, "GB": 10, "PL": 7, "RO": 4, "CZ": 4, "GR": 4,
    "PT": 4, "AT": 4, "HU": 3, "HR": 3, "SK": 3, "BE": 4, "IE": 3, "LU": 1, "MD": 1, "ME": 1,
    "MK": 1, "AL": 1, "CH": 2, "NL": 2, "SI": 1, "BG": 1, "DK": 1, "RS": 1,
}  # fmt: skip
CLASS_WEIGHT = {"A": 10, "B": 5, "C": 2, "D": 1}  # of a city, by its population
# Flavours: cpu in thousandths, memory in Gi, gpu, and how often.
FLAVOURS: dict[str, dict[tuple[int, int, int], int]] = {
    "freight": {(500, 1, 0): 4, (1000, 2, 0): 4, (2000, 8, 0): 3, (4000, 16, 0): 1},
    "robotics": {(2000, 4, 0): 3, (4000, 8, 0): 4, (4000, 16, 0): 2, (8000, 16, 0): 2},
    "vehicles": {(2000, 8, 0): 2, (4000, 8, 0): 4, (8000, 16, 0): 3, (12000, 48, 0): 1},
    "emergency": {(2000, 8, 0): 4, (4000, 16, 0): 3, (8000, 16, 0): 1},
    "ai": {(4000, 16, 0): 4, (8000, 32, 0): 2, (4000, 24, 1): 5, (8000, 48, 2): 3,
           (16000, 96, 4): 1},
}  # fmt: skip
BANDWIDTH = {"freight": (1, 2, 5), "robotics": (10, 20, 40), "vehicles": (10, 25, 50),
             "emergency": (10, 20, 40), "ai": (20, 50, 100)}  # fmt: skip
SLICES: dict[str, dict[str | None, int]] = {
    "freight": {"3": 8, None: 2},
    "robotics": {"2": 7, "2-0A1B2C": 3},
    "vehicles": {"4": 7, "4-00C1F5": 3},
    "emergency": {"1-000112": 8, "1": 2},
    "ai": {"1": 7, None: 3},
}
REQUIREMENT_WEIGHT = {"vehicle-alignment": 0, "freight-asset": 3, "robot-process": 3}  # else 2
PRIORITY = {"freight": (1, 2), "robotics": (5, 8), "vehicles": (5, 10), "emergency": (50, 100),
            "ai": (1, 3)}  # fmt: skip
MOVE_COST = {"freight": 1, "robotics": 8, "vehicles": 5, "emergency": 10, "ai": 3}
EU_POLICY: dict[str, dict[str | None, int]] = {
    "freight": {None: 2, "eea": 4, "eu": 3, "eu-adequate": 2, "eu-sovereign": 1},
    "robotics": {"eea": 2, "only": 3, "sovereign": 2, "eu-sovereign": 2, "eu-certified": 1},
    "vehicles": {"eea": 4, "eu": 2, "only": 2, "eu-no-foreign-law": 1},
    "emergency": {"sovereign": 5, "only": 4, "certified": 1},
    "ai": {None: 1, "eu": 3, "eea": 2, "eu-sovereign": 2, "eu-no-foreign-law": 1, "certified": 2,
           "only": 1, "eu-certified": 2},
}  # fmt: skip
# --- End of the knobs ------------------------------------------------------------------------

GUESS_NS_PER_KM = 17_000  # round trip, per km of great circle
NOT_EU = ("AL", "CH", "GB", "MD", "ME", "MK", "RS")
PREFIX = {"robotics": "robot", "vehicles": "vehicle"}


class Demand:
    """The customers, one after the other; each makes a few identical workloads."""

    def __init__(self, supply: Supply, seed: int, at: str) -> None:
        self.seed = seed
        self.supply = supply
        self.cities = supply.cities
        self.corridors = read("corridors")
        self.requirements: dict[str, dict[str, dict[str, str]]] = {}
        for row in read("requirements"):
            self.requirements.setdefault(row["family"], {})[row["id"]] = row
        self.numbers: dict[str, int] = {}
        self.policies = {policy["id"]: policy for policy in supply.policies}
        self.access = {row["id"]: hundredths(row["access_ms"]) * 10 for row in read("slices")}
        self.agreed = {
            (item["home"], item["host"])
            for item in supply.agreements
            if item.get("valid_from", "") <= at <= item.get("valid_until", "9999")
        }

    def customer(self, family: str, at_most: int) -> list[Item]:
        """Return the identical workloads of one customer."""
        # Each customer has numbers of their own, so that a change of one leaves the others alone.
        self.seed += 1
        self.rng = rng = Rng(self.seed)
        name, origins = self.place(family)
        country = self.cities.country(origins[0])
        slice_id = rng.weighted(SLICES[family])
        needed = {key: REQUIREMENT_WEIGHT.get(key, 2) for key in self.requirements[family]}
        workload = {
            "operator": self.home(country),
            **self.flavour(family),
            "origins": [{"node": node, "weight": 1 + rng.below(5)} for node in origins],
            **limits(self.requirements[family][rng.weighted(needed)]),
            "slice": slice_id,
            "bandwidth": rng.pick(BANDWIDTH[family]) if slice_id else None,
            "policy": self.policy(family, country),
            "priority": rng.pick(PRIORITY[family]),
        }
        near = self.near(origins, workload)
        if not near:
            return []  # nobody could serve this customer: let another one come
        if len(near) > 1 and rng.chance(DENY_PERCENT):
            workload["deny"] = [near.pop(0)]
        copies = min(rng.pick(COPIES), at_most)
        running = rng.chance(RUNNING_PERCENT)
        pinned = running and rng.chance(PINNED_PERCENT)
        anywhere = self.anywhere(origins[0])
        items = []
        for _ in range(copies):
            item = {"id": self.name(family, name), **workload}
            if running and rng.chance(85):
                choice = anywhere if rng.chance(STRAY_PERCENT) else near
                item["site"] = choice[0] if rng.chance(60) else rng.pick(choice)
                item["move_cost"] = MOVE_COST[family]
                item["pinned"] = pinned or None
            items.append(tidy(item))
        return items

    def place(self, family: str) -> tuple[str, list[str]]:
        """Return the name and the origins of a customer, the first one being home."""
        rng = self.rng
        if family == "freight":
            corridor = rng.pick(self.corridors)
            stops = corridor["nodes"].split()
            start = rng.below(len(stops) - 1)
            return corridor["id"], stops[start : start + 2 + rng.below(3)]
        country = rng.weighted(COUNTRY_WEIGHT)
        towns = family in ("robotics", "vehicles")
        weight = {
            city: 2 if towns else CLASS_WEIGHT[self.cities.rows[city]["population"]]
            for city in self.cities.of(country)
        }
        city = rng.weighted(weight)
        more = {"robotics": 1, "vehicles": 3, "emergency": 2, "ai": 2}[family]
        count = rng.below(more + 1) if family != "robotics" else int(rng.chance(20))
        nearby = self.cities.nearest(city, [c for c in self.cities.of(country) if c != city])
        return city, [city, *nearby[:count]]

    def home(self, country: str) -> str | None:
        """Return the operator that the customer has signed with."""
        rng = self.rng
        if rng.chance(NO_HOME_PERCENT):
            return None
        everyone = [str(operator["id"]) for operator in self.supply.operators]
        local = self.supply.footprint.get(country, everyone)
        return rng.pick(everyone if rng.chance(FOREIGN_HOME_PERCENT) else local)

    def flavour(self, family: str) -> Item:
        """Return demand and features."""
        rng = self.rng
        cpu, memory, gpu = rng.weighted(FLAVOURS[family])
        demand: Item = {"cpu": amount(cpu), "memory": f"{memory}Gi"}
        if cpu < 1000:
            demand["cpu"] = f"{cpu}m"
        features = []
        if gpu:
            demand["gpu"] = gpu
            features = ["gpu-h100"] if gpu == 4 else [] if rng.chance(50) else ["gpu-l4"]
        elif rng.chance(6):
            features = ["sgx" if family in ("ai", "robotics") else "arm64"]
        return {"demand": demand, "features": features or None}

    def policy(self, family: str, country: str) -> str | None:
        """Return a policy that a customer of the country may want."""
        rng = self.rng
        kind: str | None = rng.weighted(EU_POLICY[family])
        if kind in ("only", "sovereign", "certified"):
            national = f"{kind}-{country.lower()}"
            if national in self.policies:
                return national
            kind = f"only-{country.lower()}"
            if kind in self.policies and country in self.supply.footprint:
                return kind
        elif country not in NOT_EU:
            return kind
        return "eu-adequate" if country in ("GB", "CH") else None

    def anywhere(self, city: str) -> list[str]:
        """Return the three sites nearest to a city, whatever they offer and whoever owns them."""
        near = [(self.cities.km(city, self.city(site)), site["id"]) for site in self.supply.sites]
        return [site for _, site in sorted(near)[:3]]

    def city(self, site: Item) -> str:
        """Return the city that a site stands in."""
        return str(site["node"]).removesuffix(f"-{site['operator']}")

    def near(self, origins: list[str], workload: Item) -> list[str]:
        """Return up to three near sites that pass every rule but the capacity, as a guess.

        The latency is guessed from the distance, and whether a path may cross a country is not
        looked at, but for Ireland: a few customers therefore ask for what proves impossible.
        """
        radio = set(origins) & set(RADIO_ONLY)
        if radio and workload["slice"] not in (None, *OPEN):
            return []
        access = self.access.get(workload["slice"], 0)
        fit = []
        for site in self.supply.sites:
            place = self.city(site)
            km = max(self.cities.km(city, place) for city in origins)
            rtt = km * GUESS_NS_PER_KM // 1000 + 2 * access + 1000  # µs
            if (
                rtt <= workload["max_rtt_ms"] * 1000
                and self.offers(site, workload)
                and self.agrees(workload["operator"], site["operator"])
                and self.legal(site["operator"], self.cities.country(place), site, workload)
            ):
                fit.append((km, site["id"]))
        return [site for _, site in sorted(fit)[:3]]

    def offers(self, site: Item, workload: Item) -> bool:
        """Return whether a site has what a workload needs."""
        return (
            "state" not in site
            and (workload["slice"] is None or workload["slice"] in site["slices"])
            and set(workload["features"] or ()) <= set(site["features"])
            and ("gpu" not in workload["demand"] or "gpu" in site["capacity"])
        )

    def agrees(self, home: str | None, host: str) -> bool:
        """Return whether an operator's customers may run on another operator's sites today."""
        return home in (None, host) or (home, host) in self.agreed

    def legal(self, operator: str, country: str, site: Item, workload: Item) -> bool:
        """Return whether a site stands under the law that a workload asks for."""
        policy = self.policies.get(workload["policy"], {})
        if "transit" in policy and self.cities.country(workload["origins"][0]["node"]) == "IE":
            policy = {**policy, "countries": ["IE"]}  # Irish fibre leaves through GB alone
        union = {"EU": {"EU", "EEA"}, "adequate": {"EU-ADEQUATE"}}
        groups = union.get(self.supply.level[country]["union"], set())
        host = next(o for o in self.supply.operators if o["id"] == operator)
        return (
            not {country, *groups}.isdisjoint(policy.get("countries", {country}))
            and ("seats" not in policy or host["country"] not in NOT_EU)
            and not set(host["laws"]) & set(policy.get("excluded_laws", ()))
            and set(policy.get("certifications", ())) <= set(site["certifications"])
        )

    def name(self, family: str, place: str) -> str:
        prefix = f"{PREFIX.get(family, family)}-{place}"
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}-{self.numbers[prefix]:02}"


def limits(row: dict[str, str]) -> Item:
    """Return the round trip that a requirement allows, and where it is measured."""
    return {"max_rtt_ms": int(row["max_rtt_ms"]),
            "percentile": float(row["percentile"]) if row["percentile"] else None}  # fmt: skip


def tidy(item: Item) -> Item:
    """Return an item without the fields that have their default."""
    return {name: value for name, value in item.items() if value is not None}


def make_workloads(supply: Supply, seed: int, at: str) -> list[Item]:
    """Return all workloads, sorted by id."""
    demand = Demand(supply, seed, at)
    items = [tidy(item) for item in SPECIAL]
    for family, share in FAMILIES.items():
        left = share - sum(item["id"].startswith(PREFIX.get(family, family)) for item in SPECIAL)
        while left:
            made = demand.customer(family, left)
            items += made
            left -= len(made)
    return sorted(items, key=lambda item: str(item["id"]))


def make_pairs(workloads: list[Item]) -> list[Item]:
    """Return what some customers know better: a licence to pay, a leaner build for Arm."""
    pairs: list[Item] = []
    for workload in workloads:
        if "arm64" in workload.get("features", ()) and "site" in workload and len(pairs) < 6:
            memory = int(workload["demand"]["memory"].removesuffix("Gi"))
            pairs.append({"workload": workload["id"], "site": workload["site"],
                          "demand": {"cpu": workload["demand"]["cpu"],
                                     "memory": f"{memory * 512}Mi"}})  # fmt: skip
    robots = [w for w in workloads if w["id"].startswith("robot") and "site" in w]
    pairs += [{"workload": w["id"], "site": w["site"], "cost": 2.5} for w in robots[:40:8]]
    return sorted(pairs, key=lambda pair: (pair["workload"], pair["site"]))
