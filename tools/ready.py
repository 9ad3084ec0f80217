"""`make run`'s set-up: `.venv` and the web application, side by side where that is possible. Standard library only.

With a Node.js of the machine's own the two have nothing to do with each other, and a fresh machine with two cores is
ready in half the time. Without one, the web application waits for the Node.js that comes into `.venv` as a wheel.
"""

import subprocess
import sys

from tools import build_web, environment

BUILD = (sys.executable, "-m", "tools.build_web")


def main() -> int:
    """Make the environment and build the web application; the exit code."""
    if environment.is_too_old():
        return 1
    beside = not build_web.is_current() and build_web.find_node() is not None
    building = subprocess.Popen(BUILD, cwd=build_web.ROOT, stdin=subprocess.DEVNULL) if beside else None
    try:
        code = environment.main(["runtime"])
    except KeyboardInterrupt:
        return 130
    finally:
        built = building.wait() if building is not None else 0
    if code or built:
        return code or built
    return build_web.main([])


if __name__ == "__main__":
    sys.exit(main())
