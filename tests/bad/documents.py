"""Documents that must be refused: what is wrong, where that is told, and with which words."""

import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from placement.model.assemble import TABLES
from placement.model.noun import REQUIRED
from placement.model.objective import OBJECTIVE
from tests.io.plans import plan_of


@dataclass(frozen=True)
class Case:
    """A document, a fault's place and a piece of its message, and whether a schema can refuse it too."""

    name: str
    document: Any
    place: str
    told: str
    shape: bool = True


BASE = {
    "format": "placement-problem/1",
    "at": "2026-11-24",
    "objective": {"latency": 1, "price": 1},
    "operators": [{"id": "dt", "country": "DE"}, {"id": "tim", "country": "IT"}],
    "agreements": [{"home": "dt", "host": "tim", "quota": {"cpu": 9}}],
    "nodes": [{"id": "m", "country": "DE", "lat": 50, "lon": 8}, {"id": "n"}],
    "links": [{"source": "m", "target": "n", "latency_ms": 2}],
    "slices": [{"id": "1"}, {"id": "2-00A1B2"}],
    "sites": [
        {"id": "s", "node": "m", "operator": "dt", "capacity": {"cpu": 4}, "slices": {"1": 5}},
        {"id": "t", "node": "n", "operator": "tim", "price": {"cpu": "0.005/m"}},
    ],
    "policies": [{"id": "p", "countries": ["EU"]}],
    "workloads": [
        {
            "id": "v",
            "operator": "dt",
            "demand": {"cpu": 1},
            "origins": [{"node": "n"}],
            "slice": "1",
        },
        {"id": "w", "policy": "p", "site": "s"},
    ],
    "pairs": [{"workload": "v", "site": "s", "cost": 1}],
}


def changed(base, changes):
    """Return a copy of a document with values replaced, by paths such as ``sites.0.node``."""
    document = copy.deepcopy(base)
    for path, value in changes.items():
        *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        inner = document
        for step in way:
            inner = inner[step]
        if isinstance(inner, list) and last == len(inner):
            inner.append(value)
        else:
            inner[last] = value
    return document


def bad(name, changes, place, told, shape=True):
    """Return a case: the good problem with something changed."""
    return Case(name, changed(BASE, changes), place, told, shape)


def wrong_types():
    """Yield a case for each field of each noun and each kind of junk."""
    for noun in (*TABLES.values(), OBJECTIVE):
        start = noun.name if noun is OBJECTIVE else f"{noun.name}[0]"
        path = noun.name if noun is OBJECTIVE else f"{noun.name}/0"
        for name, field in noun.fields.items():
            boolean = 1 if isinstance(field.default, bool) else True
            for kind, junk in (("a list in a list", [[1]]), ("a boolean", boolean)):
                inside = "[0]" if kind != "a boolean" and is_list(noun.name, name) else ""
                words = r"expected|is no|is not|unknown"
                case = bad(f"{start}.{name} is {kind}", {f"{path}/{name}": junk}, "", words)
                yield Case(case.name, case.document, f"{start}.{name}{inside}", words)
            if field.default is REQUIRED or name == "id":
                yield bad(
                    f"{start}.{name} is null",
                    {f"{path}/{name}": None},
                    f"{start}.{name}",
                    "is missing",
                )
        if noun is not OBJECTIVE:
            yield bad(
                f"{noun.name}: no list",
                {noun.name: {"id": "x"}},
                noun.name,
                "expected a list, got object",
            )
            yield bad(
                f"{noun.name}: a text", {noun.name: "x"}, noun.name, 'expected a list, got text "x"'
            )
            yield bad(
                f"{noun.name}: null in the list",
                {f"{path}": None},
                start,
                "expected an object, got",
            )
            yield bad(
                f"{noun.name}: unknown field",
                {f"{path}/colour": 1},
                f"{start}.colour",
                "unknown field",
            )


def is_list(noun, field):
    """Return whether a field is a set or a list: then the fault is at an item of it."""
    lists = {"parents", "laws", "operators", "features", "certifications", "countries", "transit"}
    lists |= {"seats", "excluded_laws", "origins", "allow", "deny", "staff", "keys", "grounds"}
    lists |= {"scopes", "storage", "backups"}
    return field in lists or (noun, field) in {
        ("links", "slices"),
        ("slices", "nodes"),
        ("agreements", "slices"),
        ("agreements", "policies"),
    }


CONTROL = "up\x1b[2Jdown"
PROBLEMS = [
    *wrong_types(),
    Case("no object", [], "", "expected an object, got list"),
    Case("nothing", None, "", "expected an object"),
    bad("format missing", {"format": None}, "format", 'is missing; expected "placement-problem/1"'),
    bad("format of tomorrow", {"format": "placement-problem/2"}, "format", '"placement-problem/2" is unknown'),
    bad("format of a plan", {"format": "placement-plan/1"}, "format", "is unknown; expected"),
    bad("unknown table", {"workload": []}, "workload", 'unknown field; did you mean "workloads"?'),
    bad("name: a number", {"name": 7}, "name", "expected text, got number 7"),
    bad("name: empty", {"name": ""}, "name", "is no name"),
    bad("at: another order", {"at": "24.11.2026"}, "at", '"24.11.2026" is no date; expected such as 2026-11-24'),
    bad("at: no such day", {"at": "2026-02-30"}, "at", "is no date", shape=False),
    bad("at: with a time", {"at": "2026-11-24T10:00:00Z"}, "at", "is no date"),
    bad("at: a number", {"at": 20261124}, "at", "is no date"),
    bad("objective: a list", {"objective": []}, "objective", "expected an object, got list"),
    bad("objective: negative", {"objective/price": -1}, "objective.price", "-1 is negative"),
    bad("objective: unknown field", {"objective/latancy": 1}, "objective.latancy", 'did you mean "latency"'),
    bad("objective: too heavy", {"objective/latency": 1e30}, "objective", r"above 2\*\*62", shape=False),
    bad("operator twice", {"operators/1/id": "dt"}, "operators[1].id", r'"dt" is already the id of operators\[0\]', shape=False),
    bad("operator: no country", {"operators/0/country": "XX"}, "operators[0].country", '"XX" is no country'),
    bad("operator: small letters", {"operators/0/country": "de"}, "operators[0].country", 'did you mean "DE"'),
    bad("operator: a group", {"operators/0/country": "EU"}, "operators[0].country", "that is a group"),
    bad("parents: one of them", {"operators/0/parents": ["DE", "ZZ"]}, "operators[0].parents[1]", '"ZZ" is no country'),
    bad("owners: unknown operator", {"operators/0/owners": {"fund": 0.5}}, "operators[0].owners.fund", '"fund" is not one of the operators', shape=False),
    bad("owners: more than the whole", {"operators/0/owners": {"tim": 1.01}}, "operators[0].owners.tim", "1.01 is no share"),
    bad("owners: nothing of it", {"operators/0/owners": {"tim": 0}}, "operators[0].owners.tim", "0 is not positive"),
    bad("owners: more together than the whole", {"operators/1": {"id": "tim", "owners": {"dt": 0.6, "fund": 0.5}}, "operators/2": {"id": "fund"}}, "operators[1].owners", "the shares add up to 1.1; expected at most 1", shape=False),
    bad("owners: itself", {"operators/0/owners": {"dt": 1}}, "operators[0].owners", '"dt" is owned by "dt": a company does not own itself', shape=False),
    bad("owners: in a circle", {"operators/0/owners": {"tim": 1}, "operators/1": {"id": "tim", "owners": {"dt": 0.3}}}, "operators[0].owners", '"dt" is owned by "tim" is owned by "dt"', shape=False),
    bad("subprocessors: a group", {"operators/0/subprocessors": {"acme": "EU"}}, "operators[0].subprocessors.acme", "that is a group"),
    bad("known until: no fact", {"operators/0/known_until": {"staf": "2026-01-01"}}, "operators[0].known_until.staf", 'is no fact that may be known until a day; did you mean "staff"'),
    bad("known until: no date", {"sites/0/known_until": {"staff": "soon"}}, "sites[0].known_until.staff", '"soon" is no date'),
    bad("certificates: dates in the wrong order", {"sites/0/certificates": {"C5:type1": "2027-01-01/2026-01-01"}}, "sites[0].certificates.C5:type1", "from 2027-01-01 is after until 2026-01-01", shape=False),
    bad("certificates: one date", {"sites/0/certificates": {"C5:type1": "2027-01-01"}}, "sites[0].certificates.C5:type1", "expected two dates such as"),
    bad("certificates: no level", {"sites/0/certificates": {"C5": None}}, "sites[0].certificates.C5", "is no certification"),
    bad("backups: a group", {"sites/0/backups": ["EU"]}, "sites[0].backups[0]", "that is a group"),
    bad("until: before the day", {"at": "2026-11-24", "until": "2026-11-23"}, "until", "2026-11-23 is before 2026-11-24", shape=False),
    bad("law: junk", {"law": []}, "law", "expected an object"),
    bad("expression: no fact", {"policies/0/at_rest": "cuntry in EU"}, "policies[0].at_rest", 'column 1: "cuntry": is no fact; did you mean "country"?', shape=False),
    bad("expression: no group", {"policies/0/access": "staff in EUU"}, "policies[0].access", 'column 10: "EUU" is neither a country', shape=False),
    bad("expression: half of one", {"policies/0/backup": "backups in"}, "policies[0].backup", "column 11: the end: expected a name", shape=False),
    bad("expression: nodes have no staff", {"policies/0/in_transit": "staff in EU"}, "policies[0].in_transit", "is a fact of sites; of nodes there are", shape=False),
    bad("expression: a share above the whole", {"policies/0/ownership": "owners outside EU <= 240%"}, "policies[0].ownership", "expected a share from 0 to 1", shape=False),
    bad("expression: too deep", {"policies/0/ownership": "not " * 1000 + "seat in EU"}, "policies[0].ownership", "nested deeper than 32", shape=False),
    bad("expression: a number", {"policies/0/processing": 7}, "policies[0].processing", "expected text"),
    bad("laws: null in the list", {"operators/0/laws": [None]}, "operators[0].laws[0]", "expected text"),
    bad("agreement with oneself", {"agreements/0/host": "dt"}, "agreements[0]", "needs no agreement with itself", shape=False),
    bad("agreement: stranger", {"agreements/0/host": "tin"}, "agreements[0].host", '"tin" is not one of the operators; did you mean "tim"', shape=False),
    bad("agreements overlap", {"agreements/1": {"home": "dt", "host": "tim"}}, "agreements[1]", r"overlaps in time with agreements\[0\]", shape=False),
    bad(
        "agreements share a day",
        {
            "agreements/0/valid_until": "2026-06-30",
            "agreements/1": {"home": "dt", "host": "tim", "valid_from": "2026-06-30"},
        },
        "agreements[1]",
        "overlaps in time",
        shape=False,
    ),
    bad("agreement ends before it begins", {"agreements/0/valid_from": "2026-02-01", "agreements/0/valid_until": "2026-01-01"}, "agreements[0]", "is after valid_until", shape=False),
    bad("quota: negative", {"agreements/0/quota/cpu": -1}, "agreements[0].quota.cpu", "-1 is negative; expected an amount ≥ 0"),
    bad("quota: no resource", {"agreements/0/quota": {"": 1}}, "agreements[0].quota", "is no name of a resource"),
    bad("price factor: negative", {"agreements/0/price_factor": -0.5}, "agreements[0].price_factor", "-0.5 is negative"),
    bad("node twice", {"nodes/1/id": "m"}, "nodes[1].id", "is already the id", shape=False),
    bad("node: empty id", {"nodes/0/id": ""}, "nodes[0].id", "is no name"),
    bad("node: spaces around", {"nodes/0/id": " m"}, "nodes[0].id", "without spaces around"),
    bad("node: control characters", {"nodes/0/id": CONTROL}, "nodes[0].id", r"up\\x1b\[2Jdown"),
    bad("node: line break", {"nodes/0/id": "a\nb"}, "nodes[0].id", r'"a\\nb" is no name'),
    bad("node: half a character", {"nodes/0/id": "a\ud800"}, "nodes[0].id", r"a\\ud800", shape=False),
    bad("node: very long id", {"nodes/0/id": "x" * 1001}, "nodes[0].id", "at most 1000 printable"),
    bad("latitude beyond the pole", {"nodes/0/lat": 90.5}, "nodes[0].lat", "90.5 is out of range; expected -90 to 90"),
    bad("longitude around the globe", {"nodes/0/lon": -181}, "nodes[0].lon", "-181 is out of range; expected -180 to 180"),
    bad("latitude: a text", {"nodes/0/lat": "50N"}, "nodes[0].lat", '"50N" is not a number'),
    bad("processing: negative", {"nodes/0/processing_ms": -1}, "nodes[0].processing_ms", "-1 is negative"),
    bad("processing: three seconds", {"nodes/0/processing_ms": 3000}, "nodes[0].processing_ms", "longer than 2.1 s"),
    bad("quota of a country: no country", {"agreements/0/country_quota": {"XX/cpu": 1}}, "agreements[0].country_quota.XX/cpu", '"XX" is no country'),
    bad("quota of a country: no resource", {"agreements/0/country_quota": {"FR": 1}}, "agreements[0].country_quota.FR", 'is no country and resource; expected such as "FR/cpu"'),
    bad("quota of a country: negative", {"agreements/0/country_quota": {"FR/cpu": -1}}, "agreements[0].country_quota.FR/cpu", "-1 is negative"),
    bad("quota of a country: twice", {"agreements/0/country_quota": {"GR/cpu": 1, "EL/cpu": 2}}, "agreements[0].country_quota.EL/cpu", '"EL/cpu" is there twice', shape=False),
    bad("quota of a country: beyond", {"agreements/0/country_quota": {"FR/cpu": 2**62, "DE/cpu": "1m"}}, "agreements[0].country_quota", r"above 2\*\*62 in units of 1e-3", shape=False),
    bad("agreement: unknown slice", {"agreements/0/slices": ["7"]}, "agreements[0].slices", '"7" is not one of the slices', shape=False),
    bad("agreement: unknown policy", {"agreements/0/policies": ["q"]}, "agreements[0].policies", '"q" is not one of the policies', shape=False),
    bad("link to itself", {"links/0/target": "m"}, "links[0]", 'leads from "m" to itself', shape=False),
    bad("link to nowhere", {"links/0/target": "o"}, "links[0].target", '"o" is not one of the nodes', shape=False),
    bad("link without latency or coordinates", {"links/0/latency_ms": None}, "links[0]", '"n" has no coordinates; expected one of them', shape=False),
    bad("link: negative", {"links/0/latency_ms": -0.1}, "links[0].latency_ms", "-0.1 is negative"),
    bad("link: slower than allowed", {"links/0/latency_ms": 2100.1}, "links[0].latency_ms", "longer than 2.1 s; expected at most 2100"),
    bad("link: a unit", {"links/0/latency_ms": "4.6ms"}, "links[0].latency_ms", '"4.6ms" is not a number'),
    bad("link: to the moon", {"links/0/length_km": 428572}, "links[0].length_km", "takes longer than 2.1 s"),
    bad("link: no name of a group", {"links/0/jitter_group": 7}, "links[0].jitter_group", "expected text, got number 7"),
    bad("link: unknown slice", {"links/0/slices": ["3"]}, "links[0].slices", '"3" is not one of the slices', shape=False),
    bad("link: bad slice", {"links/0/slices": ["1", "one"]}, "links[0].slices[1]", "expected an S-NSSAI"),
    bad("link: direction as a text", {"links/0/bidirectional": "yes"}, "links[0].bidirectional", 'expected true or false, got text "yes"'),
    bad("slice: above 255", {"slices/0/id": "256"}, "slices[0].id", '"256" is no slice; expected an S-NSSAI'),
    bad("slice: leading zero", {"slices/0/id": "01"}, "slices[0].id", "is no slice"),
    bad("slice: five digits", {"slices/0/id": "1-00A1B"}, "slices[0].id", "is no slice"),
    bad("slice: no hexadecimal", {"slices/0/id": "1-00A1BG"}, "slices[0].id", "is no slice"),
    bad("slice: a number", {"slices/0/id": 1}, "slices[0].id", "1 is no slice"),
    bad("slice twice, small and capital", {"slices/2": {"id": "2-00a1b2"}}, "slices[2].id", "is already the id", shape=False),
    bad("slice twice, once without a differentiator", {"slices/0/id": "2", "slices/1/id": "2-FFFFFF"}, "slices[1].id", "is already the id", shape=False),
    bad("slice: ends before it begins", {"slices/0/valid_from": "2026-02-01", "slices/0/valid_until": "2026-01-31"}, "slices[0]", "valid_from 2026-02-01 is after valid_until 2026-01-31", shape=False),
    bad("slice: half a device", {"slices/0/max_devices": 0.5}, "slices[0].max_devices", "0.5 is no count; expected an integer ≥ 0"),
    bad("slice: less than none", {"slices/0/max_devices": -1}, "slices[0].max_devices", "-1 is no count"),
    bad("slice: bandwidth negative", {"slices/0/bandwidth": "-1G"}, "slices[0].bandwidth", "is negative"),
    bad("slice: bandwidth beyond", {"slices/0/bandwidth": 2**62, "workloads/0/bandwidth": "1m"}, "slices[0].bandwidth", r"above 2\*\*62 in units of 1e-3", shape=False),
    bad("slice: no country", {"slices/0/countries": ["EU", "XX"]}, "slices[0].countries[1]", '"XX" is no country'),
    bad("slice: unknown node", {"slices/0/nodes": ["m", "o"]}, "slices[0].nodes", '"o" is not one of the nodes', shape=False),
    bad("slice: isolated in words", {"slices/0/isolated": "physical"}, "slices[0].isolated", "expected true or false"),
    bad("devices without a slice", {"workloads/1/devices": 1}, "workloads[1].devices", "needs a slice; name one, or leave the devices out", shape=False),
    bad("devices: a part of one", {"workloads/0/devices": "500m"}, "workloads[0].devices", "is not a number"),
    bad("5QI: an operator's own", {"workloads/0/five_qi": 130}, "workloads[0].five_qi", "130 is no standardised 5QI; expected one of 1, 2, 3"),
    bad("5QI: void", {"workloads/0/five_qi": 75}, "workloads[0].five_qi", "75 is no standardised 5QI"),
    bad("slice of a stranger", {"slices/0/operators": ["kpn"]}, "slices[0].operators", '"kpn" is not one of the operators', shape=False),
    bad("site twice", {"sites/1/id": "s"}, "sites[1].id", "is already the id", shape=False),
    bad("site nowhere", {"sites/0/node": "mm"}, "sites[0].node", '"mm" is not one of the nodes', shape=False),
    bad("site of a stranger", {"sites/0/operator": "DT"}, "sites[0].operator", 'did you mean "dt"', shape=False),
    bad("capacity: negative", {"sites/0/capacity/cpu": "-4Gi"}, "sites[0].capacity.cpu", '"-4Gi" is negative; expected an amount ≥ 0'),
    bad("capacity: wrong unit", {"sites/0/capacity/cpu": "4GB"}, "sites[0].capacity.cpu", '"4GB" is not a quantity; expected such as 8'),
    bad("capacity: a space", {"sites/0/capacity/cpu": "4 Gi"}, "sites[0].capacity.cpu", "is not a quantity"),
    bad("capacity: empty", {"sites/0/capacity/cpu": ""}, "sites[0].capacity.cpu", '"" is not a quantity'),
    bad("capacity: a list", {"sites/0/capacity/cpu": [4]}, "sites[0].capacity.cpu", r"\[4\] is not a number"),
    bad("capacity: enormous", {"sites/0/capacity/cpu": 10**39}, "sites[0].capacity.cpu", r"above 2\*\*62.*use a coarser unit", shape=False),
    bad("capacity: 41 digits", {"sites/0/capacity/cpu": 10**41}, "sites[0].capacity.cpu", "40 digits"),
    bad("capacity: an exponent out of this world", {"sites/0/capacity/cpu": "1e999999999"}, "sites[0].capacity.cpu", "is out of range", shape=False),
    bad("capacity: too fine", {"sites/0/capacity/cpu": "1e-101"}, "sites[0].capacity.cpu", "is out of range", shape=False),
    bad("capacity: fine beside large", {"sites/0/capacity/cpu": 2**40, "sites/1/capacity": {"cpu": "1n"}}, "sites[0].capacity.cpu", "in units of 1e-9, the smallest in use", shape=False),
    bad("site: slice unknown", {"sites/0/slices": {"9": 1}}, "sites[0].slices.9", "is not one of the slices", shape=False),
    bad("site: slice of no form", {"sites/0/slices": {"gold": 1}}, "sites[0].slices.gold", "is no slice"),
    bad("site: slice twice", {"sites/0/slices": {"2-00A1B2": 1, "2-00a1b2": 2}}, "sites[0].slices.2-00a1b2", "is there twice", shape=False),
    bad("site: bandwidth negative", {"sites/0/slices": {"1": -1}}, "sites[0].slices.1", "-1 is negative"),
    bad("price: negative", {"sites/0/price": {"cpu": -1}}, "sites[0].price.cpu", "-1 is negative; expected a price"),
    bad("price: wrong unit", {"sites/0/price": {"cpu": "1/Zi"}}, "sites[0].price.cpu", 'has no unit "Zi"'),
    bad("price: no number", {"sites/0/price": {"cpu": "cheap"}}, "sites[0].price.cpu", '"cheap" is not a price'),
    bad("price: no unit", {"sites/0/price": {"cpu": "1/"}}, "sites[0].price.cpu", "is not a price"),
    bad("opening: negative", {"sites/0/open_cost": -1}, "sites[0].open_cost", "-1 is negative"),
    bad("features: null in the list", {"sites/0/features": ["gpu", None]}, "sites[0].features[1]", "expected text"),
    bad("features: an object", {"sites/0/features": {"gpu": True}}, "sites[0].features", "expected a list, got object"),
    bad("certification without a level", {"sites/0/certifications": ["C5"]}, "sites[0].certifications[0]", "expected scheme:level"),
    bad("state: unheard of", {"sites/0/state": "closed"}, "sites[0].state", '"closed" is unknown; expected one of open, cordoned, down'),
    bad("policy twice", {"policies/1": {"id": "p"}}, "policies[1].id", "is already the id", shape=False),
    bad("policy without an id", {"policies/1": {"seats": ["FR"]}}, "policies[1].id", "is missing"),
    bad("policy: no country", {"policies/0/countries": ["EU", "EUR"]}, "policies[0].countries[1]", '"EUR" is neither a country nor one of EEA, EFTA, EU'),
    bad("policy: small group", {"policies/0/transit": ["eu"]}, "policies[0].transit[0]", "that is a group of countries"),
    bad("workload twice", {"workloads/1/id": "v"}, "workloads[1].id", "is already the id", shape=False),
    bad("demand: not a number", {"workloads/0/demand/cpu": float("nan")}, "workloads[0].demand.cpu", "(?i)nan is not a finite number", shape=False),
    bad("demand: infinite", {"workloads/0/demand/cpu": float("inf")}, "workloads[0].demand.cpu", "(?i)inf(inity)? is not a finite number", shape=True),
    bad("demand: a sum of texts", {"workloads/0/demand/cpu": "1+1"}, "workloads[0].demand.cpu", "is not a quantity"),
    bad("demand: not from here", {"workloads/0/demand/cpu": "١"}, "workloads[0].demand.cpu", "is not a quantity"),
    bad("demand: resource of spaces", {"workloads/0/demand": {"  ": 1}}, "workloads[0].demand", "is no name of a resource"),
    bad("origin unknown", {"workloads/0/origins": ["nn"]}, "workloads[0].origins", '"nn" is not one of the nodes', shape=False),
    bad("origins: none of them", {"workloads/0/origins": []}, "workloads[0].origins", "the list is empty; leave it out"),
    bad("origins: one twice", {"workloads/0/origins": ["m", "n", "m"]}, "workloads[0].origins[2].node", '"m" is there twice', shape=False),
    bad("origins: no weight", {"workloads/0/origins": [{"node": "n", "weight": 0}]}, "workloads[0].origins[0].weight", "0 is not positive"),
    bad("origins: negative weight", {"workloads/0/origins": [{"node": "n", "weight": -1}]}, "workloads[0].origins[0].weight", "-1 is negative"),
    bad("origins: no node", {"workloads/0/origins": [{"weight": 1}]}, "workloads[0].origins[0].node", "is missing; expected the id of a node"),
    bad("origins: unknown field", {"workloads/0/origins": [{"node": "n", "share": 1}]}, "workloads[0].origins[0].share", "expected node and weight"),
    bad("origins: null in the list", {"workloads/0/origins": ["n", None]}, "workloads[0].origins[1]", "expected a node or an object"),
    bad("limit: negative", {"workloads/0/max_rtt_ms": -1}, "workloads[0].max_rtt_ms", "-1 is negative"),
    bad("limit: more digits than a double", {"workloads/0/max_rtt_ms": Decimal("0.123456789012345678")}, "workloads[0].max_rtt_ms", "more than 17 digits", shape=False),
    bad("percentile: of a hundred", {"workloads/0/percentile": 99}, "workloads[0].percentile", "99 is no percentile; expected 0.5 ≤ p < 1, such as 0.99"),
    bad("percentile: below half", {"workloads/0/percentile": 0.49}, "workloads[0].percentile", "0.49 is no percentile"),
    bad("percentile: always", {"workloads/0/percentile": 1}, "workloads[0].percentile", "1 is no percentile"),
    bad("guarantee: unknown", {"workloads/0/percentile": 0.9, "workloads/0/guarantee": "sure"}, "workloads[0].guarantee", '"sure" is unknown; expected one of normal, any'),
    bad("guarantee of a mean", {"workloads/0/guarantee": "any"}, "workloads[0].guarantee", "needs a percentile; name one, or leave the guarantee out", shape=False),
    bad("bandwidth without a slice", {"workloads/1/bandwidth": 1}, "workloads[1].bandwidth", "needs a slice", shape=False),
    bad("bandwidth: wrong unit", {"workloads/0/bandwidth": "10Mbit"}, "workloads[0].bandwidth", "is not a quantity"),
    bad("slice that nobody has", {"workloads/0/slice": "7"}, "workloads[0].slice", '"7" is not one of the slices', shape=False),
    bad("policy unknown", {"workloads/1/policy": "q"}, "workloads[1].policy", '"q" is not one of the policies', shape=False),
    bad("policy in line: no country", {"workloads/1/policy": {"countries": ["Q"]}}, "workloads[1].policy.countries[0]", '"Q" is no country'),
    bad("policy in line: unknown field", {"workloads/1/policy": {"country": ["FR"]}}, "workloads[1].policy.country", 'did you mean "countries"'),
    bad("policy in line: another of that name", {"workloads/1/policy": {"id": "p"}}, "workloads[1].policy.id", "is already the id of policies", shape=False),
    bad("allow: unknown", {"workloads/0/allow": ["s", "S1"]}, "workloads[0].allow", '"S1" is not one of the sites', shape=False),
    bad("deny: unknown", {"workloads/0/deny": "u"}, "workloads[0].deny", '"u" is not one of the sites', shape=False),
    bad("priority: 0", {"workloads/0/priority": 0}, "workloads[0].priority", "0 is no priority; expected an integer ≥ 1"),
    bad("priority: a half", {"workloads/0/priority": 1.5}, "workloads[0].priority", "1.5 is no priority"),
    bad("priority: beyond", {"workloads/0/priority": 2**62 + 1}, "workloads[0].priority", "is no priority"),
    bad("priorities: too much together", {"workloads/0/priority": 2**62, "workloads/1/priority": 2}, "workloads", r"add up to \d+, above 2\*\*62; lower them", shape=False),
    bad("current site unknown", {"workloads/1/site": "x"}, "workloads[1].site", '"x" is not one of the sites', shape=False),
    bad("pinned: a text", {"workloads/1/pinned": "true"}, "workloads[1].pinned", 'expected true or false, got text "true"'),
    bad("moving: negative", {"workloads/1/move_cost": -2}, "workloads[1].move_cost", "-2 is negative"),
    bad("moving: dearer than all", {"workloads/1/move_cost": 1e13, "objective/moves": 1}, "objective", r"above 2\*\*62 micro-units", shape=False),
    bad("pair twice", {"pairs/1": {"workload": "v", "site": "s"}}, "pairs[1]", r"same workload and site as pairs\[0\]", shape=False),
    bad("pair: unknown workload", {"pairs/0/workload": "vv"}, "pairs[0].workload", '"vv" is not one of the workloads', shape=False),
    bad("pair: unknown site", {"pairs/0/site": "ss"}, "pairs[0].site", '"ss" is not one of the sites', shape=False),
    bad("pair: cheaper than free", {"pairs/0/cost": -1}, "pairs[0].cost", "-1 is negative"),
    bad("pair: demand negative", {"pairs/0/demand": {"cpu": -1}}, "pairs[0].demand.cpu", "-1 is negative"),
    bad("field with a control character", {f"sites/0/{CONTROL}": 1}, r"sites[0].up\x1b[2Jdown", "unknown field"),
    bad("a mapping of everything", {"nodes": {"m": {}, "n": {}}}, "nodes", "expected a list, got object"),
]  # fmt: skip

PLAN = plan_of(2).to_dict()


def wrong(name, changes, place, told, shape=True):
    """Return a case: the good plan with something changed."""
    return Case(name, changed(PLAN, changes), place, told, shape)


COST = "certificate/cost"
PLANS = [
    Case("plan: a list", [], "", "expected an object, got list"),
    wrong("plan: no format", {"format": None}, "format", "is missing"),
    wrong("plan: a problem", {"format": "placement-problem/1"}, "format", 'expected "placement-plan/1"'),
    wrong("plan: unknown field", {"assignment": []}, "assignment", 'did you mean "assignments"'),
    wrong("plan: no digest", {"problem": None}, "problem", "is missing"),
    wrong("plan: status unheard of", {"status": "PERFECT"}, "status", "expected one of OPTIMAL, FEASIBLE"),
    wrong("plan: status without a plan", {"status": "UNKNOWN"}, "status", "is unknown; expected one of"),
    wrong("plan: limit unheard of", {"limit": "memory"}, "limit", "expected one of time, work, gap, cancel"),
    wrong("plan: objective missing", {"objective": None}, "objective", "is missing"),
    wrong("plan: objective a number", {"objective": 3}, "objective", "expected an object, got number 3"),
    wrong("plan: cost a text", {"objective/cost": "1.5"}, "objective.cost", '"1.5" is not a number'),
    wrong("plan: seven places", {"objective/cost": 1e-7}, "objective.cost", "more than six places", shape=False),
    wrong("plan: cost infinite", {"bound/cost": float("inf")}, "bound.cost", "not a finite number", shape=False),
    wrong("plan: half unplaced", {"objective/unplaced": 0.5}, "objective.unplaced", "0.5 is not an integer"),
    wrong("plan: proof by trust", {"bound/proof": "trust"}, "bound.proof", "expected one of prices, search"),
    wrong("plan: no proof", {"bound/proof": None}, "bound.proof", "is missing"),
    wrong("plan: no certificate", {"certificate": None}, "certificate", "is missing"),
    wrong("plan: half a certificate", {COST: None}, "certificate.cost", "is missing"),
    wrong("plan: shift negative", {f"{COST}/shift": -1}, "certificate.cost.shift", "expected 0 to 4096"),
    wrong("plan: shift beyond", {f"{COST}/shift": 10**6}, "certificate.cost.shift", "out of range"),
    wrong("plan: prices no list", {f"{COST}/prices": {}}, "certificate.cost.prices", "expected a list, got object"),
    wrong("plan: price without a unit", {f"{COST}/prices": [{"site": "s", "price": 1}]}, "certificate.cost.prices[0].unit", "is missing"),
    wrong("plan: price of half", {f"{COST}/prices": [{"price": 0.5, "unit": 1}]}, "certificate.cost.prices[0].price", "0.5 is not an integer"),
    wrong("plan: price of 41 digits", {f"{COST}/mu": 10**41}, "certificate.cost.mu", "40 digits", shape=False),
    wrong("plan: unit without sense", {f"{COST}/prices": [{"price": 1, "unit": "1GB"}]}, "certificate.cost.prices[0].unit", "is not a quantity"),
    wrong("plan: cover of no one", {f"{COST}/covers": [{"site": "s", "limit": 1, "price": 1}]}, "certificate.cost.covers[0].workloads", "is missing"),
    wrong("plan: cover with a number", {f"{COST}/covers": [{"site": "s", "workloads": ["w", 1], "limit": 1, "price": 1}]}, "certificate.cost.covers[0].workloads[1]", "expected text, got number 1"),
    wrong("plan: assignments missing", {"assignments": None}, "assignments", "is missing"),
    wrong("plan: assignments an object", {"assignments": {"w": "s"}}, "assignments", "expected a list, got object"),
    wrong("plan: no site", {"assignments/0/site": None}, "assignments[0].site", "is missing"),
    wrong("plan: site a number", {"assignments/0/site": 3}, "assignments[0].site", "expected text, got number 3"),
    wrong("plan: seven places of a latency", {"assignments/0/rtt_ms": 2.0000005}, "assignments[0].rtt_ms", "milliseconds with six places", shape=False),
    wrong("plan: latency negative", {"assignments/0/rtt_ms": -1}, "assignments[0].rtt_ms", "is no round-trip time"),
    wrong("plan: unknown field of a row", {"assignments/0/cost": 1}, "assignments[0].cost", "unknown field"),
    wrong("plan: reason unheard of", {"unplaced": [{"workload": "x", "reasons": {"full": 1}}]}, "unplaced[0].reasons.full", "is unknown; expected one of"),
    wrong("plan: reason of no site", {"unplaced": [{"workload": "x", "reasons": {"state": 0}}]}, "unplaced[0].reasons.state", "expected an integer ≥ 1"),
    wrong("plan: move to nowhere", {"moves": [{"workload": "x", "source": "s"}]}, "moves[0].target", "is missing"),
    wrong("plan: solver without a version", {"solver/version": None}, "solver.version", "is missing"),
    wrong("plan: work negative", {"solver/work": -1}, "solver.work", "-1 is negative"),
]  # fmt: skip
