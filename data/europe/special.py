"""Workloads written by hand: each can be placed nowhere, and shows one reason why."""

from typing import Any

__all__ = ["SPECIAL"]


def workload(id: str, node: str, **fields: Any) -> dict[str, Any]:
    base = {"operator": None, "demand": {"cpu": 2, "memory": "8Gi"},
            "origins": [{"node": node, "weight": 1}]}  # fmt: skip
    return {"id": id, **base, **fields}


SPECIAL = [
    # country: nobody in the federation has a site in Slovenia.
    workload("freight-si-koper-customs", "si-koper", operator="tim", slice="3", bandwidth=2,
             policy="only-si", max_rtt_ms=20000),
    workload("ai-si-ljubljana-health", "si-ljubljana", operator="dt", policy="only-si",
             max_rtt_ms=200),
    # latency: emergency trajectory alignment (3 ms) needs a site in the town itself.
    workload("vehicle-es-almeria-alignment", "es-almeria", operator="telefonica", slice="4",
             bandwidth=10, policy="eea", max_rtt_ms=3, percentile=0.999, priority=10),
    workload("vehicle-ro-constanta-alignment", "ro-constanta", operator="orange", slice="4",
             bandwidth=10, policy="eea", max_rtt_ms=3, percentile=0.999, priority=10),
    # size: no site has so many accelerators.
    workload("ai-de-munich-training", "de-munich", operator="dt", policy="eu", max_rtt_ms=200,
             demand={"cpu": 256, "memory": "2048Gi", "gpu": 64}),
    # slice: the industrial slice is not offered in Italy.
    workload("robot-it-modena-press", "it-modena", operator="tim", slice="2-0A1B2C", bandwidth=20,
             policy="only-it", max_rtt_ms=20, percentile=0.99, priority=5),
    # features: confidential computing beside a small accelerator, in one country.
    workload("ai-gr-athens-genome", "gr-athens", operator="dt", policy="only-gr", max_rtt_ms=200,
             features=["gpu-h100", "sgx"]),
    # certification: the French qualification at a Croatian address.
    workload("emergency-hr-split-archive", "hr-split", operator="dt", slice="1", bandwidth=10,
             policy="certified-hr", max_rtt_ms=60, priority=20),
    # seat and law in Ireland, transit elsewhere: Irish fibre runs through Great Britain.
    workload("ai-ie-dublin-registry", "ie-dublin", operator="orange", policy="eu-sovereign",
             max_rtt_ms=200),
    workload("ai-ie-cork-registry", "ie-cork", operator="dt", policy="eu-sovereign",
             max_rtt_ms=200),
    # transit: every way out of Bern leads through another Swiss city.
    workload("freight-ch-bern-pharma", "ch-bern", operator="dt", slice="3", bandwidth=2,
             policy="eea", max_rtt_ms=20000),
    # agreement: the one that let Telefónica use Irish sites has expired.
    workload("emergency-ie-galway-112", "ie-galway", operator="telefonica", slice="1",
             bandwidth=10, policy="only-ie", max_rtt_ms=60, priority=100),
    # unreachable: both uplinks of the town are radio links that do not carry URLLC.
    workload("robot-pl-zielona-gora-01", "pl-zielona-gora", operator="dt", slice="2", bandwidth=20,
             policy="only-pl", max_rtt_ms=20, percentile=0.99, priority=5),
    # pinned to a site that is down.
    workload("emergency-es-a-coruna-radio", "es-a-coruna", operator="telefonica", slice="1",
             bandwidth=10, policy="only-es", max_rtt_ms=60, priority=100,
             site="telefonica-lcg-1", pinned=True, move_cost=10),
    # allow_deny: the only site that the customer allows is cordoned.
    workload("freight-de-nuremberg-depot", "de-nuremberg", operator="dt", slice="3", bandwidth=2,
             policy="eu", max_rtt_ms=200, allow=["dt-nue-1"]),
]  # fmt: skip
