"""AWS clients that outlive a test: botocore takes 40 ms to make one, and the same call always makes the same one."""

import os
from collections.abc import Callable
from typing import Any, Final

from botocore.session import Session

_KEPT: Final[dict[str, Any]] = {}
_CREATE: Final = Session.create_client


def keep(patch: Callable[[object, str, Any], None]) -> None:
    """From now on a client that was made before is given again; *patch* is a monkeypatch's.

    Of use under moto alone: its answers begin anew with every `mock_aws`, whichever client asks.
    """
    patch(Session, "create_client", _kept)


def _kept(session: Session, service_name: str, *args: Any, **options: Any) -> Any:
    config = options.pop("config", None)
    given = config._user_provided_options if config is not None else {}
    around = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    default = session.get_default_client_config()
    name = repr((service_name, args, options, sorted(given.items()), sorted(around.items()), default))
    if name not in _KEPT:
        options["config"] = config
        _KEPT[name] = _CREATE(session, service_name, *args, **options)
    return _KEPT[name]
