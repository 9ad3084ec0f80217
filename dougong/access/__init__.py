"""Who may see and do what: from a person to a principal, from a principal to a policy.

Used by records (the one place that enforces it), http (who asks) and crm (what to offer). Nothing here reads through
`records`, which would recurse: the organisation is read straight from its tables.
"""
