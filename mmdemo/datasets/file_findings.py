"""Findings on files: images that no row names, and images in other colours than sRGB."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from mmdemo.datasets.finding import Finding, counted
from mmdemo.datasets.wording import listed, shown


def unused_files(names: Sequence[str]) -> Iterator[Finding]:
    """Report image files that no row names; names: of these files."""
    if names:
        detail = (
            f"No row of the table names {listed([shown(name) for name in names])}. Check whether rows are missing; "
            "otherwise leave the files as they are."
        )
        title = f"{counted(len(names), 'image file is', 'image files are')} not used"
        yield Finding("note", title, detail)


def other_colours(profiles: Mapping[str, str]) -> Iterator[Finding]:
    """Report images whose colours were not sRGB; profiles: row id → the name of its colour profile, "" if unusable."""
    converted = {row: name for row, name in profiles.items() if name}
    if converted:
        named = listed([f"“{name}”" for name, _ in Counter(converted.values()).most_common()])
        detail = f"Their colours, {named}, are converted to sRGB, so that colours mean the same in all images."
        yield Finding("note", f"{counted(len(converted), 'image')} not in sRGB", detail, tuple(converted))
    if odd := tuple(row for row, name in profiles.items() if not name):
        detail = f"The colours of {listed(odd)} are used as they are stored. If they look wrong, save them as sRGB."
        title = f"{counted(len(odd), 'image')} with a colour profile that cannot be used"
        yield Finding("warning", title, detail, odd)
