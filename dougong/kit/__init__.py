"""The leaf: errors, money, clock, text, limits, ids. Everything may use it; it imports nothing of ours."""
