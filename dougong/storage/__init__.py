"""Storage: the engine, the unit of work (the only commit), the embedded server, system migrations, jobs, the outbox.

Public names: `engine.open_database`, `unit_of_work.Snapshot` and `Transaction`, `schema` (the system tables),
`embedded.running`, `migrate.upgrade`, `jobs.defer` and `jobs.Worker`, `outbox.append`, `backup`. Rooms above may import
`unit_of_work`, `schema`, `jobs` and `outbox`; only metadata, access, records and the composition roots open a database.
Storage knows nothing of objects and fields: it stores what it is given and imports only `kit`.
"""
