"""A visitor's session without a browser: what Streamlit's own page sends and receives, over its socket."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.tab import Answer, Tab, open_tab

_SECONDS = 120.0


class Session:
    """One open tab on a page of the app; every call waits until the page's script has run to its end.

    elements: id → widget of the page as it is. errors: what it says is wrong. query: the rest of its address.
    failures: those of them that are no mere hints. runs: how often its script has ended. drawn: kind of element → how
    many the last run sent.
    """

    def __init__(self, tab: Tab) -> None:
        self.tab, self.elements, self.errors, self.runs = tab, dict[str, Any](), list[str](), 0
        self.failures, self.drawn = list[str](), Counter[str]()
        self._states: dict[str, WidgetState] = {}
        self._fragments: dict[str, str] = {}  # id of a widget → the fragment in which it is
        self._kept: dict[str, ForwardMsg] = {}  # what need not be sent again, as a browser keeps it
        self._page, self.query, self._script = "", "", ""

    def visit(self, page: str, query: str = "") -> None:
        """Open a page by its name in the address, "" for the first; query: the rest of the address."""
        self._page, self.query, self._script = page, query, ""
        self._states.clear()
        self._run()

    def refresh(self) -> None:
        """Run the page again as it is."""
        self._run()

    def set(self, key: str, **value: Any) -> None:
        """Give the widget with this key a value, such as `string_value="a red car"`, and run the page."""
        state = WidgetState(id=self.widget(key).id)
        for name, given in value.items():
            field = getattr(state, name)
            if hasattr(field, "data"):
                field.data.extend(given)
            else:
                setattr(state, name, given)
        self._states[state.id] = state
        self._run(self._fragments.get(state.id, ""))
        if "trigger_value" in value:  # a click holds for one run
            self._states.pop(state.id, None)

    def widget(self, key: str) -> Any:
        """Return the widget with this key, also where a number is appended; raise a KeyError where there is none."""
        for one in self.elements.values():
            if re.search(rf"-{re.escape(key)}(_\d+)?$", one.id):
                return one
        raise KeyError(f"The page shows no widget {key!r}, but {list(self.elements)}; it says {self.errors}.")

    def upload(self, key: str, name: str, content: bytes) -> Answer:
        """Send a file to the uploader with this key and run the page; return the server's answer to the file."""
        (urls,) = self.tab.places([name])
        answer = self.tab.send(urls.upload_url, name, content)
        state = WidgetState(id=self.widget(key).id)
        files = state.file_uploader_state_value.uploaded_file_info
        files.add(name=name, size=len(content), file_id=urls.file_id).file_urls.CopyFrom(urls)
        self._states[state.id] = state
        self._run()
        return answer

    def _run(self, fragment: str = "") -> None:
        """Run the page, or a fragment of it, and take what comes until it has ended."""
        self.tab.socket.send(self._request(fragment).SerializeToString())
        before = (self.elements, self._kept) if fragment else ({}, {})
        self.elements, seen = dict(before[0]), dict(before[1])
        self.errors, self.failures, self.drawn = [], [], Counter()
        for sent in self._heard():
            heard = self._whole(sent)
            if heard.metadata.cacheable:
                seen[heard.hash] = heard
            if heard.HasField("script_finished"):
                self.runs += 1
                if heard.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    break
            self._take(heard)
        self._kept = seen

    def _request(self, fragment: str) -> BackMsg:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash, asked.fragment_id = self.query, self._script, fragment
        asked.page_name = "" if self._script else self._page
        asked.widget_states.widgets.extend(self._states.values())
        asked.cached_message_hashes.extend(self._kept)
        return message

    def _whole(self, sent: ForwardMsg) -> ForwardMsg:
        """Return a message, with the content that was kept if it only refers to it."""
        return self._kept[sent.ref_hash] if sent.HasField("ref_hash") else sent

    def _take(self, heard: ForwardMsg) -> None:
        if heard.HasField("navigation"):
            self._script = heard.navigation.page_script_hash
        if heard.HasField("page_info_changed"):
            self.query = heard.page_info_changed.query_string
        element = heard.delta.new_element if heard.HasField("delta") else None
        kind = element.WhichOneof("type") if element is not None else None
        if kind:
            self.drawn[kind] += 1
            one = getattr(element, kind)
            if getattr(one, "id", ""):
                self.elements[one.id], self._fragments[one.id] = one, heard.delta.fragment_id
            if kind in ("alert", "exception"):
                self.errors.append(str(getattr(one, "body", one)))
                if kind == "exception" or one.format == Alert.ERROR:
                    self.failures.append(self.errors[-1])

    def _heard(self) -> Iterator[ForwardMsg]:
        while True:
            yield ForwardMsg.FromString(self.tab.socket.recv(_SECONDS))


@contextmanager
def open_session(url: str, page: str = "", query: str = "", cookie: str = "") -> Iterator[Session]:
    """Open a page as a new visitor, or as the one whose cookie it is, until the block ends."""
    with open_tab(url, cookie) as tab:
        tab.wait()
        session = Session(tab)
        session.visit(page, query)
        yield session
