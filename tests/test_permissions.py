"""Every action × owner, holder of the link, stranger: at the queue for all cells, in browsers for what has a widget."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mmdemo.bundles.writing import save
from mmdemo.errors import JobError
from mmdemo.jobs.job import Job
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.snapshot import State
from mmdemo.storage.folders import runs_dir
from tests.browser import COOKIE, assert_no_exception, open_page
from tests.homonyms_model import trained
from tests.server import Server, serve
from tests.tab import ask

PROGRAM = (sys.executable, str(Path(__file__).with_name("jobs_program.py")))
OWNER, HOLDER, STRANGER = "o" * 16, "h" * 16, "s" * 16
ROLES = (OWNER, HOLDER, STRANGER)
GUESS = "g" * 22  # what a stranger, who has no link, can only try
RUN = "p" * 22
browser = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[JobQueue]:
    made = JobQueue(tmp_path / "runs", program=PROGRAM)
    yield made
    made.close()


def link(job: Job, role: str) -> str:
    return GUESS if role == STRANGER else job.id


def allowed(action: Callable[[], object]) -> bool:
    try:
        action()
    except JobError as refusal:
        assert str(refusal).endswith(".")
        return False
    return True


@pytest.fixture
def done(queue: JobQueue) -> Job:
    job = queue.submit(["quick"], OWNER)
    assert job.ended.wait(30)
    return job


@pytest.fixture
def running(queue: JobQueue) -> Job:
    return queue.submit(["hang"], OWNER)


@pytest.mark.parametrize(("role", "seen"), [(OWNER, True), (HOLDER, True), (STRANGER, False)])
def test_see(queue: JobQueue, done: Job, role: str, seen: bool) -> None:
    assert (queue.get(link(done, role)) is not None) == seen
    assert (done in queue.jobs_of(role)) == (role == OWNER)


@pytest.mark.parametrize("role", ROLES)
def test_see_the_log(queue: JobQueue, role: str) -> None:
    job = queue.submit(["fault"], OWNER)
    assert job.ended.wait(30)
    assert bool(job.snapshot(role).log) == (role == OWNER)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("knows", [True, False])
def test_cancel(queue: JobQueue, running: Job, role: str, knows: bool) -> None:
    may = allowed(lambda: queue.cancel(running.id if knows else GUESS, role))
    assert (running.snapshot().state == State.CANCELLED) == (role == OWNER and knows)
    assert may == (role == OWNER or not knows)  # there is nothing to end behind a guess


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("knows", [True, False])
def test_rename(queue: JobQueue, done: Job, role: str, knows: bool) -> None:
    assert allowed(lambda: queue.rename(done.id if knows else GUESS, "mine", role)) == (role == OWNER and knows)
    assert queue.folders.name(done.id) == ("mine" if role == OWNER and knows else "")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("knows", [True, False])
def test_delete(queue: JobQueue, done: Job, role: str, knows: bool) -> None:
    allowed(lambda: queue.delete(done.id if knows else GUESS, role))
    assert (queue.get(done.id) is None) == (role == OWNER and knows)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", ["studies", "reports"])
def test_a_study_or_a_report_is_ended_by_who_asked_for_it(queue: JobQueue, kind: str, role: str) -> None:
    job = queue.submit(["hang"], kind, leaves_folder=False, started_by=OWNER)
    assert queue.submit(["hang"], kind, leaves_folder=False, started_by=role) is job
    assert allowed(lambda: queue.cancel(job.id, role)) == (role == OWNER)


@pytest.mark.parametrize("role", ["studies", "reports", "", "nobody"])
def test_the_name_that_all_share_owns_nothing(queue: JobQueue, role: str) -> None:
    job = queue.submit(["hang"], "studies", leaves_folder=False, started_by=OWNER)
    assert not allowed(lambda: queue.cancel(job.id, role))


def test_a_run_that_a_restart_has_found_again_is_its_owners(queue: JobQueue, done: Job) -> None:
    again = JobQueue(queue.folders.directory, program=PROGRAM)
    for role in ROLES:
        assert again.get(done.id).snapshot(role).mine == (role == OWNER)  # type: ignore[union-attr]
    again.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """A server with a model that the owner has trained."""
    save(trained(), runs_dir() / RUN, "python -m mmdemo train --data homonyms --n 160", {})
    record = {"visitor": OWNER, "arguments": ["train", "--data", "homonyms", "--n", "160"], "key": "k"}
    (runs_dir() / f"{RUN}.json").write_text(json.dumps(record), encoding="utf-8")
    with serve() as server:
        yield server


@pytest.fixture(scope="module")
def pages(chromium: Browser, shared: Server) -> Iterator[dict[str, Page]]:
    contexts = {role: chromium.new_context() for role in ROLES}
    for role, context in contexts.items():
        context.add_cookies([{"name": COOKIE, "value": role, "url": shared.url}])
    yield {role: context.new_page() for role, context in contexts.items()}
    for context in contexts.values():
        context.close()


def address(role: str, page: str, parameter: str = "model") -> str:
    return page if role == STRANGER else f"{page}?{parameter}={RUN}"


@pytest.mark.parametrize("role", ROLES)
class TestInBrowsers:
    pytestmark = browser

    def test_the_list_of_models(self, shared: Server, pages: dict[str, Page], role: str) -> None:
        page = pages[role]
        open_page(page, f"{shared.url}/models")
        expect(page.get_by_text("Side by side")).to_have_count(1 if role == OWNER else 0)

    def test_rename_delete_download_and_report(self, shared: Server, pages: dict[str, Page], role: str) -> None:
        page = pages[role]
        open_page(page, shared.url + address(role, "/models"))
        for button in ("Rename", "Delete"):
            expect(page.get_by_role("button", name=button)).to_have_count(1 if role == OWNER else 0)
        for button in ("Model (zip)", "Make the report"):
            expect(page.get_by_role("button", name=button, exact=True)).to_have_count(1)
        expect(page.get_by_text("homonyms").first).to_be_visible(visible=role != STRANGER)
        assert_no_exception(page)

    def test_a_guess_is_answered_in_one_sentence(self, shared: Server, pages: dict[str, Page], role: str) -> None:
        page = pages[role]
        open_page(page, f"{shared.url}/evaluate?model={GUESS}")
        alert = page.get_by_test_id("stAlertContentInfo").first
        expect(alert).to_contain_text("The model of this link is no longer here")
        assert str(runs_dir()) not in page.locator("body").inner_text()

    def test_the_run_and_its_history(self, shared: Server, pages: dict[str, Page], role: str) -> None:
        page = pages[role]
        open_page(page, shared.url + address(role, "/train", "run"))
        expect(page.get_by_text("Its link")).to_have_count(0 if role == STRANGER else 1)
        expect(page.get_by_text("Your runs")).to_have_count(1 if role == OWNER else 0)
        assert_no_exception(page)

    def test_study(self, shared: Server, pages: dict[str, Page], role: str) -> None:
        page = pages[role]
        open_page(page, shared.url + address(role, "/evaluate"))
        expect(page.get_by_role("button", name=re.compile("Train on fewer pairs"))).to_have_count(1)


@pytest.mark.browser
def test_no_path_opens_the_files_of_another(shared: Server, pages: dict[str, Page]) -> None:
    page = pages[STRANGER]
    open_page(page, f"{shared.url}/data?dataset={runs_dir()}/{RUN}")
    expect(page.get_by_text("There is no sample dataset named")).to_be_visible()
    expect(page).not_to_have_url(re.compile("dataset="))
    shown = main_text(page)
    open_page(page, f"{shared.url}/data")
    more = shown - main_text(page) - {"link_off"}  # the sentence's icon
    assert len(more) == 1 and "There is no sample dataset named" in more.pop()  # all else is of the sample data


def main_text(page: Page) -> set[str]:
    """The lines of the page once its images are drawn."""
    expect(page.locator("[data-testid=stMain] img").first).to_be_visible()
    return set(page.locator("[data-testid=stMain]").inner_text().splitlines())


@pytest.mark.browser
def test_media_belong_to_those_who_were_shown_them(shared: Server, pages: dict[str, Page]) -> None:
    page = pages[OWNER]
    open_page(page, f"{shared.url}/data?dataset=homonyms&n=80")
    source = page.locator("[data-testid=stMain] img").first.get_attribute("src") or ""
    path = source.removeprefix(shared.url)
    assert re.fullmatch(r"/media/[0-9a-f]{32,}\.\w+", path)  # a digest of the content
    assert page.request.get(shared.url + path).status == 200
    assert pages[STRANGER].request.get(shared.url + path).status == 404
    assert ask(shared.url, "GET", path).status == 404
    wrong = path[:10] + ("0" if path[10] != "0" else "1") + path[11:]
    assert ask(shared.url, "GET", wrong).status == 404
    assert ask(shared.url, "GET", "/media/").status in (403, 404)


@pytest.mark.browser
def test_cancel_in_browsers(shared: Server, pages: dict[str, Page]) -> None:
    owner, holder, stranger = (pages[role] for role in ROLES)
    open_page(owner, f"{shared.url}/train?dataset=homonyms&n=2400")
    owner.get_by_role("button", name="Train", exact=True).click()
    expect(owner).to_have_url(re.compile("run="))
    run = re.search(r"run=([\w-]+)", owner.url).group(1)  # type: ignore[union-attr]
    expect(owner.get_by_role("button", name="Cancel")).to_have_count(1)
    open_page(holder, f"{shared.url}/train?dataset=homonyms&run={run}")
    expect(holder.get_by_text(re.compile("Training for|Waiting for|Next in line"))).to_have_count(1)
    expect(holder.get_by_role("button", name="Cancel")).to_have_count(0)
    open_page(stranger, f"{shared.url}/train?dataset=homonyms")
    expect(stranger.get_by_text("Data: homonyms")).to_be_visible()
    expect(stranger.get_by_role("button", name="Cancel")).to_have_count(0)
    owner.get_by_role("button", name="Cancel").click()
    expect(owner.get_by_text("Cancelled.")).to_be_visible()
