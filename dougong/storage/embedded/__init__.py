"""The PostgreSQL that comes with the product, for those who give no DATABASE_URL.

`running` starts it, or attaches to the one that runs on the same data directory already, and stops it when the last
process that uses it has ended. Only the wheel's programs are used, not its Python helper: run as root that makes every
parent folder of the data readable to everybody. Here nobody's permissions are changed but those of our own folders.

With `watched` it is started again when it dies under us.

place.py (whose account and which folder) · programs.py (the wheel's binaries) · cluster.py (initdb) ·
server.py (start, attach, stop) · locks.py (who uses it).
"""

from dougong.storage.embedded.server import Server, data_exists, running, watched

__all__ = ["Server", "data_exists", "running", "watched"]
