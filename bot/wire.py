"""Text off the wire, made fit to store."""


def clean(text: str) -> str:
    """The text as every database can store it: without NUL and lone surrogates, line breaks as one character."""
    return text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()


def is_clean(text: str) -> bool:
    """Whether an id can be stored as it is. One that cannot is no id of any platform."""
    return clean(text) == text
