"""What the developers of Dougong use and its users never see: set-up, packaging, checks.

`environment.py` and `build_web.py` set a machine up and need nothing but Python's standard library; `check.py` is
`make test`; `lint/` holds our own rules; `check_house.py` checks the structure. Nothing in `dougong/` imports this.
"""
