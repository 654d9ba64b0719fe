"""`heliograph projects limit`: how much a project may send."""

from dataclasses import asdict, replace
from typing import Any, Final

import click

from cli.stage import Stage, stage_option, told
from heliograph.domain.limits import MICROS, Limits

MAX_RATE: Final = 100_000
_NONE: Final = "0 for none."


def _countries(_context: Any, _option: Any, value: str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    # The import takes about 60 ms, so only who names countries pays for it.
    import phonenumbers  # noqa: PLC0415 - see above

    found = tuple(sorted({part.strip().upper() for part in value.split(",") if part.strip()}))
    wrong = [one for one in found if one not in phonenumbers.SUPPORTED_REGIONS]
    if wrong:
        raise click.BadParameter(f"{', '.join(wrong)}: write two letters of ISO 3166 for each, such as SE,NO")
    return found


def _money(_context: Any, _option: Any, value: float | None) -> int | None:
    return None if value is None else round(value * MICROS)


@click.command()
@click.argument("project")
@click.option("--rate", type=click.IntRange(0, MAX_RATE), help=f"Messages a second; {_NONE}")
@click.option("--daily", type=click.IntRange(0), help=f"Messages a day (UTC); {_NONE}")
@click.option("--sms-countries", callback=_countries, help='Such as SE,NO: no others; "" for all.')
@click.option("--sms-hourly", type=click.IntRange(0), help=f"Text messages an hour to one number; {_NONE}")
@click.option(
    "--sms-prefix-hourly",
    type=click.IntRange(0),
    help=f"Text messages an hour to numbers that differ in the last four digits only; {_NONE}",
)
@click.option("--sms-price", type=click.FloatRange(0, 1000), callback=_money, help="Of one text message; 0: not known.")
@click.option(
    "--sms-daily-spend",
    type=click.FloatRange(0, 1_000_000),
    callback=_money,
    help=f"For text messages a day, in the price's currency; {_NONE}",
)
@stage_option
def limit(project: str, stage: str, **given: Any) -> None:
    """Set limits of PROJECT; those that are not named stay. They hold within seconds."""
    with told():
        found = Stage(stage)
        wanted = replace(
            found.project(project).limits, **{name: value for name, value in given.items() if value is not None}
        )
        if wanted.sms_daily_spend and not wanted.sms_price:
            raise click.ClickException("a daily spend needs the price of a text message: give --sms-price too")
        found.projects.limit(project, wanted)
    for name, value in shown(wanted).items():
        click.echo(f"{name:<18} {value}")


def shown(limits: Limits) -> dict[str, str]:
    """Every limit as people read it."""
    money = {"sms_price", "sms_daily_spend"}
    found = {}
    for name, value in asdict(limits).items():
        text = ",".join(value) if isinstance(value, tuple) else f"{value / MICROS:g}" if name in money else str(value)
        found[name.replace("_", "-")] = text if value else "none"
    return found
