"""The configuration as one text: proposed, put into force, kept in history, compared, taken back, packed and upgraded.

* `proposal` what putting a text into force would do, definitions and records alike; and doing it, in one transaction
* `moments` the text of the whole configuration, now or at any moment since · `keeping` history of configuration records
* `reverting` taking one change back · `upgrading` a new release of a package under what a company made of it
* `packages` packages that others install and remove · `archive` the text as a zip file

Sources: issue C (configuration as text), decisions 8 and 30.
"""

from dougong.records.configuring.keeping import keep
from dougong.records.hooks import EVERY_OBJECT, Registration


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    # Behind every other hook of the stage: what those write is kept with the same change.
    registration.register_hook(EVERY_OBJECT, "after", "after", keep, name="zz.configuration")
