"""What is claimed about speed, as programs that print it: `make bench`, or `python -m bench`.

Everything is measured on the machine that it runs on, in one run, beside the floor: the same SQL by bare psycopg, and a
bare FastAPI handler that does nothing else. docs/performance.md keeps the figures with the machine and the date.
"""
