"""Print templates: a record, or many, as a document that one can send.

A template is a record (`print_template`) that administrators write; `saving` tries it when it is saved. Printing reads
what the template asks for by the one read path, as the person who prints (`paths`, `values`), has it set by a process
of its own (`pressing`, `dougong.records.press`) and tells the audit log. `jobs` prints many records in the background,
`drafts` makes a template to begin with.
"""

from dougong.records.hooks import Act, Registration
from dougong.records.printing.saving import check_template
from dougong.records.printing.templates import TEMPLATE

APPEARING = (Act.CREATE, Act.UPDATE, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook(TEMPLATE, "check", "after", check_template, name="printing.template", acts=APPEARING)
