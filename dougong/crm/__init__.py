"""The CRM itself: what salespeople work with, a folder a business area, over the mechanisms of the rooms below.

`package/` has the standard objects, option sets, roles, profiles and list views as YAML, in the same format in which an
administrator's own configuration is exported and applied. Business rules register themselves through `records.hooks`,
the door that a third party would use; nothing here has SQL, a connection or an HTTP handler.
"""

from pathlib import Path

STANDARD_PACKAGE = Path(__file__).parent / "package"
"""The directory of the standard package, for `metadata.package.read_package`."""
