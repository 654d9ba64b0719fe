"""Why the local host cannot start: each message is one sentence that says what to do."""


class CannotStart(Exception):
    """The base; `python -m local` prints it and exits with status 1."""


class PortTaken(CannotStart):
    """A port of this host is in use, or does not exist."""


class UnknownResource(CannotStart):
    """The template holds a type that the local host does not know."""


class StackFailed(CannotStart):
    """No template was made, or moto could not create the stack from it."""
