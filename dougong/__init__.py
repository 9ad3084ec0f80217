"""Dougong (斗拱): a CRM whose whole back office is configurable.

The rooms, top to bottom (imports point down only, import-linter keeps it): cli, http, crm, automation,
integrations, records, access, metadata, expressions | storage, kit. See docs/architecture.md.
"""

__version__ = "0.1.0"
