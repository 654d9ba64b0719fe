"""Integrations over the API, with one key."""

from collections.abc import Mapping
from typing import Final

from cli.templates.service import Refused, Service
from heliograph.domain.model import JSON

PATH: Final = "/v1/integrations"


class Integrations(Service):
    """Those of the project that the key belongs to."""

    def all(self) -> JSON:
        """`project`, `integrations` and `order`."""
        return self._call("GET", PATH)

    def one(self, name: str) -> JSON:
        """An integration.

        Raises:
            Refused: there is none with this id.
        """
        for found in self.all()["integrations"]:
            if found["id"] == name:
                known: JSON = found
                return known
        raise Refused({"detail": f"there is no integration {name}: `heliograph integrations list` shows them"})

    def of(self, project: str) -> None:
        """See that the key is of *project*, where one is named.

        Raises:
            Refused: it is of another.
        """
        if project and (found := self.all()["project"]) != project:
            raise Refused({"detail": f"the key is of project {found}, not of {project}; nothing was done"})

    def add(self, body: JSON) -> JSON:
        """Set a provider up."""
        return self._call("POST", PATH, json=body)

    def change(self, name: str, body: JSON) -> JSON:
        """Change one."""
        return self._call("PATCH", f"{PATH}/{name}", json=body)

    def check(self, name: str) -> JSON:
        """Ask the provider."""
        return self._call("POST", f"{PATH}/{name}/check")

    def order(self, channel: str, ids: tuple[str, ...], weights: Mapping[str, int]) -> JSON:
        """Put a channel's integrations in order, with weights or without."""
        body: JSON = {"channel": channel, "ids": list(ids)}
        return self._call("PUT", f"{PATH}/order", json=body | ({"weights": dict(weights)} if weights else {}))

    def remove(self, name: str, *, force: bool) -> JSON:
        """Remove one."""
        return self._call("DELETE", f"{PATH}/{name}", params={"force": "true"} if force else {})
