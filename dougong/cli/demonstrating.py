"""Who can sign in, told at each start: the people of the demonstration company, or that there is nobody yet.

The demonstration company itself (`serve --demo`) is loaded into an empty database only.
"""

import shlex
from pathlib import Path

from dougong.access.passwords import anybody_has_password
from dougong.access.principal import system
from dougong.cli.words import language, say
from dougong.crm.demonstration import PASSWORD, SIGN_INS, has_demonstration, load_demonstration
from dougong.kit.errors import Conflict
from dougong.metadata.registry import load_registry
from dougong.records.api import Reading
from dougong.storage.engine import open_database


def load_if_empty(url: str) -> None:
    """Load the company where nobody works yet; a system that is in use stays as it is."""
    database = open_database(url, pool_size=1)
    try:
        with database.transaction() as transaction:
            load_demonstration(transaction)
    except Conflict:
        pass
    finally:
        database.close()


def tell_logins(url: str, folder: Path | None) -> None:
    """One login for each kind of person, where the demonstration company is there; how to create the first
    administrator, where nobody can sign in. `folder` is the data directory, None with DATABASE_URL."""
    database = open_database(url, pool_size=1)
    try:
        with database.snapshot() as snapshot:
            r = Reading(snapshot, load_registry(snapshot), system("demonstration company"))
            known, anybody = has_demonstration(r), anybody_has_password(snapshot)
    finally:
        database.close()
    if not anybody:
        say("cli.nobody", options=f" --data {shlex.quote(str(folder))}" if folder else "")
    if not known:
        return
    say("cli.demo_logins", password=PASSWORD)
    for person in SIGN_INS:
        say("cli.demo_login", login=person.login, kind=person.kind.zh if language() == "zh" else person.kind.en)
