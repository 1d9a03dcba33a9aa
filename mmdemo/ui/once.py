"""What the server has once, whatever happens to Streamlit's caches: any visitor's browser may ask to clear those."""

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """A function without arguments that makes its value at its first call and returns it ever after; as a decorator.

    Any thread may call it. A `st.cache_resource` would not do for what has threads or processes of its own: cleared, it
    would make a second one beside the first.

    >>> made = Once(list)
    >>> made() is made()
    True
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self.__doc__ = make.__doc__
        self._made, self._lock = cache(make), Lock()

    def __call__(self) -> T:
        """Return the value."""
        with self._lock:
            return self._made()

    def clear(self) -> None:
        """Forget the value, for tests; one that another thread is making is waited for, and forgotten, too."""
        with self._lock:
            self._made.cache_clear()
