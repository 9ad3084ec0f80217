"""The words of the demonstration company, read from the YAML files beside this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True)
class Unit:
    """A department: its code, name, the code of the one above it and the login of its head."""

    code: str
    name: str
    head: str
    parent: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who works there. `role` and `profile` are keys of configuration records."""

    login: str
    name: str
    position: str
    unit: str
    role: str
    profile: str
    joined: str
    mobile: str
    manager: str | None = None


@dataclass(frozen=True)
class Place:
    """A city with its area code and the districts and streets where factories stand."""

    province: str
    city: str
    short: str
    code: str
    postcode: str
    districts: tuple[str, ...]
    streets: tuple[str, ...]


@dataclass(frozen=True)
class Product:
    """Something the company sells; `themes` name the projects in which it is bought, `most` is a usual quantity."""

    code: str
    name: str
    family: str
    price: int
    unit: str
    themes: tuple[str, ...]
    most: int

    @property
    def short(self) -> str:
        """The name as people say it, without the model's details."""
        return self.name.partition("（")[0]


@dataclass(frozen=True)
class Words:
    """Everything that the generator chooses from."""

    domain: str
    role: Mapping[str, str]
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    sellers: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[Place, ...]]
    trades: tuple[Mapping[str, str], ...]
    brands: tuple[str, ...]
    groups: tuple[str, ...]
    surnames: str
    given_names: Mapping[str, tuple[str, ...]]
    titles: tuple[Mapping[str, str], ...]
    catalogue: tuple[Product, ...]
    phrases: Mapping[str, Any]


@cache
def words() -> Words:
    """The words, read once."""
    company, world, phrases = (_read(name) for name in ("people.yaml", "world.yaml", "phrases.yaml"))
    return Words(
        domain=company["domain"],
        role=company["role"],
        units=tuple(Unit(**one) for one in company["departments"]),
        people=tuple(Person(**one) for one in company["people"]),
        sellers={region: tuple(logins) for region, logins in company["sellers"].items()},
        places={region: tuple(Place(**one) for one in found) for region, found in world["places"].items()},
        trades=tuple(world["trades"]),
        brands=tuple(world["brands"]),
        groups=tuple(world["groups"]),
        surnames=world["surnames"],
        given_names={gender: tuple(names) for gender, names in world["given_names"].items()},
        titles=tuple(world["titles"]),
        catalogue=tuple(Product(**one) for one in world["catalogue"]),
        phrases=phrases,
    )


def _read(name: str) -> Any:  # noqa: ANN401  # YAML of ours
    path = resources.files("dougong.crm.demonstration").joinpath(name)
    return yaml.safe_load(path.read_text(encoding="utf-8"))
