"""The report: whole, honest, safe with what people write, and the command that makes it."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mmdemo.__main__ import main
from mmdemo.bundles.bundle import load
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.summary import summarise
from mmdemo.bundles.writing import save
from mmdemo.datasets.registry import load as load_data
from mmdemo.errors import DatasetError
from mmdemo.evaluation.of_hundred import answer_sentence, hundred_sentence
from mmdemo.report.examples import examples
from mmdemo.report.kept import kept_report
from mmdemo.report.page import build_report
from mmdemo.report.stages import SECONDS, STAGES
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training.train import train
from tests.hostile import CAPTIONS, LABELS, NAME, hostile_folder
from tests.models import ROOT, config

pytestmark = pytest.mark.slow  # each draws a whole report

EVERYDAY = ROOT / "models" / "everyday"
OURS = {"html", "head", "meta", "title", "link", "style", "body", "header", "main", "article", "h1", "h2", "h3"}
OURS |= {"p", "b", "br", "small", "span", "ul", "li", "pre", "code", "div", "figure", "figcaption", "img"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}

DRAWN = {"svg", "rect", "g", "path", "text", "line", "defs", "clipPath", "tspan"}


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A model of hostile data, and that data."""
    parent = tmp_path_factory.mktemp("hostile")
    data = hostile_folder(parent)
    dataset = load_data(str(data))
    trained = train(dataset, config("efficientnet", "tfidf"), cache=FeatureCache(cache_dir() / "features"))
    command = f"python -m mmdemo train --data '{data}' --seed 42 --out /srv/secret/run"
    save(trained, parent / "model", command, {"seconds": {"total": 1.5}, "peak_mb": 300.0})
    return parent / "model", data


@pytest.fixture(scope="module")
def homonyms(tmp_path_factory):
    """A model of the drawn homonyms, words only."""
    parent = tmp_path_factory.mktemp("homonyms")
    dataset = load_data("homonyms", n=160)
    save(train(dataset, config("none", "tfidf")), parent / "model", "python -m mmdemo train --data homonyms", {})
    return parent / "model"


@pytest.fixture(scope="module")
def everyday():
    return build_report(load(EVERYDAY))


def assert_alone(html: str) -> Page:
    """Fail unless the page holds no script, no tag that it should not, and refers to nothing but itself."""
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= OURS
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        for name in ("src", "href", "action", "srcset", "background"):
            assert (attributes.get(name) or "data:").startswith("data:"), (tag, attributes)
    assert "url(" not in html and "@import" not in html
    # A key's colour says nothing beyond the words beside it.
    assert all(image["alt"] or image["style"].startswith("width:.8em") for image in page.all("img"))
    return page


def test_the_shipped_model_s_report_is_whole(everyday):
    page = assert_alone(everyday.html)
    summary = summarise(EVERYDAY)
    for head in summary.evaluation.heads.values():
        assert f"{head.accuracy:.3f}" in page.text and f"({head.ci95[0]:.3f}–{head.ci95[1]:.3f})" in page.text
    found = summary.evaluation
    assert answer_sentence(found) in page.text and hundred_sentence(found) in page.text
    main, _, rest = page.text.partition("The statistics\n")
    assert all(said in main for said in found.sentences())
    assert all(said in rest for said in (*found.statistics(), *found.notes(), found.protocol))
    for heading in ("are mixed up", "be trusted?", "why each"):
        assert heading in main
    for heading in ("Class by class", "Calibration", "How it was made"):
        assert heading in rest
    assert summary.command in page.text and summary.fingerprint in page.text
    assert {"accuracy", "adds", "confusion", "calibration"} <= set(everyday.figures)
    for name, figure in everyday.figures.items():
        assert figure.svg.startswith("<svg"), name
        assert figure.uri in everyday.html


def test_the_same_model_gives_the_same_report(homonyms):
    assert build_report(load(homonyms)).html == build_report(load(homonyms)).html


def test_limits_are_shown_where_they_are_known_and_one_head_is_enough(homonyms):
    page = assert_alone(build_report(load(homonyms)).html)
    assert "expect on this data\n(caption alone 75.0%)" in page.text
    assert "nothing to compare" in page.text
    assert "McNemar" not in page.text


def test_without_the_stamps_there_are_drawings_and_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("MMDEMO_STAMPS_DIR", str(tmp_path))
    page = assert_alone(build_report(load(EVERYDAY)).html)
    assert "Fusion Lab's own drawings" in page.text
    assert page.text.count("Why “") == 6


def test_a_held_out_pair_is_explained_by_a_model_that_had_not_seen_it(homonyms):
    bundle = load(homonyms)
    found = examples(bundle, model_facts(homonyms))
    assert found.note.startswith("Each pair is answered by a model that had not seen it.")
    held_out, captions = bundle.held_out, load_data("homonyms", n=160).frame["text"]
    said = zip(held_out.guesses("text"), held_out.confidence("text"), strict=True)
    answers = dict(zip(held_out.ids, said, strict=True))
    assert len(found.pairs) == 4
    for pair in found.pairs:
        told = [answers[row] for row in captions.index[captions == pair.written.strip("“”")]]
        assert any(pair.answer == label and abs(pair.probability - sure) < 1e-6 for label, sure in told)


def test_what_people_wrote_stays_text(hostile):
    folder, data = hostile
    report = build_report(load(folder), title="<script>alert(9)</script>", data=data)
    page = assert_alone(report.html)
    for label in LABELS.values():
        assert label in page.text
    assert "<script>alert(9)</script>" in page.text
    shown = [caption for caption in CAPTIONS if caption in page.text]
    assert shown, "no example shows a caption"
    for figure in report.figures.values():
        elements = list(ElementTree.fromstring(figure.svg).iter())
        assert {element.tag.rpartition("}")[2] for element in elements} <= DRAWN
        assert not [name for element in elements for name in element.attrib if name.startswith("on")]


def test_no_path_of_the_machine_is_in_it(hostile):
    folder, data = hostile
    html = build_report(load(folder), data=data).html
    assert "/srv" not in html and str(data.parent) not in html
    assert "--out" not in html


def test_data_of_somebody_s_own_is_asked_for(hostile, tmp_path):
    folder, _ = hostile
    page = assert_alone(build_report(load(folder)).html)
    assert "Give the data" in page.text
    other = hostile_folder(tmp_path)
    (other / "data.csv").write_text((other / "data.csv").read_text().replace("a round ball", "another ball"))
    with pytest.raises(DatasetError, match="differs from"):
        build_report(load(folder), data=other)


def test_the_command_writes_the_page_and_the_charts(homonyms, tmp_path, capsys):
    page, charts = tmp_path / "report.html", tmp_path / "charts"
    arguments = ["report", "--model", homonyms, "--output", page, "--charts", charts, "--title", "Words & more"]
    assert main([str(word) for word in arguments]) == 0
    assert "Words &amp; more" in page.read_text("utf-8")
    assert str(page) in capsys.readouterr().out
    names = {path.name for path in charts.iterdir()}
    assert page.stat().st_mtime_ns >= max(path.stat().st_mtime_ns for path in charts.iterdir()), "the page comes last"
    assert {"accuracy.svg", "accuracy.png", "confusion.svg", "calibration.png"} <= names
    assert all((charts / name).read_bytes()[:4] == b"\x89PNG" for name in names if name.endswith(".png"))


def test_the_command_says_what_it_does_and_how_far_it_is(homonyms, tmp_path, capsys):
    assert main(["report", "--model", str(homonyms), "--output", str(tmp_path / "r.html"), "--progress", "json"]) == 0
    *events, result = map(json.loads, capsys.readouterr().out.splitlines())
    assert result["event"] == "result"
    assert list(dict.fromkeys(event["stage"] for event in events)) == list(STAGES) == list(SECONDS)
    wholes = [event["whole"] for event in events]
    assert wholes == sorted(wholes) and (wholes[0], wholes[-1]) == (0.0, 1.0) and len(set(wholes)) > len(STAGES)
    assert all(event["left"] >= 0 for event in events)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--model", "nowhere", "--output", "r.html"), "There is no model in 'nowhere'"),
        (("--model", "MODEL", "--output", "."), "is a folder"),
        (("--model", "MODEL", "--output", "missing/r.html"), "cannot be written"),
        (("--model", "MODEL"), "--output"),
        (("--model", "MODEL", "--output", "r.html", "--charts", "full"), "not an empty folder"),
        (("--model", "MODEL", "--output", "r.html", "--data", "nowhere"), "There is no dataset"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(arguments, message, homonyms, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    assert main(["report", *(str(homonyms) if word == "MODEL" else word for word in arguments)]) == 2
    error = capsys.readouterr().err.strip()
    assert message in error and len(error.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_a_report_is_kept_by_model_title_and_what_is_known(homonyms, monkeypatch, tmp_path):
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path))
    summary = summarise(homonyms)
    kept = kept_report(summary, "A")
    assert kept == kept_report(summary, "A") != kept_report(summary, "B")
    assert kept_report(summary, "A", ["--data", "copy"]) != kept, "who may not see its pairs gets another"
    assert kept.folder.is_relative_to(tmp_path)
    kept.prepare()
    assert kept.folder.is_dir() and not kept.page.exists()
    study = tmp_path / "studies" / summary.fingerprint / "learning.json"
    study.parent.mkdir(parents=True)
    study.write_text("{}")
    assert kept_report(summary, "A") != kept


def test_the_pages_do_not_load_what_draws_the_charts():
    code = "import sys, mmdemo.ui.pages.models.report_view, mmdemo.report.page; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_hostile_names_are_hostile():
    assert "<" in NAME and Path(NAME).name == NAME
