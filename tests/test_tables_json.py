"""JSON lines and arrays of objects."""

import json
from pathlib import Path

import pytest

from mmdemo.datasets.tables import json_rows
from mmdemo.errors import DatasetError
from tests.tables import read, table_of


def test_values_become_cells(tmp_path: Path) -> None:
    second = {"n": 0.25, "tags": ["a", {"é": None}], "text": None}
    objects = [{"text": " a cat ", "n": 1.0, "ok": True}, second, {"n": 7}]
    lines = "\r\n\r\n".join(map(json.dumps, objects))
    for data, numbers in ((lines, [1, 3, 5]), (json.dumps(objects, indent=2), [1, 2, 3])):
        sheet = read(tmp_path, "it.json", data.encode("utf-8-sig"))
        assert table_of(sheet) == [["text", "n", "ok", "tags"], ["a cat", "1", "true", ""],
                                   ["", "0.25", "", '["a", {"é": null}]'], ["", "7", "", ""]]  # fmt: skip
        assert sheet.cells.index.tolist() == numbers and not sheet.left_out


BROKEN = {
    '{"text": tru}': "is not valid JSON (Expecting value: line 1 column 10 (char 9))",
    '{"text": 1e999}': "is not valid JSON (it holds a number that is too large)",
    '{"text": 1, "text": 2}': "is not valid JSON (it holds a key twice)",
    '{"text": NaN}': "is not valid JSON (NaN is not a number)",
    '{"text": "\\ud800"}': "holds half a character (\\ud800 to \\udfff)",
    '{"text": "' + "x" * 1_000_000 + '"}': "has more than 1,000,000 bytes",
    '["text"]': "is not a JSON object",
}


@pytest.mark.parametrize("text", BROKEN, ids=BROKEN.values())
def test_a_broken_object_costs_no_other(text: str, tmp_path: Path) -> None:
    three = '{"text": "a"}', text, '{"text": "]}b"}'
    for data in ("\n".join(three), f"[{', '.join(three)}]"):
        sheet = read(tmp_path, "it.json", data.encode())
        assert sheet.cells[0].to_dict() == {1: "a", 3: "]}b"}
        assert [(one.row, one.reason) for one in sheet.left_out] == [("row 2", BROKEN[text])]


@pytest.mark.parametrize("data", ["5", '"text"', "null", "[1, 2]", "[]", "{}", "", '{"a":\n1}', "text,label"])
def test_what_holds_no_objects(data: str, tmp_path: Path) -> None:
    said = r'^it.json holds no objects such as {"text": "a cat"}; give one a line, or an array of them.$'
    with pytest.raises(DatasetError, match=said):
        read(tmp_path, "it.json", data.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030", "cp1252"])
@pytest.mark.parametrize("is_array", [True, False])
def test_any_encoding(encoding: str, is_array: bool, tmp_path: Path) -> None:
    text = "Größe" if encoding == "cp1252" else "一只小猫坐在垫子上"
    lines = [json.dumps({"text": text, "label": "a"}, ensure_ascii=False)] * 2
    data = f"[{','.join(lines)}]" if is_array else "\n".join(lines)
    assert table_of(read(tmp_path, "it.json", data.encode(encoding)))[1:] == [[text, "a"]] * 2


@pytest.mark.parametrize("data", [
    b"[" * 1_000_000, b'[{"a":' * 300_000, b'["' + b'\\"' * 3_000_000, b'{"a": ' * 500_000, b"[{" + b'"' * 1_000_001,
    b"{}\n" * 300_000,
])  # fmt: skip
def test_deep_and_endless_json_ends_quickly(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"^it.json (holds no objects|has more than)"):
        read(tmp_path, "it.json", data)


def test_keys_and_rows_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "MOST_COLUMNS", 5)
    monkeypatch.setattr(json_rows, "MOST_ROWS", 9)
    with pytest.raises(DatasetError, match=r"^it.json has more than 5 different keys; give objects with equal keys.$"):
        read(tmp_path, "it.json", "\n".join(f'{{"k{key}": 1}}' for key in range(8)).encode())
    with pytest.raises(DatasetError, match=r"^it.json has more than 9 rows; divide it, or remove blank ones.$"):
        read(tmp_path, "it.json", b'{"a": 1}\n' * 12)
