"""An event as files: every text of its templates in one of its own, everything else in `event.yaml`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cli.templates import event_yaml
from cli.templates.faults import Fault, Faulty
from cli.templates.meaning import TEMPLATES, meaning, spared, spared_variant, variants_of
from cli.templates.names import Place, file_name, read
from heliograph.api.templating import VARIANTS
from heliograph.domain.model import JSON

FILE: Final = "event.yaml"
OWN: Final = frozenset({"name", "weight"})
"""Of a variant, no parts."""
_STEP: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")

NO_PLACE: Final = (
    "no part of an event has this name: it is CHANNEL.html, CHANNEL.txt or CHANNEL.PART.txt, with .LANGUAGE"
    " behind the channel and @VARIANT before the ending (email.sv.subject@short.txt)"
)

type Files = Mapping[str, str]
"""File name -> source. In the file a line end stands behind it."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a folder: what `PUT /v1/events/{name}` takes, and the files that it comes from."""

    name: str
    body: JSON
    files: Files

    def place(self, file: str) -> str:
        """The path of one of its files in the folder."""
        return f"events/{self.name}/{file}"

    def fault(self, sentence: str, field: str, line: int = 0, column: int = 0) -> Fault:
        """The file of what the API says of *field*, such as `templates.email.variants[0].html`."""
        path = self._path(field)
        file = self._file(path)
        if file is None:
            return Fault(self.place(FILE), sentence, *event_yaml.position(self.files[FILE], path))
        return Fault(self.place(file), sentence, line, column)

    def _path(self, field: str) -> list[str | int]:
        """The steps to a field; names of templates have dots in them."""
        templates = self.body.get(TEMPLATES, {})
        name = max((one for one in templates if f"{field}.".startswith(f"{TEMPLATES}.{one}.")), key=len, default="")
        head: list[str | int] = [TEMPLATES, name] if name else []
        rest = field[len(f"{TEMPLATES}.{name}") :] if name else field
        return head + [int(found[1]) if found[1] else found[2] for found in _STEP.finditer(rest)]

    def _file(self, path: list[str | int]) -> str | None:
        """The file in which it stands or would have to stand, None for `event.yaml`."""
        match path:
            case ["templates", str(template)]:
                places = {file: read(file) for file in sorted(self.files)}
                return next((file for file, place in places.items() if place and place.template == template), None)
            case ["templates", str(template), "variants", int(index), str(part)]:
                variants = variants_of(self.body.get(TEMPLATES, {}).get(template))
                place = Place(template, part, variants[index]["name"]) if index < len(variants) else None
            case ["templates", str(template), str(part)] if part != VARIANTS:
                place = Place(template, part)
            case _:
                return None
        if place is None or place.part in OWN or self._inline(place):
            return None
        return file_name(place)

    def _inline(self, place: Place) -> bool:
        templates = self.body.get(TEMPLATES, {})
        given = place.template in templates and place.part in _holder(templates, place)
        return given and file_name(place) not in self.files


def joined(name: str, files: Files) -> Event:
    """The event that *files* hold.

    Raises:
        Faulty: with everything that is wrong.
    """
    folder = f"events/{name}"
    texts = {file: source for file, source in files.items() if file != FILE}
    wrong = [Fault(f"{folder}/{file}", NO_PLACE) for file in texts if read(file) is None]
    body: JSON = {}
    try:
        body = _settings_file(folder, files)
    except Faulty as exc:
        wrong += exc.faults
    else:
        told = {file: _put(body[TEMPLATES], file, source) for file, source in texts.items() if read(file)}
        wrong += [Fault(f"{folder}/{file}", sentence) for file, sentence in told.items() if sentence]
    if wrong:
        raise Faulty(wrong)
    return Event(name, body, files)


def _settings_file(folder: str, files: Files) -> JSON:
    place = f"{folder}/{FILE}"
    if FILE not in files:
        raise Faulty([Fault(place, "it is missing: write at least `channels: [email]` into it")])
    body = event_yaml.load(files[FILE], place)
    templates = body.setdefault(TEMPLATES, {})
    if not isinstance(templates, dict) or not all(isinstance(one, dict) for one in templates.values()):
        line, column = event_yaml.position(files[FILE], [TEMPLATES])
        raise Faulty([Fault(place, "`templates` must be an object of objects", line, column)])
    return body


def files(body: JSON) -> dict[str, str]:
    """The files that hold *body*: always the same for what means the same."""
    left, found = _split(body)
    settings = spared(_settings(body)) | ({TEMPLATES: left} if left else {})
    return {FILE: event_yaml.dump(settings).removesuffix("\n"), **found}


def same_settings(one: JSON, two: JSON) -> bool:
    """Whether all but the filed texts means the same."""
    return meaning(_settings(one)) == meaning(_settings(two)) and _split(one)[0] == _split(two)[0]


def _settings(body: JSON) -> JSON:
    return {name: value for name, value in body.items() if name != TEMPLATES}


def _split(body: JSON) -> tuple[JSON, dict[str, str]]:
    """(what of the templates stays in `event.yaml`, the texts by file)."""
    found: dict[str, str] = {}
    taken = {FILE}

    def filed(place: Place, source: Any) -> bool:
        file = file_name(place) if isinstance(source, str) else None
        # Where names differ in upper and lower case only, some disks have one file for both.
        if file is None or file.casefold() in taken:
            return False
        taken.add(file.casefold())
        found[file] = source
        return True

    left: JSON = {}
    for name, template in sorted(body.get(TEMPLATES, {}).items()):
        variants = variants_of(template)
        kept = {part: one for part, one in template.items() if not filed(Place(name, part), one)}
        if variants:
            kept[VARIANTS] = [_variant(name, variant, filed) for variant in variants]
        if kept or not template:
            left[name] = kept
    return left, found


def _variant(template: str, variant: JSON, filed: Callable[[Place, Any], bool]) -> JSON:
    name = variant["name"]
    return spared_variant(
        {part: one for part, one in variant.items() if part in OWN or not filed(Place(template, part, name), one)}
    )


def _put(templates: JSON, file: str, source: str) -> str:
    """Put a file's source where it belongs; a sentence where that cannot be."""
    place = read(file)
    if place is None:
        return NO_PLACE
    template = templates.setdefault(place.template, {})
    if place.variant and not any(one["name"] == place.variant for one in variants_of(template)):
        return f"there is no variant {place.variant!r}: list it in {FILE} under templates.{place.template}.variants"
    holder = _holder(templates, place)
    if place.part in holder:
        return f"the same part stands in {FILE}: remove it there"
    holder[place.part] = source
    return ""


def _holder(templates: JSON, place: Place) -> JSON:
    template: JSON = templates[place.template]
    if not place.variant:
        return template
    return next(one for one in variants_of(template) if one["name"] == place.variant)
