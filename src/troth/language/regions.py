"""Countries that a law's `where` names together. ISO 3166-1 alpha-2; membership as of the seeds' years."""

from __future__ import annotations

from functools import lru_cache

EU = [
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GB",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]
EFTA_IN_EEA = ["IS", "LI", "NO"]
REGIONS: dict[str, tuple[str, ...]] = {
    "EU": tuple(EU),
    "EEA": (*EU, *EFTA_IN_EEA),
}


@lru_cache
def countries(places: tuple[str, ...]) -> tuple[str, ...]:
    """The countries meant by a list of countries and regions, sorted."""
    found = {c for place in places for c in REGIONS.get(place, (place,))}
    return tuple(sorted(found))
