"""Federations and decisions in which a rule of the law is broken, by rule."""

from tests.verify.federation import PROBLEM, SLICE, rows
from tests.verify.planted import agreements, decision, law, operators, sites, under, workloads

ROWS = {
    "capacity over by a thousandth": law(
        "capacity", "0.001 too much", **sites(fra_1={"capacity": {"cpu": 5.999, "memory": "4Gi"}})
    ),
    "memory over by one byte": law(
        "capacity",
        ": 1 too much",
        **sites(fra_1={"capacity": {"cpu": 12, "memory": 2**32}}),
        **workloads(cctv={"demand": {"cpu": 1, "memory": 1}}),
    ),
    "capacity over by a pair's own demand": law(
        "capacity",
        "13 in use, 12 there",
        pairs=[{"workload": "cctv", "site": "fra-1", "demand": {"cpu": 8}}],
    ),
    "bandwidth over by one": law(
        "bandwidth",
        "60 in use, 59.999 there",
        **sites(mil_1={"slices": {SLICE: 59.999}}),
        **workloads(tele={"bandwidth": 30}, batch={"slice": SLICE, "bandwidth": 30}),
    ),
    "quota of a country over by a thousandth": law(
        "quota",
        "2 in use, 1.999 there",
        **workloads(robot={"demand": {"cpu": 1}}, cctv={"operator": "orange"}),
        **agreements(country_quota={"DE/cpu": 1.999, "FR/cpu": 0}),
    ),
    "bandwidth of a slice over by one": law(
        "bandwidth",
        "61 in use, 60 there",
        slices=[{"id": "1"}, {"id": SLICE, "access_ms": 0.5, "bandwidth": 60}],
        **workloads(batch={"slice": SLICE, "bandwidth": 1}),
    ),
    "devices of a slice over by one": law(
        "quota",
        "8 in use, 7 there",
        slices=[{"id": "1"}, {"id": SLICE, "access_ms": 0.5, "max_devices": 7}],
        **workloads(tele={"devices": 7}, batch={"slice": SLICE, "devices": 1}),
    ),
    "quota over by one": law(
        "quota",
        "2 in use, 1 there",
        **workloads(robot={"demand": {"cpu": 1}}, cctv={"operator": "orange"}),
        **agreements(quota={"cpu": 1}),
    ),
}

PAIRS = {
    "new on a cordoned site": decision("state", "is cordoned", batch="lon-1"),
    "on a site that is down": decision("state", "is down", batch="par-2"),
    "its own site is down": law("state", "is down", **sites(lon_1={"state": "down"})),
    "pinned elsewhere": decision("pinned", '"lon-1", to which', stay="mil-1"),
    "pinned to nowhere": law("pinned", "pinned", **workloads(batch={"pinned": True})),
    "not in allow": law("allow_deny", "allow par-1", **workloads(batch={"allow": ["par-1"]})),
    "in deny": law("allow_deny", "deny mil-1", **workloads(batch={"deny": ["mil-1"]})),
    "allowed nowhere": law("allow_deny", "allow none", **workloads(batch={"allow": []})),
    "a feature short": law("features", "sgx", **workloads(robot={"features": ["gpu", "sgx"]})),
    "slice not offered": law(
        "slice", "offers the slices 1", **sites(mil_1={"slices": {"1": None}})
    ),
    "slice of other operators": law(
        "slice",
        "spans orange",
        slices=[{"id": "1"}, {"id": SLICE, "operators": ["orange"], "access_ms": 0.5}],
    ),
    "slice of known operators, site of an unknown one": law(
        "slice", "spans", **sites(mil_1={"operator": None}), **workloads(tele={"operator": None})
    ),
    "slice outside its area": law(
        "slice",
        "for devices at nodes milan, countries any: not for this workload",
        slices=[{"id": "1"}, {"id": SLICE, "access_ms": 0.5, "nodes": ["milan"]}],
    ),
    "slice in other countries": law(
        "slice",
        "countries FR: not for",
        slices=[{"id": "1"}, {"id": SLICE, "access_ms": 0.5, "countries": ["FR"]}],
    ),
    "slice that is over": law(
        "slice",
        "from … to 2026-11-23",
        slices=[{"id": "1"}, {"id": SLICE, "access_ms": 0.5, "valid_until": "2026-11-23"}],
    ),
    "slice that is isolated from a link": law(
        "unreachable",
        "has no path",
        slices=[{"id": "1"}, {"id": SLICE, "access_ms": 0.5, "isolated": True}],
    ),
    "agreement missing": law("agreement", "they have none", **agreements()),
    "agreement expired yesterday": law(
        "agreement", "to 2026-11-23", **agreements(valid_until="2026-11-23", price_factor=1.5)
    ),
    "agreement not begun": law(
        "agreement", "2026-11-25 to", **agreements(valid_from="2026-11-25", price_factor=1.5)
    ),
    "agreement for another slice": law(
        "agreement",
        "covers slices 1 and policies any: not this workload on slice none",
        **agreements(slices=["1"]),
    ),
    "agreement for another policy": law(
        "agreement", "policies inland: not this workload", **agreements(policies=["inland"])
    ),
    "agreement for nobody": law("agreement", "covers slices none", **agreements(slices=[])),
    "agreement by country, site of an unknown one": law(
        "agreement",
        "in no known country is hosted by dt",
        nodes=[{"id": "frankfurt"}, *PROBLEM["nodes"][1:]],
        **agreements(country_quota={"FR/cpu": 1}),
    ),
    "agreement the other way round": law(
        "agreement",
        "without an agreement",
        agreements=[{"home": "dt", "host": "orange"}, {"home": "orange", "host": "tim"}],
    ),
    "host unknown where an agreement is needed": law(
        "agreement", "hosted by None", **sites(fra_1={"operator": None})
    ),
    "country outside the policy": law(
        "country", "is in IT", **workloads(batch={"policy": "inland"})
    ),
    "country unknown": law(
        "country",
        "no known country",
        nodes=rows("nodes", frankfurt={"country": None}),
        **under("inland"),
    ),
    "country adequate only later": law(
        "country",
        "is in GB",
        at="2021-06-27",
        agreements=None,
        **workloads(stay={"policy": "adequate"}),
    ),
    "seat outside the policy": law("seat", "seats GB", **workloads(stay={"policy": "european"})),
    "parent seated outside": law(
        "seat", "seats DE, US", **operators(dt={"parents": ["US"]}), **under("european")
    ),
    "seat unknown": law("seat", "unknown", **operators(dt={"country": None}), **under("european")),
    "operators unknown": law("seat", "unknown", operators=None, **under("european")),
    "law excluded": law(
        "law",
        "the laws US-CLOUD-ACT",
        **operators(dt={"laws": ["US-CLOUD-ACT"]}),
        **under("sovereign"),
    ),
    "laws unknown": law("law", "laws that are unknown", **workloads(batch={"policy": "sovereign"})),
    "certification missing": law(
        "certification", "C5:type1", **workloads(batch={"policy": "certified"})
    ),
    "certification of a lower level": law(
        "certification",
        "has C5:type1",
        policies=[{"id": "type2", "certifications": ["C5:type2"]}],
        **sites(fra_1={"certifications": ["C5:type1"]}),
        **under("type2"),
    ),
    "certificate expired yesterday": law(
        "certification",
        "asked for are C5:type1",
        **sites(fra_1={"certifications": None, "certificates": {"C5:type2": "../2026-11-23"}}),
        **under("certified"),
    ),
    "storage abroad": law(
        "at_rest",
        "is not known to meet storage in DE: storage US",
        policies=[{"id": "here", "at_rest": "storage in DE"}],
        **sites(fra_1={"storage": ["US"]}),
        **under("here"),
    ),
    "staff unknown": law(
        "access",
        "is not known to meet staff in EU: staff unknown",
        policies=[{"id": "near", "access": "staff in EU"}],
        **under("near"),
    ),
    "owners unknown": law(
        "ownership",
        "owners unknown",
        policies=[{"id": "own", "ownership": "owners outside EU <= 39%"}],
        **under("own"),
    ),
    "backups abroad": law(
        "backup",
        "backups GB",
        policies=[{"id": "kept", "backup": "backups in EU"}],
        **sites(fra_1={"backups": ["GB"]}),
        **under("kept"),
    ),
    "processed under a foreign law": law(
        "processing",
        "laws US-CLOUD-ACT",
        policies=[{"id": "ours", "processing": "laws not in US-CLOUD-ACT"}],
        **operators(dt={"laws": ["US-CLOUD-ACT"]}),
        **under("ours"),
    ),
    "through a node of a forbidden kind": law(
        "transit",
        "out and back",
        policies=[{"id": "way", "in_transit": "country in {FR, IT}"}],
        **under("way"),
    ),
    "no path": law(
        "unreachable",
        "on slice none",
        **workloads(robot={"origins": "zurich"}, cctv={"origins": None}),
        links=PROBLEM["links"][:2],
    ),
    "no way back": law(
        "unreachable",
        "out and back",
        links=[row | {"bidirectional": False} for row in PROBLEM["links"][:1]]
        + PROBLEM["links"][1:3],
    ),
    "slice's link taken away": law("unreachable", "out and back", links=PROBLEM["links"][:1]),
    "path longer than 2.1 s": law(
        "unreachable",
        "out and back",
        links=[
            {"source": "paris", "target": "london", "latency_ms": 1050},
            {"source": "london", "target": "frankfurt", "latency_ms": 1050.000001},
            *PROBLEM["links"][1:3],
        ],
    ),
    "a transit country too many": law(
        "transit", "crosses only FR", policies=[{"id": "fr", "transit": ["FR"]}], **under("fr")
    ),
    "transit of a node of unknown country": law(
        "transit",
        "out and back",
        nodes=rows("nodes", zurich={"country": None}),
        links=PROBLEM["links"][:3],
        policies=[{"id": "all", "transit": ["EEA", "CH"]}],
        **workloads(tele={"policy": "all"}),
    ),
    "transit through another origin": law(
        "transit",
        "crosses only FR, IT",
        policies=[{"id": "no-ch", "transit": ["FR", "IT"]}],
        **workloads(tele={"policy": "no-ch", "origins": ["paris", "zurich"]}),
    ),
    "one ns over the bound": law(
        "latency",
        "is 8 ms away (round trip), above max_rtt_ms 7.999999",
        **workloads(robot={"max_rtt_ms": 7.999999}),
    ),
    "a bound that rounds down to one ns less": law(
        "latency", "8 ms", **workloads(robot={"max_rtt_ms": 7.9999999})
    ),
    "a latency that rounds up to one ns more": law(
        "latency",
        "8.000002 ms",
        links=[PROBLEM["links"][0] | {"latency_ms": 4.0000001}, *PROBLEM["links"][1:]],
        **workloads(cctv={"origins": None}),
    ),
    "processing on the way": law(
        "latency", "7.500002 ms", nodes=rows("nodes", zurich={"processing_ms": 0.250001})
    ),
    "the far one of two origins": law(
        "latency", "10 ms", **workloads(robot={"origins": ["frankfurt", "milan", "paris"]})
    ),
    "the budget of a 5QI over the bound, the road within": law(
        "latency", "is 18 ms away", **workloads(cctv={"five_qi": 85, "max_rtt_ms": 17})
    ),
    "the percentile over the bound, the mean within": law(
        "latency", "is 8.424265 ms away", **workloads(cctv={"percentile": 0.84134474})
    ),
    "larger than the site": law(
        "size", "needs 8.001 cpu", **workloads(batch={"demand": {"cpu": 8.001}})
    ),
    "a resource that the site does not list": law(
        "size", "needs 1 tpu", **workloads(batch={"demand": {"tpu": 1}})
    ),
    "larger than the slice on the site": law(
        "size", "bandwidth 101", **workloads(tele={"bandwidth": 101})
    ),
    "larger than the whole quota": law(
        "size", "whole quota", **agreements(quota={"cpu": 1.999}, price_factor=1.5)
    ),
    "larger by the pair's own demand": law(
        "size", "needs 9 cpu", pairs=[{"workload": "batch", "site": "mil-1", "demand": {"cpu": 9}}]
    ),
}
