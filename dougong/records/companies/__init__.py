"""The companies of registry files that administrators load: a system table, found at once by any part of a name.

`company` says what is known of one, `store` finds them, `loading` reads a file in the background, `uses` counts what
providers are asked and keeps their sealed secrets. Used by `integrations.registries`, which knows no SQL.
"""
