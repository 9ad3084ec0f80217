"""Several records become one, and are several again (domain.md 2.1, decision 36).

`compare` sets them beside each other, `merge` makes them one, `unmerge` takes that back while it is possible.
"""

from dougong.records.merging.choices import Candidate, Comparison, compare
from dougong.records.merging.merge import Merged, merge
from dougong.records.merging.unmerge import PastMerge, merged_into, merges_of, unmerge

__all__ = [
    "Candidate",
    "Comparison",
    "Merged",
    "PastMerge",
    "compare",
    "merge",
    "merged_into",
    "merges_of",
    "unmerge",
]
