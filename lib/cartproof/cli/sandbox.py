"""`cartproof sandbox`: serve the local imitation of BigCommerce until told to stop."""

from __future__ import annotations

import signal
import threading

import click


@click.command(name="sandbox")
@click.option("--port", default=8765, show_default=True, help="0 picks a free one.")
@click.option("--latency-ms", default=0.0, help="Wait this long before every answer.")
@click.option(
    "--plan",
    type=click.Choice(["standard", "plus", "pro", "enterprise", "unlimited"]),
    default="standard",
    show_default=True,
    help="The store plan, which sets the quota of requests.",
)
@click.option("--fault", default=None, help="What to get wrong: a kind, or a JSON object.")
def command(port: int, latency_ms: float, plan: str, fault: str | None) -> None:
    """Serve a local imitation of BigCommerce, on 127.0.0.1 only.

    The Create API account page for trainees is at /_sandbox/.
    """
    from cartproof.sandbox.server import serve

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    try:
        sandbox = serve(port, latency_ms, plan, fault)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fault") from error
    except OSError as error:
        raise click.ClickException(f"port {port} cannot be used: {error.strerror}") from error
    with sandbox:
        click.echo(f"sandbox ready at {sandbox.url}")
        click.echo(f"Create API account page: {sandbox.url}/_sandbox/")
        stop.wait()
    click.echo("sandbox stopped")
