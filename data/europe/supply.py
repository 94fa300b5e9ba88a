"""What the federation offers: its network and its sites."""

from itertools import pairwise
from typing import Any

from contracts import NATIONAL_CERTIFICATION, agreements, operator, policies, slice_
from facts import Cities, Rng, amount, hundredths, read

__all__ = ["Supply"]

Item = dict[str, Any]

# --- Knobs -----------------------------------------------------------------------------------
# Capacity of a site by tier, at CAPACITY_PERCENT = 100. Memory in Gi, bandwidth in Mbit/s.
TIERS: dict[str, dict[str, int]] = {
    "regional": {"cpu": 192, "memory": 704, "gpu": 12, "open_cost": 12},
    "metro": {"cpu": 88, "memory": 304, "gpu": 6, "open_cost": 6},
    "edge": {"cpu": 40, "memory": 128, "gpu": 0, "open_cost": 3},
}
CAPACITY_PERCENT = 100  # load factor: lower is tighter
# Hot and cold regions: percentage on top of CAPACITY_PERCENT, 100 where a country is not listed.
COUNTRY_PERCENT = {
    "AT": 105, "BE": 108, "CZ": 75, "DE": 82, "ES": 95, "FR": 112, "GB": 60, "GR": 75, "HR": 120,
    "HU": 92, "IE": 135, "IT": 72, "MD": 90, "MK": 110, "PL": 88, "PT": 58, "RO": 90, "SK": 90,
}  # fmt: skip
METRO_GPU_PERCENT = 65  # share of the metro sites that have accelerators
BANDWIDTH = {
    "1": (6000, 3000, 1000),
    "2": (1500, 700, 300),
    "3": (None, None, 600),
    "4": (1500, 700, 300),
    "1-000112": (800, 400, 0),
    "2-0A1B2C": (600, 300, 0),
    "4-00C1F5": (600, 300, 200),
}
RADIO_PERCENT = 25  # towns whose first uplink is a radio link: no URLLC, no V2X
RADIO_ONLY = ("al-shkoder", "gr-kavala", "pl-zielona-gora")  # both uplinks are
DOWN = ("telefonica-lcg-1",)
CORDONED = ("dt-nue-1", "orange-bod-1")

OPEN = ("1", "3")  # what a radio link carries beside mission-critical traffic
GPU_PRICE = {"gpu-h100": 1900, "gpu-l4": 650}  # thousandths per hour, ASSUMPTION
GPU_CARBON = {"gpu-h100": 10, "gpu-l4": 3}  # times the carbon of a cpu, ASSUMPTION
CARBON_PER_CPU = {1: 500, 2: 1500, 3: 2500, 4: 3500, 5: 6000}  # thousandths of g per hour
# A lower level of the ordered schemes, for the sites that do not hold the one above.
LESSER_CERTIFICATION = {"DE": "C5:type1", "ES": "ENS:medium", "IT": "ACN:QC2"}


class Supply:
    """The supply side, made once; each attribute is a list of the document."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = Rng(seed)
        self.cities = Cities()
        self.footprint: dict[str, list[str]] = {}  # country → operators with a network there
        for row in read("footprint"):
            if row["used"] == "yes":
                self.footprint.setdefault(row["country"], []).append(row["operator"])
        self.level = {row["country"]: row for row in read("countries")}
        self.operators = [operator(row) for row in read("operators")]
        self.agreements = agreements()
        self.slices = [slice_(row) for row in read("slices")]
        self.nodes: list[Item] = []
        self.links: list[Item] = []
        self.add_network()
        self.sites = self.make_sites()
        self.policies = policies(sorted(self.footprint))

    def owner(self, city: str) -> str | None:
        """Return the operator of a city's node: the country's only one, or nobody."""
        operators = self.footprint.get(self.cities.country(city), [])
        return operators[0] if len(operators) == 1 else None

    def node(self, operator: str, city: str) -> str:
        """Return where an operator's equipment stands in a city."""
        return city if self.owner(city) == operator else f"{city}-{operator}"

    def add_network(self) -> None:
        """Fill in nodes and links: backbone, points of presence, access, corridors."""
        places = {row["city"]: row for row in read("sites")}
        pops = {self.node(row["operator"], row["city"]): row for row in read("sites")}
        for row in self.cities.rows.values():
            delay = {"core": 20, "metro": 30, "access": 50}[row["role"]]
            self.add_node(row["id"], row["id"], self.owner(row["id"]), delay)
        for pop, row in pops.items():
            if pop not in places:
                self.add_node(pop, row["city"], row["operator"], 20)
                self.link(
                    row["city"], pop, 10, operator=row["operator"], length_km=3 + self.rng.below(15)
                )
        for row in read("links"):
            self.add_backbone(row, {node["id"] for node in self.nodes})
        for row in self.cities.rows.values():
            if row["role"] != "core":
                self.add_access(row)
        self.add_corridors()
        self.nodes.sort(key=lambda node: node["id"])
        self.links.sort(key=lambda link: (link["source"], link["target"], link.get("slices", [])))

    def add_node(self, node: str, city: str, operator: str | None, delay: int) -> None:
        """Add a node at a city's coordinates; delay in thousandths of a millisecond."""
        lat, lon = self.cities.at[city]
        owned = {"operator": operator} if operator else {}
        self.nodes.append({"id": node, "country": self.cities.country(city), **owned,
                           "lat": amount(lat * 10), "lon": amount(lon * 10),
                           "processing_ms": amount(delay)})  # fmt: skip

    def link(self, source: str, target: str, jitter: int, **fields: Any) -> None:
        """Add a link; jitter in thousandths of a millisecond."""
        given = {name: value for name, value in fields.items() if value is not None}
        self.links.append({"source": source, "target": target, **given,
                           "jitter_ms": amount(jitter)})  # fmt: skip

    def add_backbone(self, row: dict[str, str], known: set[str]) -> None:
        """Add a link of the facts; an operator's own link joins its points of presence."""
        ends = [row["source"], row["target"]]
        if row["operator"]:
            pops = [self.node(row["operator"], city) for city in ends]
            ends = [pop if pop in known else city for pop, city in zip(pops, ends, strict=True)]
        source, target = ends
        jitter = 10 if row["kind"] == "express" else 20 + 10 * self.rng.below(6)
        self.link(
            source, target, jitter,
            latency_ms=amount(hundredths(row["latency_ms"]) * 10) if row["latency_ms"] else None,
            length_km=int(row["length_km"]) if row["length_km"] else None,
            slices=row["slices"].split() or None,
            operator=row["operator"] or None,
            bidirectional=False if row["kind"] == "sea-oneway" else None,
        )  # fmt: skip

    def add_access(self, row: dict[str, str]) -> None:
        """Hang a town on two cities: the nearest core cities of its country, or a neighbour."""
        city = row["id"]
        others = [other for other in self.cities.of(row["country"]) if other != city]
        core = [other for other in others if self.cities.rows[other]["role"] == "core"]
        uplinks = self.cities.nearest(city, core)[:2]
        if len(uplinks) < 2:
            rest = [other for other in others if other not in uplinks]
            uplinks += self.cities.nearest(city, rest)[:1]
        radio = row["role"] == "access" and self.rng.chance(RADIO_PERCENT) and len(uplinks) == 2
        for i, uplink in enumerate(uplinks):
            km = self.cities.km(city, uplink) + 1
            if city in RADIO_ONLY or (radio and i == 0):
                # Radio runs straight, at 3.34 µs per km, and adds 0.3 ms in its relays.
                self.link(
                    city,
                    uplink,
                    400,
                    operator=self.owner(city),
                    slices=[*OPEN, "1-000112"],
                    latency_ms=amount((km * 334 // 1000 + 30) * 10),
                )
                continue
            survey = self.rng.below(100)  # of a hundred: 15 measured, 15 surveyed, 70 by distance
            measured = amount((km * 13 * 49 // 1000 + 5) * 10) if survey < 15 else None
            surveyed = km * (125 + self.rng.below(35)) // 100 + 2 if 15 <= survey < 30 else None
            self.link(
                city,
                uplink,
                50 + 10 * self.rng.below(16),
                operator=self.owner(city),
                latency_ms=measured,
                length_km=surveyed,
            )

    def add_corridors(self) -> None:
        """Join the neighbours of a transport corridor by fibre along the road, for V2X alone."""
        known = {frozenset((link["source"], link["target"])) for link in self.links}
        for row in read("corridors"):
            stops = row["nodes"].split()
            for a, b in pairwise(stops):
                if frozenset((a, b)) not in known and self.cities.km(a, b) <= 350:
                    known.add(frozenset((a, b)))
                    self.link(a, b, 80, slices=["4", "4-00C1F5"])

    def make_sites(self) -> list[Item]:
        """Return the sites, sorted by id."""
        sites = []
        seen: set[tuple[str, str]] = set()
        for i, row in enumerate(read("sites")):
            self.rng = Rng(self.seed + 1 + i)  # a change of one site leaves the others alone
            country = self.cities.country(row["city"])
            first = (row["operator"], country) not in seen and row["tier"] != "edge"
            if first:
                seen.add((row["operator"], country))
            sites.append(self.make_site(row, country, first))
        return sorted(sites, key=lambda site: str(site["id"]))

    def make_site(self, row: dict[str, str], country: str, first: bool) -> Item:
        """Return one site; the first large one of an operator in a country is marked."""
        name, number = row["code"][:3], row["code"][3:] or "1"
        tier, operator = row["tier"], row["operator"]
        site_id = f"{operator}-{name}-{number}"
        size = TIERS[tier]
        scale = CAPACITY_PERCENT * COUNTRY_PERCENT.get(country, 100)
        cpu = size["cpu"] * scale // 40_000 * 4
        memory = size["memory"] * scale // 80_000 * 8
        gpu = size["gpu"] if tier != "metro" or self.rng.chance(METRO_GPU_PERCENT) else 0
        capacity: Item = {"cpu": cpu, "memory": f"{memory}Gi"}
        kind = "gpu-h100" if tier == "regional" else "gpu-l4"
        power, carbon = (int(self.level[country][f"{what}_level"]) for what in ("power", "carbon"))
        market = 90 + self.rng.below(31)  # per cent
        price: Item = {"cpu": amount((18 + 5 * power) * market // 100),
                       "memory": f"{amount((2 + power) * market // 100)}/Gi"}  # fmt: skip
        pollution: Item = {"cpu": amount(CARBON_PER_CPU[carbon])}
        features = ["arm64"] if self.rng.chance(30) else []
        if gpu:
            capacity["gpu"] = gpu
            price["gpu"] = amount(GPU_PRICE[kind] * market // 100)
            pollution["gpu"] = amount(CARBON_PER_CPU[carbon] * GPU_CARBON[kind])
            features.append(kind)
        if tier == "regional" or self.rng.chance(25):
            features.append("sgx")
        state = "down" if site_id in DOWN else "cordoned" if site_id in CORDONED else None
        site: Item = {
            "id": site_id, "node": self.node(operator, row["city"]), "operator": operator,
            "capacity": capacity, "slices": self.site_slices(row, first), "price": price,
            "open_cost": size["open_cost"], "carbon": pollution, "features": sorted(features),
            "certifications": self.certify(tier, country),
        }  # fmt: skip
        return site if state is None else {**site, "state": state}

    def site_slices(self, row: dict[str, str], first: bool) -> Item:
        """Return the slices that a site offers, with their bandwidth; `None` is unlimited."""
        rank = list(TIERS).index(row["tier"])
        offered = {"1", "3"}
        if rank < 2 or self.rng.chance(60):
            offered.add("2")
        if rank < 2 or self.rng.chance(60):
            offered.add("4")
        if first:
            offered.add("1-000112")
        allowed: Item = {s["id"]: s.get("operators", []) for s in self.slices}
        for special in ("2-0A1B2C", "4-00C1F5"):
            if row["operator"] in allowed[special] and (rank == 0 or self.rng.chance(60)):
                offered.add(special)
        return {s: width[rank] for s, width in BANDWIDTH.items()
                if s in offered and width[rank] != 0}  # fmt: skip

    def certify(self, tier: str, country: str) -> list[str]:
        """Return the certifications of a site."""
        held = ["ISO27001:2022"] if tier != "edge" or self.rng.chance(50) else []
        strong = tier == "regional" or (tier == "metro" and self.rng.chance(50))
        national = NATIONAL_CERTIFICATION if strong else LESSER_CERTIFICATION
        return [national[country], *held] if country in national else held
