"""Which files of a folder or zip nobody means: what systems and programs leave there."""

_FOLDERS = frozenset(("__macosx", ".git", ".svn", ".hg", ".venv", "$recycle.bin", "system volume information"))
_FILES = frozenset((".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".nomedia"))


def is_clutter(name: str) -> bool:
    """Return whether a system or program left this file, so that no table means it.

    >>> is_clutter("__MACOSX/pets/cat.png"), is_clutter("pets/._cat.png"), is_clutter(".photos/cat.png")
    (True, True, False)
    """
    *folders, last = name.lower().split("/")
    return last in _FILES or last.startswith("._") or not _FOLDERS.isdisjoint(folders)


def is_hidden(name: str) -> bool:
    """Return whether a file, or a folder that holds it, begins with a dot: only a path in a table can mean it.

    >>> is_hidden(".photos/cat.png"), is_hidden("./cat.png"), is_hidden("photos/cat.png")
    (True, False, False)
    """
    return any(part.startswith(".") and part.strip(".") for part in name.split("/"))
