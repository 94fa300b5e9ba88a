"""Who the operators are and what they have agreed; what a customer may ask of the law."""

from typing import Any

from facts import amount, hundredths

__all__ = ["NATIONAL_CERTIFICATION", "agreements", "operator", "policies", "slice_"]

Item = dict[str, Any]

# --- Knobs -----------------------------------------------------------------------------------
QUOTA = {"cpu": 220, "memory": 800, "gpu": 12}  # of an agreement, before its own percentage

# (home, host): quota in per cent of QUOTA, price factor in thousandths, from, until.
AGREEMENTS: dict[tuple[str, str], tuple[int, int, str | None, str | None]] = {
    ("dt", "orange"): (150, 1050, "2024-01-01", "2027-12-31"),
    ("dt", "telefonica"): (80, 1100, "2025-04-01", None),
    ("dt", "tim"): (60, 1080, "2024-01-01", "2026-12-31"),
    ("dt", "vodafone"): (60, 1150, "2025-07-01", None),
    ("orange", "dt"): (150, 1050, "2024-01-01", "2027-12-31"),
    ("orange", "telefonica"): (80, 1070, None, None),
    ("orange", "tim"): (60, 1060, "2025-01-01", None),
    ("orange", "vodafone"): (90, 1120, "2025-01-01", "2028-06-30"),
    ("telefonica", "dt"): (70, 1100, "2025-04-01", None),
    ("telefonica", "orange"): (90, 1070, None, None),
    ("telefonica", "tim"): (50, 1050, "2025-01-01", None),
    ("telefonica", "vodafone"): (60, 1100, "2024-01-01", "2026-06-30"),  # expired
    ("tim", "dt"): (100, 1080, "2024-01-01", "2026-12-31"),
    ("tim", "orange"): (100, 1060, "2025-01-01", None),
    ("tim", "telefonica"): (60, 1050, "2025-01-01", None),
    ("vodafone", "dt"): (100, 1150, "2025-07-01", None),
    ("vodafone", "orange"): (100, 1120, "2025-01-01", "2028-06-30"),
    ("vodafone", "telefonica"): (50, 1100, "2026-01-01", None),
    ("vodafone", "tim"): (80, 1100, "2027-01-01", None),  # not yet valid
}  # tim → vodafone was never signed
RENEWED = ("tim", "dt", "2027-01-01", 1040)  # next year's agreement, signed already

NATIONAL_CERTIFICATION = {
    "DE": "C5:type2",
    "FR": "SecNumCloud:3.2",
    "ES": "ENS:high",
    "IT": "ACN:QC3",
    "GB": "CyberEssentials:plus",
}
FOREIGN_LAWS = ["UK-IPA", "US-CLOUD-ACT"]
# --- End of the knobs ------------------------------------------------------------------------


def operator(row: dict[str, str]) -> Item:
    """Return an operator of the document."""
    return {"id": row["id"], "country": row["country"], "parents": row["parents"].split(),
            "laws": row["laws"].split()}  # fmt: skip


def slice_(row: dict[str, str]) -> Item:
    """Return a slice of the document."""
    some = {"operators": row["operators"].split()} if row["operators"] else {}
    return {"id": row["id"], **some, "access_ms": amount(hundredths(row["access_ms"]) * 10),
            "access_jitter_ms": amount(hundredths(row["access_jitter_ms"]) * 10)}  # fmt: skip


def agreements() -> list[Item]:
    """Return who may host whom, how much of it, and when."""
    items = []
    for (home, host), (percent, factor, start, end) in AGREEMENTS.items():
        quota: Item = {name: full * percent // 100 for name, full in QUOTA.items()}
        quota["memory"] = f"{quota['memory']}Gi"
        dates = {"valid_from": start, "valid_until": end}
        items.append({"home": home, "host": host, "quota": quota, "price_factor": amount(factor),
                      **{name: day for name, day in dates.items() if day}})  # fmt: skip
    home, host, start, factor = RENEWED
    items.append({"home": home, "host": host, "price_factor": amount(factor), "valid_from": start})
    return sorted(items, key=lambda item: (item["home"], item["host"], item.get("valid_from", "")))


def policies(countries: list[str]) -> list[Item]:
    """Return the catalogue of policies: named ones, and two or three for each country."""
    items: list[Item] = [
        {"id": "eu", "countries": ["EU"]},
        {"id": "eea", "countries": ["EEA"], "transit": ["EEA"]},
        {"id": "eu-adequate", "countries": ["EEA", "EU-ADEQUATE"],
         "transit": ["EEA", "EU-ADEQUATE"]},
        {"id": "eu-no-foreign-law", "countries": ["EU"], "excluded_laws": FOREIGN_LAWS},
        {"id": "eu-sovereign", "countries": ["EU"], "transit": ["EU"], "seats": ["EU"],
         "excluded_laws": FOREIGN_LAWS},
        {"id": "eu-certified", "countries": ["EU"], "certifications": ["ISO27001:2022"]},
        {"id": "only-si", "countries": ["SI"]},
        {"id": "certified-hr", "countries": ["HR"], "certifications": ["SecNumCloud:3.2"]},
    ]  # fmt: skip
    for country in countries:
        code = country.lower()
        items.append({"id": f"only-{code}", "countries": [country]})
        items.append({"id": f"sovereign-{code}", "countries": [country], "transit": [country]})
        if country in NATIONAL_CERTIFICATION:
            items.append({"id": f"certified-{code}", "countries": [country],
                          "certifications": [NATIONAL_CERTIFICATION[country]]})  # fmt: skip
    return sorted(items, key=lambda item: str(item["id"]))
