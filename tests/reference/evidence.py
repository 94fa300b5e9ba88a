"""Random evidence and policies for random problems: what is known, unknown, or known until a day."""

COUNTRIES = ["FR", "DE", "US", "CH", "GB", "JP", "CA", "RE", "IT"]
GROUPS = ["EU", "EEA", "EFTA", "EU-ADEQUATE"]
DAYS = ["2012-04-30", "2012-05-01", "2020-01-31", "2020-02-01", "2021-06-28", "2030-01-01"]
SCOPES = ["US-DPF", "CA-PIPEDA", "US-PRIVACY-SHIELD"]
GROUNDS = ["EEA", "A45-3", "A46-2-c", "A49-1-a"]
CERTIFICATES = ["C5:type1", "C5:type2", "ENS:high", "SecNumCloud:3.2", "SEAL:3"]
OPERATOR_FACTS = [
    *("country", "laws", "owners", "parents", "scopes", "staff", "keys", "subprocessors", "grounds")
]
SITE_FACTS = [
    *(
        "backups",
        "certifications",
        "country",
        "storage",
        "staff",
        "keys",
        "subprocessors",
        "grounds",
    )
]
KEYS = ["customer", "operator", "acme gmbh"]


def with_evidence(document, rng):
    """Return a problem's document with evidence and with policies that ask for it."""
    draw = _Draw(rng)
    document = {**document, "sites": [draw.site(row) for row in document["sites"]]}
    named = [row["id"] for row in document.get("operators", ())] or ["dt", "orange", "tim"]
    known = {row["id"]: row for row in document.get("operators", ())}
    names = [*named, "fund", "state", "float"]
    rows = [known.get(name, {"id": name}) for name in names]
    document["operators"] = [draw.operator(row, names[i + 1 :]) for i, row in enumerate(rows)]
    policies = [draw.policy(row) for row in document.get("policies", ())]
    policies += [draw.policy({"id": f"q{i}"}) for i in range(2)]
    document["policies"] = policies
    ids = [row["id"] for row in policies]
    document["workloads"] = [
        {**row, "policy": rng.choice(ids)} if rng.random() < 0.7 else row
        for row in document["workloads"]
    ]
    return document


class _Draw:
    """Draws fields; each is left out now and then."""

    def __init__(self, rng):
        self.rng = rng

    def maybe(self, row, share, **fields):
        for name, made in fields.items():
            if self.rng.random() < share:
                row[name] = made()

    def some(self, items, share=0.4):
        return [item for item in items if self.rng.random() < share]

    def companies(self):
        names = self.some(["acme", "helpdesk"])
        return {name: self.rng.choice([*COUNTRIES, None]) for name in names}

    def until(self, facts):
        return {fact: self.rng.choice(DAYS) for fact in self.some(facts, 0.2)}

    def span(self):
        first, last = sorted(self.rng.sample(DAYS, 2))
        return self.rng.choice([f"{first}/{last}", f"../{last}", f"{first}/..", None])

    def shared(self):
        return {
            "staff": lambda: self.some(COUNTRIES, 0.25),
            "keys": lambda: self.some(KEYS),
            "subprocessors": self.companies,
            "grounds": lambda: self.some(GROUNDS),
        }

    def site(self, row):
        row = dict(row)
        self.maybe(row, 0.3, **self.shared())
        self.maybe(
            row,
            0.4,
            storage=lambda: self.some(COUNTRIES, 0.2),
            backups=lambda: self.some(COUNTRIES, 0.2),
            certificates=lambda: {name: self.span() for name in self.some(CERTIFICATES)},
            known_until=lambda: self.until(SITE_FACTS),
        )
        return row

    def operator(self, row, above):
        row = dict(row)
        self.maybe(row, 0.6, country=lambda: self.rng.choice(COUNTRIES))
        self.maybe(row, 0.5, **self.shared(), scopes=lambda: self.some(SCOPES))
        self.maybe(row, 0.7, owners=lambda: self.owners(above))
        self.maybe(row, 0.3, known_until=lambda: self.until(OPERATOR_FACTS))
        return row

    def owners(self, above):
        found, left = {}, 100
        for name in self.some(above, 0.5):
            part = self.rng.choice([None, 5, 10, 24, 25, 39, 50, 51, 100])
            if part is None or part <= left:
                found[name] = part and part / 100
                left -= part or 0
        return found

    def policy(self, row):
        row = dict(row)
        for name in ("at_rest", "processing", "access", "ownership", "backup"):
            if self.rng.random() < 0.35:
                row[name] = self.expression(2)
        if self.rng.random() < 0.3:
            row["in_transit"] = self.expression(2, nodes=True)
        return row

    def expression(self, depth, *, nodes=False):
        kind = self.rng.random()
        if depth == 0 or kind < 0.5:
            return self.test(nodes=nodes)
        if kind < 0.6:
            return f"not ({self.expression(depth - 1, nodes=nodes)})"
        parts = [f"({self.expression(depth - 1, nodes=nodes)})" for _ in range(2)]
        return self.rng.choice([" and ", " or "]).join(parts)

    def test(self, *, nodes):
        facts = ["country", "seat", "parents", "laws", "operator", "owners"]
        if not nodes:
            facts += ["staff", "keys", "subprocessors", "grounds", "storage", "backups"]
            facts += ["certifications"]
        fact = self.rng.choice(facts)
        if self.rng.random() < 0.15:
            return f"{fact} is {self.rng.choice(['known', 'unknown'])}"
        places = [braced(self.some([*GROUPS, *COUNTRIES], 0.3)), "EU", "EEA"]
        if fact == "owners":
            share = self.rng.choice(["24%", "0.39", "0", "0.5", "1"])
            return f"{self.rng.choice(['owner', 'owners'])} outside {self.rng.choice(places)} <= {share}"
        names = {
            "laws": ["US-CLOUD-ACT", "CN-NIL"],
            "operator": ["dt", "orange", "tim"],
            "keys": KEYS,
            "grounds": GROUNDS,
            "certifications": CERTIFICATES,
        }.get(fact, COUNTRIES)
        quoted = [f'"{name}"' if " " in name else name for name in names]
        values = braced(self.some(quoted))
        if fact == "certifications":
            return f"{fact} has {values}"
        verb = self.rng.choice(["in", "not in", "has"])
        if names is COUNTRIES and verb != "has":
            values = self.rng.choice(places)
        return f"{fact} {verb} {values}"


def braced(names):
    """Return names as a set in an expression."""
    return "{" + ", ".join(names) + "}"
