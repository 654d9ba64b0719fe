"""SSM parameters: the stage's secrets, the public URLs, and the credentials of integrations."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr, ValidationError

from heliograph.domain.errors import AccountTrouble, BadInput, Unavailable
from heliograph.domain.provider import Credentials, Provider
from heliograph.domain.signing import Signer
from heliograph.names import INTEGRATIONS, SECRET_NAMES, SECRETS, URL_NAMES, URLS

CREDENTIALS_FRESH: Final = 300
"""Seconds that credentials are cached; a refused account is read anew at once."""


LONGEST: Final = 4096
"""Characters of a standard parameter."""


class NotInitialised(Unavailable):
    """A 503: the stage's secrets are not there yet."""


class Secrets:
    """The stage's own secrets, read once an instance."""

    def __init__(self, client: Any, root: str) -> None:
        self._client = client
        self._root = root
        self._read: Mapping[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """One secret.

        Raises:
            NotInitialised: `heliograph init` has not been run.
        """
        if not self._read:
            read = _named(self._client, f"{self._root}/{SECRETS}", SECRET_NAMES)
            if missing := [wanted for wanted in SECRET_NAMES if not read.get(wanted)]:
                stage = self._root.rpartition("/")[2]
                raise NotInitialised(
                    f"the secret {missing[0]} is missing: run `heliograph init --stage {stage}` once, then try again"
                )
            self._read = read
        return self._read[name]

    def signer(self) -> Signer:
        """What signs and verifies our tokens."""
        return Signer(json.loads(self["tokens"]))


def public_urls(client: Any, root: str) -> Mapping[str, str]:
    """The public base URLs `api`, `webhooks` and `links`, without a trailing slash."""
    read = _named(client, f"{root}/{URLS}", URL_NAMES)
    return {name: url.rstrip("/") for name, url in read.items()}


class Vault:
    """The credentials of integrations, each one SecureString with JSON."""

    def __init__(self, client: Any, root: str, clock: Callable[[], int]) -> None:
        self._client = client
        self._root = f"{root}/{INTEGRATIONS}"
        self._clock = clock
        self._cache: dict[tuple[str, str], tuple[int, Credentials]] = {}

    def credentials(self, project: str, integration: str, provider: Provider) -> Credentials:
        """An instance of the provider's Credentials.

        Raises:
            AccountTrouble: there are none, or they are not what the provider needs.
            Unavailable: they could not be read.
        """
        place = (project, integration)
        until, known = self._cache.get(place, (0, None))
        # An integration's webhook token may be presented under another provider's name.
        if isinstance(known, provider.Credentials) and self._clock() < until:
            return known
        found = self._load(project, integration, provider)
        self._cache[place] = (self._clock() + CREDENTIALS_FRESH * 1000, found)
        return found

    def forget(self, project: str, integration: str) -> None:
        """Read them anew next time."""
        self._cache.pop((project, integration), None)

    def store(self, project: str, integration: str, credentials: Credentials) -> None:
        """Keep credentials; the only place where they are written.

        Raises:
            BadInput: they are longer than a parameter may be.
            Unavailable: they could not be kept.
        """
        text = json.dumps({name: _revealed(value) for name, value in credentials if value is not None})
        if len(text) > LONGEST:
            detail = f"the credentials have {len(text)} characters and at most {LONGEST} are kept: shorten them"
            raise BadInput(detail, field="credentials")
        name = self._name(project, integration)
        try:
            self._client.put_parameter(Name=name, Value=text, Type="SecureString", Overwrite=True)
        except (ClientError, BotoCoreError):
            # Not chained: a client's error may repeat what was sent.
            raise Unavailable("the credentials could not be kept: send the same request again") from None

    def remove(self, project: str, integration: str) -> None:
        """Delete credentials, if there are any.

        Raises:
            Unavailable: they could not be deleted.
        """
        self.forget(project, integration)
        try:
            self._client.delete_parameter(Name=self._name(project, integration))
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "ParameterNotFound":
                raise Unavailable("the credentials could not be deleted: send the same request again") from exc
        except BotoCoreError as exc:
            raise Unavailable("the credentials could not be deleted: send the same request again") from exc

    def _name(self, project: str, integration: str) -> str:
        return f"{self._root}/{project}/{integration}"

    def _load(self, project: str, integration: str, provider: Provider) -> Credentials:
        if not provider.Credentials.model_fields:
            return provider.Credentials()
        try:
            answer = self._client.get_parameter(Name=self._name(project, integration), WithDecryption=True)
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "ParameterNotFound":
                raise Unavailable("the credentials could not be read") from exc
            raise AccountTrouble("the integration has no credentials: add it again") from exc
        except BotoCoreError as exc:
            raise Unavailable("the credentials could not be read") from exc
        try:
            return provider.Credentials.model_validate_json(answer["Parameter"]["Value"])
        except ValidationError:
            # Not chained: pydantic's error repeats the values.
            raise AccountTrouble("the stored credentials are not what the provider needs: add them again") from None


def _revealed(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return [_revealed(one) for one in value] if isinstance(value, (list, tuple)) else value


def _named(client: Any, path: str, names: Sequence[str]) -> dict[str, str]:
    """The parameters *path*/*name* that exist; named one by one, since no function may list them."""
    try:
        answer = client.get_parameters(Names=[f"{path}/{name}" for name in names], WithDecryption=True)
    except ClientError as exc:
        raise Unavailable(f"the parameters below {path} could not be read") from exc
    except BotoCoreError as exc:
        raise Unavailable("the parameter store did not answer") from exc
    return {one["Name"].rpartition("/")[2]: one["Value"] for one in answer["Parameters"]}
