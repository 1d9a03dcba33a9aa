"""Files that people give in place of a table or a folder, and what to do about them."""

import posixpath

from mmdemo.datasets.files.folding import is_image

_PACKED = "an archive that is not read: unpack it, and give the folder or a zip of it"
_DOCUMENT = "a document: copy its table into a spreadsheet, and save that as XLSX"
_PRESENTATION = "a presentation: save its images as files, and write a table that names them"
_KINDS = (
    {".numbers": "a spreadsheet of Apple Numbers: export it as XLSX or CSV"}
    | dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"), _PACKED)
    | dict.fromkeys((".pdf", ".doc", ".docx", ".odt", ".rtf", ".pages"), _DOCUMENT)
    | dict.fromkeys((".ppt", ".pptx", ".odp", ".key"), _PRESENTATION)
)


def not_read(name: str) -> str:
    """Return what a file is, and what to do about it, by its ending; "" where nothing is known of it.

    >>> not_read("lists/Pets.numbers"), not_read("notes.txt")
    ('a spreadsheet of Apple Numbers: export it as XLSX or CSV', '')
    """
    if is_image(name):
        return "an image: give the folder that holds the images, or a zip of it"
    return _KINDS.get(posixpath.splitext(name)[1].lower(), "")
