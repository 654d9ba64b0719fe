from datetime import UTC, datetime, timedelta

from local.host import Host
from tests.e2e.service import Service


def test_a_mail_for_later_is_scheduled_and_never_sent_before_its_time(service: Service) -> None:
    send_at = datetime.now(UTC) + timedelta(seconds=5)

    name = service.sent("later@example.com", send_at=send_at.isoformat())
    waiting = service.message(name)
    found = service.until(name, "delivered", within=20)

    assert waiting["status"] == "scheduled"
    assert abs(datetime.fromisoformat(waiting["scheduled_at"]) - send_at) < timedelta(milliseconds=2)
    assert [call["at"] >= send_at for call in service.journal("later@example.com")] == [True]
    assert found["timeline"][0]["status"] == "scheduled"


def test_what_is_due_beyond_a_queues_delay_shares_one_schedule_for_its_minute(host: Host, service: Service) -> None:
    minute = (datetime.now(UTC) + timedelta(hours=2)).replace(second=0, microsecond=0)

    names = [
        service.sent(f"hours+{second}@example.com", send_at=(minute + timedelta(seconds=second)).isoformat())
        for second in (5, 5, 50)
    ]

    schedules = host.client("scheduler").list_schedules()["Schedules"]
    assert [one["Name"] for one in schedules] == [f"{minute:%Y%m%dT%H%M}"]
    [group] = {one["GroupName"] for one in schedules}
    found = host.client("scheduler").get_schedule(Name=schedules[0]["Name"], GroupName=group)
    assert found["ScheduleExpression"] == f"at({minute:%Y-%m-%dT%H:%M:%S})"
    assert found["ActionAfterCompletion"] == "DELETE"
    assert {service.message(name)["status"] for name in names} == {"scheduled"}
    assert service.journal("hours+5@example.com") == []
