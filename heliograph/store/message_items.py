"""Messages as items: short attribute names, because every started kilobyte is a write unit.

md mode   ln lane   ch channel   ev event   vn version   to address   c contact   lg language   cr created
d content (JSON)   dp sort key of the content, where it has an item of its own
se the payload's hidden keys, encrypted; `-` where they lie in the content's item, as its `s`
    ov overrides (JSON)   fl files   mt metadata (JSON)   tg tags   pl plan   h body hash   eg engaged
a attempt   ph phase   r0.. ranks   t0.. tries   dl delivered   n tries   tok token   ls lease   due   stop
rt routing   fi filtered   sp step   nb beside   nf fails over   na patience   bg begun (a at, x why)
ag again   exp expires   tm terms (w window, z zone, l lifetime, f fixed; and as in persistence_items)
pu pushes   xh hits   xo uncounted hits
ga gathered   hd held   hs since   wt waited   sl slot   mk marks   sw, ct, cl, mg a stack: see stack_items
"""

import json
from dataclasses import asdict
from typing import Any, Final

from heliograph.domain.attachment import File
from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.message import Content, Lane, Message, MessageId
from heliograph.domain.model import Channel, EventKind
from heliograph.domain.project import Mode
from heliograph.domain.routing import RoutingMode
from heliograph.domain.status import Status
from heliograph.domain.timing import Terms
from heliograph.domain.tries import Try
from heliograph.names import BY_CONTACT, BY_TIME, INDEXES, PARTITION, SORT, TTL, WORK
from heliograph.store import keys, persistence_items, stack_items
from heliograph.store.table import Item

_WORK, _WORK_SORT = INDEXES[WORK]
_TRY: Final = {
    "integration": "i",
    "provider": "p",
    "at": "at",
    "ended_at": "e",
    "sent_at": "s",
    "provider_message_id": "m",
    "ending": "st",
    "reason": "r",
    "code": "c",
    "text": "x",
    "variant": "v",
    "cause": "by",
    "waited": "w",
    "lasting": "l",
    "repeats": "n",
}
_TERMS: Final = {"window": "w", "zone": "z", "lifetime": "l", "fixed": "f"}
_FILE: Final = {"name": "n", "type": "t", "size": "z", "content_id": "c", "key": "k"}
_FIELDS: Final = {
    "attempt": "a",
    "phase": "ph",
    "delivered": "dl",
    "tries": "n",
    "token": "tok",
    "lease": "ls",
    "due": "due",
    "stop": "stop",
    "again": "ag",
    "expires": "exp",
    "pushes": "pu",
    "step": "sp",
    "beside": "nb",
    "fails_over": "nf",
    "patience": "na",
    "gathered": "ga",
    "held": "hd",
    "held_at": "hs",
    "waited": "wt",
    "slot": "sl",
    "marks": "mk",
}
_DEFAULTS: Final = asdict(Progress())


def progress_attributes(message: Message, state: Progress) -> Item:
    """The moving part as attributes; what stands at its default is None, that is: absent."""
    found: Item = {}
    for field, name in _FIELDS.items():
        value = getattr(state, field)
        found[name] = None if value == _DEFAULTS[field] and field != "attempt" else value
    found["ph"] = None if state.phase is Phase.OPEN else state.phase.value
    found |= {f"r{k}": int(rank) for k, rank in enumerate(state.ranks)}
    found |= {f"t{k}": _try_attributes(entry) for k, entry in enumerate(state.log)}
    partition, sort = _work_entry(message, state)
    return found | {_WORK: partition, _WORK_SORT: sort}


def guards(move_on: frozenset[str], attributes: Item) -> Item:
    """What a move was decided on, as attributes that must still have their values."""
    wanted: Item = {}
    for name in sorted(move_on):
        if name == "check":
            attribute = _WORK_SORT
        elif name.startswith("rank:"):
            attribute = f"r{name.removeprefix('rank:')}"
        else:
            attribute = _FIELDS[name]
        wanted[attribute] = attributes.get(attribute)
    return wanted


def encode(message: Message) -> Item:
    """A whole message."""
    partition, sort = keys.message(message.id)
    item: Item = {
        PARTITION: partition,
        SORT: sort,
        TTL: message.expires_from_table,
        "md": message.mode.value,
        "ln": message.lane.value,
        "ch": message.channel.value,
        "ev": message.event,
        "vn": message.version,
        "to": message.to,
        "c": message.contact or None,
        "lg": message.language or None,
        "cr": message.created,
        "d": encode_content(message.content) if message.content else None,
        "dp": message.content_ref or None,
        "se": message.sealed or None,
        "ov": _dumps(message.overrides) if message.overrides else None,
        "fl": [_file_attributes(one) for one in message.files] or None,
        "tm": _terms_attributes(message.terms),
        "mt": _dumps(dict(message.metadata)) if message.metadata else None,
        "tg": list(message.tags) or None,
        "pl": [channel.value for channel in message.plan] if len(message.plan) > 1 else None,
        "rt": None if message.routing is RoutingMode.SINGLE else message.routing.value,
        "fi": message.filtered or None,
        "bg": {"a": message.begun, "x": message.why} if message.begun else None,
        "h": message.body_hash or None,
    }
    if message.id.number == 0:
        for index, entry in (
            (BY_TIME, keys.by_time(message.id, message.mode, message.created)),
            (BY_CONTACT, keys.by_contact(message.id, message.contact, message.created) if message.contact else None),
        ):
            item |= dict(zip(INDEXES[index], entry, strict=True)) if entry else {}
    return item | stack_items.attributes(message) | progress_attributes(message, message.progress)


def decode(at: MessageId, item: Item) -> Message:
    """Back from an item."""
    channel = Channel(item["ch"])
    return Message(
        id=at,
        mode=Mode(item["md"]),
        lane=Lane(item["ln"]),
        channel=channel,
        event=item["ev"],
        version=item["vn"],
        to=item["to"],
        contact=item.get("c", ""),
        language=item.get("lg", ""),
        created=item["cr"],
        content=decode_content(item["d"]) if "d" in item else None,
        content_ref=item.get("dp", ""),
        sealed=item.get("se", b""),
        overrides=json.loads(item["ov"]) if "ov" in item else {},
        files=tuple(map(_file, item.get("fl", ()))),
        metadata=json.loads(item["mt"]) if "mt" in item else {},
        tags=tuple(item.get("tg", ())),
        plan=tuple(map(Channel, item.get("pl", ()))) or (channel,),
        routing=RoutingMode(item.get("rt", RoutingMode.SINGLE)),
        filtered=item.get("fi", False),
        begun=item["bg"]["a"] if "bg" in item else 0,
        why=item["bg"]["x"] if "bg" in item else "",
        body_hash=item.get("h", b""),
        terms=_terms(item.get("tm", {})),
        expires_from_table=item[TTL],
        progress=_progress(item),
        engaged=frozenset(map(EventKind, item.get("eg", ()))),
        hits=item.get("xh", 0),
        uncounted=item.get("xo", 0),
        stacked=stack_items.stacked(item),
        merged=stack_items.merged(item),
    )


def encode_content(content: Content) -> str:
    """What templates are rendered with, as JSON text."""
    return _dumps({"p": content.payload, "c": content.contact})


def decode_content(text: str) -> Content:
    """Back from JSON text."""
    read = json.loads(text)
    return Content(payload=read["p"], contact=read["c"])


def _progress(item: Item) -> Progress:
    last = item["a"]
    known = {field: item[name] for field, name in _FIELDS.items() if name in item and field != "phase"}
    entry = item.get(_WORK, "")
    when = int(item[_WORK_SORT].split("#", 1)[0]) if entry else None
    return Progress(
        **known,
        phase=Phase(item.get("ph", Phase.OPEN)),
        ranks=tuple(item[f"r{k}"] for k in range(last + 1)),
        log=tuple(_try(item[f"t{k}"]) if f"t{k}" in item else Try() for k in range(last + 1)),
        check=when if entry.startswith("W#") else None,
        bad=None if entry.startswith(("W#", "H#")) else when,
    )


def _work_entry(message: Message, state: Progress) -> tuple[str | None, str | None]:
    if state.held:
        return keys.held(message.id, message.mode, state.held, message.lane, state.expires)
    if state.check is not None:
        return keys.work(message.id, message.lane, state.check)
    return (None, None) if state.bad is None else keys.bad_end(message.id, message.mode, state.bad)


def _try_attributes(entry: Try) -> dict[str, Any] | None:
    return {short: value for field, short in _TRY.items() if (value := getattr(entry, field))} or None


def _try(item: dict[str, Any]) -> Try:
    known = {field: item[short] for field, short in _TRY.items() if short in item}
    if "ending" in known:
        known["ending"] = Status(known["ending"])
    return Try(**known)


def _terms_attributes(terms: Terms) -> dict[str, Any] | None:
    found = {short: value for field, short in _TERMS.items() if (value := getattr(terms, field))}
    return found | persistence_items.encode(terms.persistence) or None


def _terms(item: dict[str, Any]) -> Terms:
    known = {field: item[short] for field, short in _TERMS.items() if short in item}
    return Terms(**known, persistence=persistence_items.decode(item))


def _file_attributes(one: File) -> dict[str, Any]:
    return {short: value for field, short in _FILE.items() if (value := getattr(one, field))}


def _file(item: dict[str, Any]) -> File:
    return File(**{field: item[short] for field, short in _FILE.items() if short in item})


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
