"""Rules of this project that no ready-made linter knows: `python -m tools.lint [PATH …]`.

One file a rule. Its docstring tells the leak or the bug that it prevents; its `good` and `bad` snippets are what the
tests run it on. A line may escape only with `# allow: <rule> <reason>`; an escape without a reason, of an unknown rule
or on a line where the rule finds nothing is itself an error, so that escapes cannot pile up.
"""
