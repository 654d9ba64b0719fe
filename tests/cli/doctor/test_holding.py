"""What is held back, in the doctor's words."""

from cli.doctor.finding import Level
from tests.cli.doctor import holds
from tests.cli.doctor.conftest import Patient


def test_an_open_circuit_is_told_with_its_reason_and_what_lies_under_it(patient: Patient) -> None:
    holds.opened(patient)

    [found] = patient.look("circuits")

    assert "answers 401 since" in found.text
    assert "(the key was revoked); 3 messages are held, the next probe is at" in found.text
    assert found.advice.startswith("look at the account there, and at its credentials;")


def test_a_pause_of_today_is_no_fault(patient: Patient) -> None:
    holds.paused(patient, ago=holds.HOUR)

    [found] = patient.look("pauses")

    assert found.level is Level.OK
    assert found.text.startswith("event welcome of project acme is paused since")
    assert found.text.endswith("2 messages are held")


def test_what_goes_out_after_a_circuit_closed_is_no_fault_at_first(patient: Patient) -> None:
    holds.closed(patient, ago=60_000)

    assert [found.level for found in patient.look("held")] == [Level.OK]
    assert [found.text for found in patient.look("circuits")] == ["none is open"]
