"""Configure, price, quote: bundles of products, what may be chosen in them, and what they are in documents.

Options, features and constraints belong to a product that is `configurable` (domain.md 3.1 to 3.3). `bundles` reads
them, `judging` says what holds, `defining` refuses what could never work, `lines` keeps bundles in documents whole, and
`configuring` puts them there. Decision 49.
"""

from dougong.crm.cpq.bundles import CONSTRAINT, FEATURE, OPTION
from dougong.crm.cpq.defining import defined
from dougong.crm.cpq.keeping import kept_whole
from dougong.crm.cpq.lines import placed
from dougong.records.hooks import EVERY_OBJECT, Act, Registration

CHANGING = (Act.CREATE, Act.UPDATE)
KEEPING = (*CHANGING, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    for name in (OPTION, FEATURE, CONSTRAINT):
        hook(name, "after", "after", defined, name=f"cpq.defined_{name}", acts=KEEPING)
    # Before the catalogue gives lines their prices: the options' go first.
    hook(EVERY_OBJECT, "check", "before", placed, name="cpq.placed", acts=CHANGING)
    hook(EVERY_OBJECT, "after", "after", kept_whole, name="cpq.kept_whole", acts=(*KEEPING, Act.DELETE))
