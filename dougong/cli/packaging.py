"""`package`: what a company installs beside the standard configuration."""

from typing import Annotated

import typer
from rich.table import Table

from dougong.cli.configuring import DirectoryArgument, LoginOption, YesOption, administrator, confirm
from dougong.cli.opening import DEFAULT_DATA, DataOption, working
from dougong.cli.proposals import show_proposal
from dougong.cli.words import language, output_console, say, words
from dougong.metadata.installed import installed_packages
from dougong.metadata.package import read_package
from dougong.records.api import writing
from dougong.records.configuring.packages import install, propose_installation, propose_removal, remove

app = typer.Typer(no_args_is_help=True, help=words("cli.help.package"))


@app.command("install", help=words("cli.help.package_install"))
def install_package(
    directory: DirectoryArgument,
    data: DataOption = DEFAULT_DATA,
    login: LoginOption = None,
    *,
    sample: Annotated[bool, typer.Option("--sample", help=words("cli.help.package_sample"))] = False,
    yes: YesOption = False,
) -> None:
    """Install a package, or another release of it, after showing the plan."""
    package = read_package(directory)
    with working(data) as database:
        actor = administrator(database, login)
        found = propose_installation(database, package)
        show_proposal(found)
        confirm(yes=yes)
        with database.transaction() as tx:
            w = writing(tx, found.definitions.current, actor, "cli")
            version = install(w, found, package, sample=sample)
    say("cli.applied", version=version)


@app.command("list", help=words("cli.help.package_list"))
def list_packages(data: DataOption = DEFAULT_DATA) -> None:
    """Print which packages are installed."""
    with working(data) as database, database.snapshot() as snapshot:
        found = installed_packages(snapshot)
    table = Table(box=None, pad_edge=False, show_header=False)
    for package in found:
        label = package.label.zh if language() == "zh" else package.label.en
        table.add_row(package.name, label, package.version or "")
    output_console().print(table)


@app.command("remove", help=words("cli.help.package_remove"))
def remove_package(
    name: Annotated[str, typer.Argument(metavar="NAME", help=words("cli.help.package_name"))],
    data: DataOption = DEFAULT_DATA,
    login: LoginOption = None,
    *,
    yes: YesOption = False,
) -> None:
    """Remove what a package brought, after showing the plan; refused while there are records in it."""
    with working(data) as database:
        actor = administrator(database, login)
        found = propose_removal(database, name)
        show_proposal(found)
        confirm(yes=yes)
        with database.transaction() as tx:
            version = remove(writing(tx, found.definitions.current, actor, "cli"), found)
    say("cli.applied", version=version)
