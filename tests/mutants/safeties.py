"""The safeties, each with the lines that take it away and the tests that must notice."""

from typing import Final, NamedTuple


class Safety(NamedTuple):
    """One safety: in *file*, *line* (exactly once there) becomes *without*."""

    name: str
    file: str
    line: str
    without: str
    tests: tuple[str, ...]


_FAULTS: Final = ("tests/faults/test_one_fault.py", "tests/faults/test_many_faults.py")
_PROTOCOL: Final = ("tests/domain", "tests/store")

SAFETIES: Final = (
    Safety(
        "a rank never falls",
        "heliograph/domain/attempts.py",
        "(state.ranks[attempt], state.log[attempt].lasting) >= (rank, lasting):",
        "(state.ranks[attempt], state.log[attempt].lasting) == (rank, lasting):",
        ("tests/domain", "tests/faults/test_orders.py"),
    ),
    Safety(
        "what failed for good is not tried again",
        "heliograph/domain/attempts.py",
        "passing = state.rank in TRY_AGAIN and not state.log[state.attempt].lasting",
        "passing = state.rank in TRY_AGAIN",
        ("tests/domain/test_reported.py",),
    ),
    Safety(
        "a reported failure is tried again only so often",
        "heliograph/domain/attempts.py",
        "passing and state.taken < state.again",
        "passing and state.again",
        ("tests/domain/test_reported.py", "tests/usecases/test_again.py"),
    ),
    Safety(
        "a worker writes only under its own token",
        "heliograph/domain/attempts.py",
        '_HELD: Final = ("phase", "token", "delivered", "stop")',
        '_HELD: Final = ("phase", "delivered", "stop")',
        _PROTOCOL,
    ),
    Safety(
        "a result counts only under the token that it was made with",
        "heliograph/domain/outcome.py",
        "if state.token != self.token:",
        "if not state.token:",
        ("tests/domain", "tests/usecases"),
    ),
    Safety(
        "a claim was decided on the attempt that stands",
        "heliograph/domain/attempts.py",
        '_OPEN: Final = ("phase", "attempt", "delivered", "held")',
        '_OPEN: Final = ("delivered", "held")',
        _PROTOCOL,
    ),
    Safety(
        "a cancel during the call ends what would be tried again",
        "heliograph/domain/attempts.py",
        "if state.stop:\n        return end(",
        "if False:\n        return end(",
        ("tests/domain",),
    ),
    Safety(
        "the sweep finds what was forgotten",
        "heliograph/usecases/sweep.py",
        "self.wakeups.wake(Hint(message=entry.message), entry.lane, at=now)",
        "pass",
        _FAULTS,
    ),
    Safety(
        "what the sweep has touched is pushed ahead",
        "heliograph/domain/attempts.py",
        "return Move(replace(state, check=check, pushes=state.pushes + 1)",
        "return Move(replace(state, check=state.check, pushes=state.pushes + 1)",
        ("tests/domain", "tests/usecases/test_sweep.py"),
    ),
    Safety(
        "a result that cannot be stored is stored a little later",
        "heliograph/usecases/hand_over.py",
        "if remaining() <= SPILL_MARGIN:",
        "if True:",
        ("tests/usecases",),
    ),
    Safety(
        "a result that cannot be stored in time is spilled",
        "heliograph/usecases/hand_over.py",
        'self.later.put(at.project, [{"v": 1, "result": outcome.as_json(), "message": body}])',
        "pass",
        ("tests/usecases",),
    ),
    Safety(
        "a doubtful attempt waits for a receipt",
        "heliograph/usecases/hand_over.py",
        "return 0 if self.clock() - last.at < good else self.hold",
        "return 0",
        ("tests/usecases", *_FAULTS),
    ),
    Safety(
        "what may have been taken is asked again under its own key",
        "heliograph/usecases/hand_over.py",
        "if repeat and not isinstance(exc, Rejected) and not self.wait_for_receipt(message):",
        "if False:",
        ("tests/usecases/test_dispatch_doubt.py",),
    ),
    Safety(
        "a doubtful attempt is repeated as the same one",
        "heliograph/domain/attempts.py",
        "after = replace(again, token=token, lease=lease, tries=state.tries + 1)",
        "after = replace(again, token=token, lease=lease, tries=state.tries + 1, attempt=state.attempt + 1,"
        " ranks=(*state.ranks, Rank.SENDING), log=(*state.log, state.log[-1]))",
        ("tests/domain", "tests/faults/test_one_fault.py"),
    ),
    Safety(
        "another request under the same key is refused",
        "heliograph/usecases/accept.py",
        "if not accepted.new and accepted.message.body_hash != request.body_hash:",
        "if False:",
        ("tests/usecases/test_accept.py",),
    ),
    Safety(
        "a head is put only where none is",
        "heliograph/store/messages.py",
        'message_items.encode(message),\n                condition="attribute_not_exists(pk) OR #ttl < :now"',
        'message_items.encode(message),\n                condition="attribute_not_exists(pk) OR #ttl >= :now"',
        ("tests/store/test_accept.py", "tests/faults/test_one_fault.py"),
    ),
    Safety(
        "a repeated event still moves the status",
        "heliograph/usecases/apply.py",
        'if not own:\n            return "somebody in copy"',
        'if not own or not new:\n            return "somebody in copy"',
        ("tests/usecases/test_apply.py", "tests/faults/test_one_fault.py"),
    ),
    Safety(
        "an event about somebody in copy does not move the status",
        "heliograph/usecases/apply.py",
        'if not own:\n            return "somebody in copy"',
        'if False:\n            return "somebody in copy"',
        ("tests/usecases",),
    ),
    Safety(
        "an event moves only messages of the integration that signed it",
        "heliograph/usecases/apply.py",
        "if source.integration and (echo.project, echo.integration) != (source.project, source.integration):",
        "if False:",
        ("tests/usecases",),
    ),
    Safety(
        "a signature covers the raw bytes",
        "heliograph/providers/sendgrid.py",
        "signed = proofs.header(came, TIMESTAMP) + came.body",
        "import json; signed = proofs.header(came, TIMESTAMP) + json.dumps(json.loads(came.body or b'0')).encode()"
        " + b'\\r\\n'",
        ("tests/providers/test_contract.py", "tests/providers/test_vendors_own_examples.py"),
    ),
    Safety(
        "signatures are compared whole",
        "heliograph/wire/proofs.py",
        "if not any([hmac.compare_digest(proof, given) for proof in proofs]):",
        "if not any([proof.startswith(given) for proof in proofs]):",
        ("tests/providers/test_contract.py",),
    ),
    Safety(
        "providers are reached over https only",
        "heliograph/transport.py",
        'if not url.startswith("https://"):',
        "if False:",
        ("tests/providers/test_transport.py",),
    ),
    Safety(
        "redirects are not followed",
        "heliograph/transport.py",
        "allow_redirects=False",
        "allow_redirects=True",
        ("tests/providers/test_transport.py",),
    ),
    Safety(
        "a suppressed address gets nothing",
        "heliograph/usecases/prepare.py",
        "if (why := found.suppression) is None or (",
        "if (why := None) is None or (",
        ("tests/usecases",),
    ),
    Safety(
        "what is required goes past an unsubscribe and nothing else",
        "heliograph/usecases/prepare.py",
        "(required and why.reason == Reason.UNSUBSCRIBED)",
        "required",
        ("tests/usecases",),
    ),
    Safety(
        "an erased person gets nothing",
        "heliograph/usecases/prepare.py",
        "if message.created <= found.erased:",
        "if False:",
        ("tests/usecases", "tests/functions"),
    ),
    Safety(
        "an expired message is not sent",
        "heliograph/domain/attempts.py",
        "return 0 < state.expires <= now",
        "return False",
        ("tests/domain", "tests/usecases"),
    ),
    Safety(
        "what kills its workers is ended by the third marked visit",
        "heliograph/usecases/suspects.py",
        "if poison.guilty(message.progress):",
        "if False:",
        ("tests/usecases/test_suspects.py", "tests/faults/test_poison.py"),
    ),
    Safety(
        "a suspect is alone with its worker",
        "heliograph/api/batch.py",
        "return self.received >= SUSPECT",
        "return False",
        ("tests/api/test_edges.py", "tests/faults/test_poison.py"),
    ),
    Safety(
        "who comes through takes the mark away",
        "heliograph/usecases/suspects.py",
        "self._unmark(marked)\n        return done",
        "return done",
        ("tests/usecases/test_suspects.py",),
    ),
    Safety(
        "what the store does not take is put back",
        "heliograph/api/batch.py",
        "self.again(record)",
        "raise",
        ("tests/faults/test_table_outage.py",),
    ),
    Safety(
        "doubt has an end",
        "heliograph/domain/doubt.py",
        "return state.tries >= MAX_TRIES or (hold > 0 and state.log[-1].repeats >= REPEATS)",
        "return False",
        ("tests/usecases/test_dispatch_doubt.py",),
    ),
    Safety(
        "a probe that was not granted is asked for again",
        "heliograph/usecases/gate.py",
        "granted = self.circuits.probe(project.id, circuit, now=now)\n        self.asked[place] = circuit.probe",
        "self.asked[place] = circuit.probe\n        granted = self.circuits.probe(project.id, circuit, now=now)",
        ("tests/usecases/test_circuits.py",),
    ),
    Safety(
        "doubt that is found late waits once more",
        "heliograph/domain/doubt.py",
        "return hold > 0 and not moved and now > state.lease + hold + LATE",
        "return False",
        ("tests/faults/test_table_outage.py",),
    ),
    Safety(
        "a dead letter goes back three times and no more",
        "heliograph/usecases/heal.py",
        "if letter.report and letter.lap < LAPS and",
        "if letter.report and",
        ("tests/usecases/test_heal.py",),
    ),
    Safety(
        "a key needs the scope",
        "heliograph/api/auth.py",
        "if scope not in key.scopes:",
        "if False:",
        ("tests/api", "tests/functions"),
    ),
    Safety(
        "our tokens are signed",
        "heliograph/domain/signing.py",
        "if key_id not in self._keys or not hmac.compare_digest(self._mac(key_id, purpose, body), mac):",
        "if key_id not in self._keys:",
        ("tests/domain",),
    ),
    Safety(
        "clients that send never retry by themselves",
        "heliograph/bootstrap/__init__.py",
        "config = _ONCE if service in _SENDING else",
        "config =",
        ("tests/adapters",),
    ),
    Safety(
        "a notification belongs to its project",
        "heliograph/store/keys.py",
        'return f"{project}#N#{name}"',
        'return f"#N#{name}"',
        ("tests/functions/test_tenancy.py",),
    ),
    Safety(
        "an address belongs to a contact of its project",
        "heliograph/store/keys.py",
        'return f"{project}#CA#{kind}#{digest}", HEAD',
        'return f"#CA#{kind}#{digest}", HEAD',
        ("tests/functions/test_tenancy.py",),
    ),
    Safety(
        "a success that cannot be read is a doubt",
        "heliograph/providers/telegram.py",
        'if answer.status < FIRST_FAILURE and told.get("ok") is not False:',
        "if False:",
        ("tests/providers/test_hostile_answers.py",),
    ),
    Safety(
        "where an address leads is looked at when it is connected to",
        "heliograph/outside.py",
        "if not all(map(permits, found)):",
        "if not any(map(permits, found)):",
        ("tests/adapters",),
    ),
)
