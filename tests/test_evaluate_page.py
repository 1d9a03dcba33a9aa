"""The Evaluate page without a browser: what it says of the shipped model, of a small one, and where data is missing."""

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.writing import save
from mmdemo.datasets.base import Dataset
from mmdemo.evaluation.calibration import Coverage
from mmdemo.evaluation.confusion import confusion_matrix, mistakes
from mmdemo.evaluation.evaluate import evaluate as evaluation_of
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.of_hundred import answer_sentence
from mmdemo.evaluation.sentences import points
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.model.config import ModelConfig
from mmdemo.storage.folders import runs_dir
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Curve, Robustness
from mmdemo.studies.study import KINDS, keep, place_of
from mmdemo.training.train import train
from mmdemo.ui import frame, model_data, runs, state
from mmdemo.ui.pages.evaluate import statistics
from mmdemo.ui.pages.evaluate.head_detail import kept
from tests.homonyms_model import NAME, bundle
from tests.page_tables import tables

pytestmark = pytest.mark.slow  # whole pages

PATIENCE = 60
LEARNING = LearningCurve(48, 3, (40, 112), {"fused": (0.6, 0.8)}, {"fused": ((0.5, 0.7), (0.7, 0.9))})
ROBUST = Robustness(48, 48, (Curve("Typing errors", "Words (%)", "text", (0, 50), {"fused": (0.9, 0.8)}),))


def shown(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.header, app.info, app.error, app.metric)
    return " ".join(f"{getattr(element, 'label', '')} {element.value}" for kind in kinds for element in kind)


def evaluate(model: str | None = None, *opened: str) -> AppTest:
    """Open the page; opened: keys of expanders that are open."""
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    if model:
        app.query_params["model"] = model
    app.run().switch_page("pages/evaluate.py").run()
    for key in opened:
        app.session_state[key] = True
    return app.run() if opened else app


def assert_calm(app: AppTest) -> None:
    assert not app.exception and not [error.value for error in app.error]


@pytest.fixture
def homonyms() -> Iterator[Bundle]:
    """The model of the homonyms; what the page or a test keeps of it is gone afterwards."""
    yield bundle()
    for kind in KINDS:
        place_of(bundle(), kind).unlink(missing_ok=True)


def keep_study(of: Bundle, kind: str, result: Any) -> None:
    from dataclasses import asdict

    keep({"schema": 2, "kind": kind, "result": asdict(result), "seconds": {}}, place_of(of, kind))


def test_the_shipped_model_is_shown_with_its_verdicts_and_numbers() -> None:
    app = evaluate(None, "statistics")
    assert_calm(app)
    everyday = load(state.model_folder(state.EVERYDAY))
    found = everyday.evaluation
    first = [element.value for element in app.markdown[1:4]]
    whose = r"These are the numbers of **Everyday \(shipped\)**, trained on **stamps \(en\)**."
    plain = "\n".join(f"- {sentence}" for sentence in found.sentences())
    assert first == [whose, f"## {answer_sentence(found)}", plain]
    assert app.markdown[3].help == "  \n".join(found.statistics())
    assert all(note in shown(app) for note in found.notes())
    added, table = tables(app)
    assert added["Fixed / broken"].tolist() == [f"{one.fixed} / {one.broken}" for one in found.adds.values()]
    assert added["Points"].tolist() == [points(one.accuracy) for one in found.adds.values()]
    heads = found.heads.values()
    assert table["Accuracy"].tolist() == [f"{one.accuracy:.1%}" for one in heads]
    assert table["Macro F1"].tolist() == [f"{one.f1_macro:.1%}" for one in heads]
    assert table["Log loss (nats)"].tolist() == [f"{one.log_loss:.3f}" for one in heads]


def test_the_statistics_stay_out_of_the_way_until_they_are_asked_for() -> None:
    app = evaluate()
    assert not tables(app) and not app.dataframe and not app.get("vega_lite_chart")
    main = " ".join(element.value for kind in (app.markdown, app.caption, app.header) for element in kind)
    assert not re.search(r"McNemar|95 % interval|macro F1|log loss|held.out|confusion|Calibrat", main, re.IGNORECASE)
    opened = evaluate(None, "statistics", "confusion_matrix", "by_class", "probabilities")
    assert_calm(opened)
    assert len(tables(opened)) == 2 and len(opened.dataframe) == 1 and len(opened.get("vega_lite_chart")) == 4


@pytest.mark.parametrize("head", ["image", "text", "fused"])
def test_the_most_frequent_mix_ups_are_rows_of_their_pairs(homonyms: Bundle, head: str) -> None:
    tested = homonyms.held_out
    app = evaluate(NAME)
    app.segmented_control(key="evaluated_head").set_value(head).run()
    assert_calm(app)
    found = mistakes(confusion_matrix(tested.labels, tested.guesses(head), tested.classes), tested.classes)
    lines = [element.value for element in app.markdown if " taken for " in element.value]
    assert lines == [
        f"**{frame.plain(one.label)}** taken for **{frame.plain(one.answer)}**: {one.pairs} of {one.support} pairs"
        for one in found[:4]
    ]
    asked = [link.proto.query_string for link in app.get("page_link") if link.proto.label == "See why"]
    for one in found[:4]:
        rows = np.flatnonzero((tested.labels == one.label) & (tested.guesses(head) == one.answer))
        linked = [row for row in rows if any(f"pair={quote(str(tested.ids[row]), '')}&" in query for query in asked)]
        assert len(linked) >= min(len(rows), 6)
    if len(found) > 4:
        app.toggle(key="mistakes_all").set_value(True).run()
        assert_calm(app)
        assert sum(" taken for " in element.value for element in app.markdown) == min(len(found), 12)


def test_on_what_the_results_rest_is_said(homonyms: Bundle) -> None:
    app = evaluate(NAME)
    assert_calm(app)
    assert f"Measured on {homonyms.evaluation.basis}." in shown(app)
    assert not app.warning


def test_results_that_may_be_too_good_are_said_aloud(homonyms: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    tested = homonyms.held_out
    loud = evaluation_of(replace(tested, repeated=tested.right("fused"), fold=np.arange(len(tested.ids)) % 3))
    monkeypatch.setattr(Bundle, "evaluation", loud)
    app = evaluate(NAME)
    assert_calm(app)
    assert [element.value for element in app.warning] == [loud.warning()]
    assert f"{len(tested.ids)} pairs, each held out once (3 folds)" in str([caption.proto for caption in app.caption])


def test_the_pairs_shown_are_those_of_the_modality_chosen(homonyms: Bundle) -> None:
    app = evaluate(NAME)
    for name, one in homonyms.evaluation.adds.items():
        app.segmented_control(key="added").set_value(name).run()
        assert_calm(app)
        assert [tab.label for tab in app.tabs[:2]] == [f"Fixed ({one.fixed})", f"Broken ({one.broken})"]


def test_homonyms_show_each_head_against_its_limit(homonyms: Bundle) -> None:
    words = shown(evaluate(NAME))
    assert "image alone 65.0%, caption alone 75.0%, both 90.0%" in words


def test_every_pair_shown_has_its_opinions_and_a_link_to_its_explanation(homonyms: Bundle) -> None:
    app = evaluate(NAME)
    tested = homonyms.held_out
    gain = homonyms.evaluation.gain
    assert gain is not None and gain.fixed
    row = tested.fixed(gain.over)[0]
    links = [link for link in app.get("page_link") if link.proto.label == "See why"]
    assert links and f"pair={tested.ids[row]}".replace("/", "%2F") in links[0].proto.query_string
    assert "of=model" in links[0].proto.query_string and f"model={NAME}" in links[0].proto.query_string
    assert app.image


def test_the_cell_follows_the_lists_and_the_head(homonyms: Bundle) -> None:
    app, tested = evaluate(NAME, "confusion_matrix"), homonyms.held_out
    for head in tested.heads:
        app.segmented_control(key="evaluated_head").set_value(head).run()
        matrix = confusion_matrix(tested.labels, tested.guesses(head), tested.classes)
        for label in tested.classes[:2]:
            app.selectbox(key="confusion_label").set_value(label)
            app.selectbox(key="confusion_answer").set_value(label).run()
            row = tested.classes.index(label)
            escaped = label.replace("(", "\\(").replace(")", "\\)")
            assert f"**{matrix[row, row]} of the {matrix[row].sum()}** pairs of **{escaped}** are" in shown(app)
    assert_calm(app)


def test_the_first_cell_is_the_likeliest_mistake(homonyms: Bundle) -> None:
    tested = homonyms.held_out
    matrix = confusion_matrix(tested.labels, tested.guesses("fused"), tested.classes)
    app = evaluate(NAME, "confusion_matrix")
    first = mistakes(matrix, tested.classes)[0]
    assert app.selectbox(key="confusion_label").value == first.label
    assert app.selectbox(key="confusion_answer").value == first.answer


def test_where_the_stamps_are_missing_everything_but_pictures_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MMDEMO_STAMPS_DIR", str(tmp_path))
    model_data._origin.clear()
    app = evaluate()
    assert_calm(app)
    assert "Pairs are shown without their image and caption" in shown(app)
    assert "This needs the data that the model was trained on" in shown(app)
    assert not app.image
    assert [link for link in app.get("page_link") if link.proto.label == "See why"]
    assert not [button for button in app.button if str(button.key).startswith("start_")]
    model_data._origin.clear()


def test_data_of_another_edition_is_said(monkeypatch: pytest.MonkeyPatch, homonyms: Bundle) -> None:
    model_data._origin.clear()
    monkeypatch.setattr(Dataset, "fingerprint", lambda self: "another")
    app = evaluate(NAME)
    assert_calm(app)
    assert "another edition" in shown(app) and "not quite what this model was trained on" in shown(app)
    assert not [button for button in app.button if str(button.key).startswith("start_")]
    model_data._origin.clear()


def test_kept_studies_are_shown_instead_of_their_buttons(homonyms: Bundle) -> None:
    keep_study(homonyms, "learning", LEARNING)
    keep_study(homonyms, "robustness", ROBUST)
    app = evaluate(NAME)
    assert_calm(app)
    assert "training pairs changed the share answered correctly by **+20.0 points**" in shown(app)
    assert [str(button.key) for button in app.button if str(button.key).startswith("start_")] == []


@dataclass
class FakeJob:
    key: str
    now: Snapshot
    id: str = "a-run"

    def snapshot(self, viewer: str = "") -> Snapshot:
        return self.now


@dataclass
class FakeQueue:
    """Keeps what it is asked for, and runs nothing."""

    jobs: list[FakeJob] = field(default_factory=list)
    asked: list[tuple[list[str], str]] = field(default_factory=list)

    def jobs_of(self, visitor: str) -> tuple[FakeJob, ...]:
        return tuple(self.jobs)

    def before(self, job_id: str) -> tuple[FakeJob, ...]:
        running = snapshot(State.RUNNING, mine=True, arguments=("train", "--data", "shop"))
        other = snapshot(State.QUEUED, arguments=("report",))
        return FakeJob("", running), FakeJob("", other)

    def submit(self, arguments: list[str], visitor: str, key: str, **options: Any) -> FakeJob:
        self.asked.append((arguments, key))
        self.jobs = [FakeJob(key, snapshot(State.QUEUED, position=2, mine=True))]
        return self.jobs[0]

    def cancel(self, job_id: str, visitor: str) -> None:
        self.jobs = [FakeJob(self.jobs[0].key, snapshot(State.CANCELLED))]


def snapshot(state: State, **values: Any) -> Snapshot:
    empty = {
        "id": "a-run", "visitor": "studies", "arguments": (), "submitted": 0.0, "position": 0, "stage": "", "done": 0.0,
        "epochs": (), "fold": None, "elapsed": 0.0, "remaining": None, "log": (), "result": None, "error": None,
        "folder": None,
    }  # fmt: skip
    return Snapshot(state=state, **{**empty, **values})


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> FakeQueue:
    fake = FakeQueue()
    monkeypatch.setattr(runs, "queue", lambda: fake)
    return fake


def test_a_study_is_asked_for_once_and_its_place_in_the_queue_shown(homonyms: Bundle, queue: FakeQueue) -> None:
    app = evaluate(NAME)
    app.button(key="start_learning").click().run()
    assert_calm(app)
    assert queue.asked == [
        (["study", "--model", str(homonyms.path.absolute()), "--kind", "learning"],
         f"{homonyms.path.name} {homonyms.manifest['sha256']} learning")
    ]  # fmt: skip
    assert "Waiting for your run on “shop”, and for 1 more." in shown(app).replace("\\", "")
    app.button(key="cancel_a-run").click().run()
    assert "Cancelled." in shown(app) and app.button(key="start_learning")


def test_a_running_study_tells_how_far_it_is(homonyms: Bundle, queue: FakeQueue) -> None:
    now = snapshot(State.RUNNING, stage="learning", whole=0.4, elapsed=12.0, remaining=18.0)
    queue.jobs = [FakeJob(f"{homonyms.path.name} {homonyms.manifest['sha256']} learning", now)]
    app = evaluate(NAME)
    assert_calm(app)
    assert app.get("progress")[0].proto.text == "Training on fewer pairs, about 18 s left"
    assert app.get("progress")[0].proto.value == 40


def test_only_who_asked_for_a_study_of_the_shipped_model_can_cancel_it(queue: FakeQueue) -> None:
    everyday = load(state.model_folder(state.EVERYDAY))
    key = f"{everyday.path.name} {everyday.manifest['sha256']} learning"
    queue.jobs = [FakeJob(key, snapshot(State.RUNNING, stage="learning"))]
    app = evaluate()
    assert_calm(app)
    assert not [button for button in app.button if str(button.key).startswith("cancel_")]


def test_a_study_that_failed_says_why_and_can_be_tried_again(homonyms: Bundle, queue: FakeQueue) -> None:
    now = snapshot(State.FAILED, error="No *memory* is left.", log=("line 1",))
    queue.jobs = [FakeJob(f"{homonyms.path.name} {homonyms.manifest['sha256']} robustness", now)]
    app = evaluate(NAME)
    assert not app.exception
    assert [error.value for error in app.error] == ["No \\*memory\\* is left\\."]
    app.button(key="start_robustness").click().run()
    assert len(queue.asked) == 1


def test_one_head_alone_has_nothing_to_compare() -> None:
    only = train(bundle_dataset(), ModelConfig(encoders={"text": "tfidf"}, C=10.0, folds=3))
    save(only, runs_dir() / "a-model-of-words-only", "python -m mmdemo train", {})
    app = evaluate("a-model-of-words-only")
    assert_calm(app)
    assert "This model reads captions alone, so there is nothing to add." in shown(app)
    assert "Which classes are mixed up" in shown(app)
    assert "Where adding a modality makes the difference" not in shown(app)


def bundle_dataset() -> Dataset:
    from mmdemo.datasets.homonyms import homonyms

    return homonyms(n=160)


HOSTILE = ("=HYPERLINK(1)", "**bold** <script>alert(1)</script>", "[link](javascript:alert(1))")


def test_labels_that_a_visitor_wrote_are_shown_as_they_are(tmp_path: Path) -> None:
    rows = [(str(tmp_path / "none.png"), f"word{place} a{row}", label) for place, label in enumerate(HOSTILE)
            for row in range(12)]  # fmt: skip
    (tmp_path / "none.png").write_bytes(b"no image is needed")
    frame = pd.DataFrame(rows, columns=["image", "text", "label"], index=[f"+row {i}" for i in range(len(rows))])
    dataset = Dataset(frame, name="**mine**", source="Mine.", licence="mine")
    trained = train(dataset, ModelConfig(encoders={"text": "tfidf"}, C=10.0, folds=3))
    save(trained, runs_dir() / "a-model-of-strange-labels", "python -m mmdemo train", {})
    app = evaluate("a-model-of-strange-labels", "confusion_matrix", "by_class")
    assert_calm(app)
    for label in HOSTILE[1:]:
        app.selectbox(key="confusion_label").set_value(label)
        app.selectbox(key="confusion_answer").set_value(label).run()
        written = [element.value for element in app.markdown if "pairs of" in element.value or "It is" in element.value]
        assert written and not any(label in value for value in written)
    assert "\\*\\*mine\\*\\*" in shown(app)


def test_no_cell_of_the_download_is_a_formula() -> None:
    half = np.full((3, 3), 1 / 3)
    tested = HeldOut(np.array(["@id", "+one", "b"]), np.array(sorted(HOSTILE)), tuple(sorted(HOSTILE)), {"text": half})
    read = list(csv.reader(io.StringIO(statistics.answers_csv(tested).decode("utf-8-sig"))))
    assert len(read) == 4 and read[0][:6] == ["id", "label", "fold", "group", "repeated", "text answer"]
    assert not [cell for line in read for cell in line if cell.startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK(1)" in read[2]


def test_classify_shows_the_pair_that_a_link_names_and_lets_it_be_changed(homonyms: Bundle) -> None:
    tested = homonyms.held_out
    row_id = str(tested.ids[0])
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    app.query_params.update({"model": NAME, "pair": row_id, "of": "model"})
    app.run().switch_page("pages/classify.py").run()
    assert_calm(app)
    pair = bundle_dataset().frame.loc[row_id]
    assert app.text_input(key="caption").value == pair["text"]
    assert app.segmented_control(key="source").value == "From the data"
    guess, sure = tested.guesses("fused")[0], tested.confidence("fused")[0]  # as Evaluate says of the pair
    assert app.header[0].value == f"{frame.plain(guess)}, {sure:.0%}"
    assert "trained without this pair" in shown(app)
    app.text_input(key="caption").set_value("something else").run()
    assert app.text_input(key="caption").value == "something else"
    app.segmented_control(key="source").set_value("No image").run()
    assert app.segmented_control(key="source").value == "No image"
    assert_calm(app)


def test_classify_says_when_the_pair_of_a_link_is_not_here(homonyms: Bundle) -> None:
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    app.query_params.update({"model": NAME, "pair": "no *such* pair", "of": "model"})
    app.run().switch_page("pages/classify.py").run()
    assert_calm(app)
    assert "The pair “no \\*such\\* pair” of this link cannot be shown" in app.info[0].value
    assert app.button(key="own_example_0").label.startswith("Pair 1")


@pytest.mark.parametrize("model", ["nonsense", "../../etc", "A" * 22])
def test_without_a_model_that_is_gone_the_page_goes_on(model: str) -> None:
    app = evaluate(model)
    assert not app.exception and not app.error
    assert "model" not in app.query_params and app.header, "the page goes on with the shipped one"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Coverage(0.9, 0.4, 80, 0.95, (0.88, 0.98)), "More of the sure answers are right"),
        (Coverage(0.9, 0.4, 80, 0.88, (0.79, 0.94)), ""),
        (Coverage(0.9, 0.4, 80, 0.60, (0.49, 0.70)), "fewer of the sure answers are right"),
        (Coverage(0.9, 0.0, 0, math.nan, (math.nan, math.nan)), ""),
    ],
)
def test_what_is_said_of_sure_answers_is_what_these_pairs_show(found: Coverage, said: str) -> None:
    assert said in kept(found) and bool(said) == bool(kept(found))
