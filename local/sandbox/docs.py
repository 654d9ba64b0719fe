"""Write the tables of `docs/sandbox.md` from the table in code: `python -m local.sandbox.docs`."""

from pathlib import Path
from typing import Final

from heliograph.domain.magic import OUTCOMES, Answer, Outcome, Report
from local.sandbox.faults import STATUS

PAGE: Final = Path(__file__).parents[2] / "docs" / "sandbox.md"
BEGIN: Final = "<!-- written by python -m local.sandbox.docs from heliograph/domain/magic.py -->"
END: Final = "<!-- end -->"


def table() -> str:
    """The recipients, as a Markdown table."""
    rows = (
        f"| `{outcome.name}@` | {f'`{outcome.number}`' if outcome.number else ''} | {outcome.says} | "
        f"{_answer(outcome)} | {_reports(outcome)} |"
        for outcome in OUTCOMES
    )
    return "\n".join(
        ("| mail | number | what happens | the call | what is reported, after |", "|---|---|---|---|---|", *rows)
    )


def page(text: str) -> str:
    """*text* with the table between its marks brought up to date."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _answer(outcome: Outcome) -> str:
    if outcome.answer is Answer.ACCEPT:
        return "accepted"
    status = STATUS[outcome.answer]
    return f"{status}, always" if outcome.times is None else f"{status}, {outcome.times} times"


def _reports(outcome: Outcome) -> str:
    by_arrival = sorted((delay, _name(report)) for report in outcome.reports for delay in report.arrives)
    return ", ".join(f"{name} {delay:g} s" for delay, name in by_arrival) or "nothing"


def _name(report: Report) -> str:
    note = report.bounce or ("machine" if report.machine else "")
    return f"{report.kind} ({note})" if note else str(report.kind)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
