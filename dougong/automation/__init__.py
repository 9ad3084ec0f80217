"""What happens without a person doing it: approvals, workflows and schedules will live here; `notifications` does.

It may use records and everything below; business areas in `crm` may use it. A step of a flow will be one call of
`records.api` or of an integration, never a write of its own.
"""
