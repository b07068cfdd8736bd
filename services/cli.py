"""`dwc`: everything done from a command line. A service is imported only when its command runs."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from services.operating.auditing import audited
from services.operating.commands import about, backup, configured, dispose, doctor, restore, say_if_synthetic
from services.operating.exporting import exports
from services.operating.figures import ask, lpir, recount
from services.operating.holds import holding
from services.operating.importing import imports
from services.operating.messages import dead, republish
from services.operating.terminal import Commands, aside, console
from shared.problems import Problem
from shared.settings import Misconfigured, Settings, TransportKind
from shared.web.roles import Role

app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False, help=__doc__
)
app.add_typer(imports, name="import")
app.add_typer(exports, name="export")
app.add_typer(configured, name="config")
app.add_typer(dead, name="dead-letters")
app.add_typer(audited, name="audit")
app.add_typer(holding, name="hold")
app.callback()(about)
for command in (doctor, lpir, recount, ask, republish, backup, restore, dispose):
    app.command()(command)

Port = Annotated[int | None, typer.Option(min=0, max=65535, help="port to listen on, in place of DWC_PORT")]


def _settings(port: int | None) -> Settings:
    return Settings() if port is None else Settings(port=port)


@app.command()
def demo(
    *,
    serve: Annotated[bool, typer.Option(help="keep serving when the story is told")] = True,
    port: Port = None,
) -> None:
    """Make a made-up borough, tell one child's case, and serve the three services on loopback."""
    from services.demo.run import demo as run_demo

    asyncio.run(run_demo(_settings(port), serve=serve, console=console))


@app.command()
def serve(
    which: Annotated[str, typer.Argument(help="all, intake, observation or reporting")], *, port: Port = None
) -> None:
    """Serve all three in one process (embedded transport), or one of them (Kafka)."""
    from services.host import NAMES, Installation, kafka_app, serve_until_stopped
    from shared.web.serving import address, hold_port

    settings = _settings(port)

    async def serve_all() -> None:
        settings.check()
        house = Installation(settings)
        async with house.running():
            say_if_synthetic(settings)
            with hold_port(settings.host, settings.port) as held:
                held.listen()  # all three are running: whoever reads the line finds them
                pages = "  ".join(f"{address(held)}/{name}/docs" for name in NAMES)
                console.print(f"Serving  {pages}\nCtrl-C stops.", soft_wrap=True)
                await serve_until_stopped(house.mounted(), held)

    async def serve_one() -> None:
        application = kafka_app(which, settings)
        with hold_port(settings.host, settings.port) as held:
            console.print(f"Serving  {address(held)}/docs\nCtrl-C stops.", soft_wrap=True)
            await serve_until_stopped(application, held)

    if which == "all" and settings.transport is TransportKind.EMBEDDED:
        asyncio.run(serve_all())
    elif which in NAMES and settings.transport is TransportKind.KAFKA:
        asyncio.run(serve_one())
    else:
        raise Misconfigured(
            "`dwc serve all` goes with the embedded transport, `dwc serve intake|observation|reporting` with DWC_TRANSPORT=kafka"
        )


@app.command()
def migrate(service: Annotated[str, typer.Argument(help="intake, observation or reporting")]) -> None:
    """Bring one service's tables up to date. Safe while another process does the same."""
    from services.host import NAMES, service_named
    from shared.migrations import migrate as bring_up_to_date
    from shared.settings import database_url

    if service not in NAMES:
        raise typer.BadParameter(f"the services are {', '.join(NAMES)}")

    settings = Settings()
    of_service = service_named(service)
    database = of_service.open(database_url(service, settings), authority=settings.authority)
    if database.is_sqlite:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def work() -> None:
        try:
            await bring_up_to_date(database, of_service.migrations)
        finally:
            await database.close()

    asyncio.run(work())
    console.print(f"{service}: its tables are what this version needs")


@app.command()
def token(
    role: Annotated[str, typer.Option(help=f"one of {', '.join(Role)}")],
    worker: Annotated[str, typer.Option(help="staff reference, for people who hold or observe cases")] = "",
    team: Annotated[
        str, typer.Option(help="team code, for those who act for a team without a post in it; their post's otherwise")
    ] = "",
    name: Annotated[str, typer.Option(help="who this is in the audit; the worker or role unless given")] = "",
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60)] = 60,
    *,
    only_reads: Annotated[
        bool, typer.Option("--only-reads", help="for a spreadsheet, as its password: nothing is changed with it")
    ] = False,
) -> None:
    """Sign a token with the trial key of this machine, good for all three services."""
    from shared.web.roles import Principal
    from shared.web.tokens import sign_token, trial_key

    settings = Settings()
    try:
        principal = Principal(name or worker or role, Role(role), worker, team, only_reads)
    except ValueError:
        aside.print(f"roles are: {', '.join(Role)}", markup=False)
        raise typer.Exit(2) from None

    if settings.production or settings.jwks.startswith("https://"):
        raise Problem("tokens come from your identity provider here, not from a trial key")
    print(sign_token(trial_key(settings.data_dir), principal, issuer=settings.issuer, minutes=minutes))


@app.command()
def keys(folder: Annotated[Path, typer.Argument(help="where to keep them")]) -> None:
    """Make a trial signing key, and beside it the public keys (jwks.json) that services check tokens against."""
    from shared.web.tokens import publish_keys

    print(publish_keys(folder))
