"""The kept reports of the Models page."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmdemo import __version__
from mmdemo.bundles.summary import ModelSummary
from mmdemo.storage.folders import kept_beside
from mmdemo.storage.limits import MOST_REPORTS
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.trimming import Bounds, contents, trim
from mmdemo.storage.whole import whole_folder
from mmdemo.studies.study import KINDS, place_of

_MOST_BYTES = 50_000_000  # of a page or a chart


@dataclass(frozen=True)
class KeptReport:
    """A report's place.

    folder: holds the page, and the charts in a folder of their own.
    """

    folder: Path

    @property
    def page(self) -> Path:
        """The HTML file; it is written last."""
        return self.folder / "report.html"

    @property
    def charts(self) -> Path:
        """The folder of the charts as SVG and PNG."""
        return self.folder / "charts"

    def arguments(self, summary: ModelSummary, title: str) -> list[str]:
        """Return the arguments after `python -m mmdemo` that write the report here."""
        to = ["--output", str(self.page), "--charts", str(self.charts)]
        return ["report", "--model", str(summary.folder), f"--title={title}", *to]

    def prepare(self) -> None:
        """Make room: remove what unfinished runs left, and the oldest reports."""
        with whole_folder(self.folder):
            pass
        trim(contents(self.folder.parent), Bounds(most=MOST_REPORTS))

    def html(self) -> bytes:
        """Return the page."""
        return read_bytes(self.page, _MOST_BYTES)

    def charts_zip(self) -> bytes:
        """Return the charts in a zip."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted(self.charts.iterdir()):
                file.writestr(path.name, read_bytes(path, _MOST_BYTES))
        return packed.getvalue()


def kept_report(summary: ModelSummary, title: str, data: Sequence[str] = ()) -> KeptReport:
    """Return the place of this model's report under this title, whether it exists or not.

    data: the arguments that name its own data, whose pairs it shows: who may not see those gets another report.
    A newer study, or another version of the program, makes it another report, too.
    """
    studies = [kind for kind in KINDS if place_of(summary, kind).is_file()]
    key = json.dumps([__version__, summary.fingerprint, title, studies, *data])
    return KeptReport(kept_beside(summary.folder) / "reports" / hashlib.sha256(key.encode()).hexdigest()[:32])
