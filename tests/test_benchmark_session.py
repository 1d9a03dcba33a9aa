"""The visitor without a browser that the benchmarks send to a server: what it says, and what it keeps."""

import os
import time
from collections.abc import Iterator, Sequence

import pytest
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.reruns import cpu_seconds, pages
from benchmarks.session import Session
from mmdemo.ui.frame import ENTRIES
from tests.tab import Tab

CAPTION, DETAIL = "$$ID-1-caption", "$$ID-2-detail"


class Line:
    """A socket whose other end answers each rerun with the next of some lists of messages, and then the end."""

    def __init__(self, *answers: Sequence[ForwardMsg]) -> None:
        self.said: list[ClientState] = []
        self._answers, self._coming = iter(answers), iter(())

    def send(self, data: bytes) -> None:
        self.said.append(BackMsg.FromString(data).rerun_script)
        end = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
        self._coming: Iterator[ForwardMsg] = iter([*next(self._answers), end])

    def recv(self, timeout: float) -> bytes:
        return next(self._coming).SerializeToString()


def field(id: str, fragment: str = "", **about: str) -> ForwardMsg:
    message = ForwardMsg(hash=about.get("hash", ""))
    message.metadata.cacheable = "hash" in about
    message.delta.fragment_id = fragment
    message.delta.new_element.text_input.id = id
    return message


def alert(body: str, kind: Alert.Format.ValueType) -> ForwardMsg:
    message = ForwardMsg()
    message.delta.new_element.alert.body, message.delta.new_element.alert.format = body, kind
    return message


def session(*answers: Sequence[ForwardMsg]) -> tuple[Session, Line]:
    line = Line(*answers)
    return Session(Tab("http://here", "one", "token", line)), line  # type: ignore[arg-type]


def test_a_caption_is_sent_as_the_page_sends_it() -> None:
    visitor, line = session([field(CAPTION)], [field(CAPTION)])
    visitor.visit("classify", "model=mine")
    visitor.set("caption", string_value="a red car")
    first, second = line.said
    assert (first.page_name, first.query_string, len(first.widget_states.widgets)) == ("classify", "model=mine", 0)
    (state,) = second.widget_states.widgets
    assert (state.id, state.string_value, second.fragment_id) == (CAPTION, "a red car", "")


def test_a_widget_in_a_fragment_runs_that_alone_and_the_rest_of_the_page_stays() -> None:
    visitor, line = session([field(CAPTION), field(DETAIL, "part")], [field(DETAIL, "part")], [field(CAPTION)])
    visitor.visit("evaluate")
    visitor.set("detail", int_value=2)
    assert line.said[-1].fragment_id == "part"
    assert set(visitor.elements) == {CAPTION, DETAIL}
    visitor.refresh()
    assert line.said[-1].fragment_id == ""
    assert set(visitor.elements) == {CAPTION}


def test_what_the_visitor_has_kept_is_not_sent_again() -> None:
    visitor, line = session([field(CAPTION, hash="abc")], [ForwardMsg(ref_hash="abc")], [], [])
    visitor.visit("classify")
    visitor.refresh()
    assert list(line.said[1].cached_message_hashes) == ["abc"]
    assert set(visitor.elements) == {CAPTION}
    visitor.refresh()
    visitor.refresh()
    assert list(line.said[3].cached_message_hashes) == []


def test_a_hint_is_no_failure() -> None:
    visitor, _ = session([alert("Press Train", Alert.INFO), alert("Too large", Alert.ERROR)])
    visitor.visit("train")
    assert (visitor.errors, visitor.failures) == (["Press Train", "Too large"], ["Too large"])
    assert visitor.drawn == {"alert": 2}


def test_every_page_is_rerun() -> None:
    assert list(pages()) == [entry.title for entry in ENTRIES]
    assert pages()["Overview"] == ""
    assert pages()["Classify"] == "classify"


def test_the_processor_time_of_a_process_is_its_own() -> None:
    assert cpu_seconds(os.getpid()) == pytest.approx(time.process_time(), abs=0.5)
