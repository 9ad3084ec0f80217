"""`python -m dougong.cli`: the command line without its installed script."""

from dougong.cli.commands import main

main()
