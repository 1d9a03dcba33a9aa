"""All targets: name → "module:NAME"; CONTRIBUTING says how to add one."""

TARGETS = {
    "image": "tests.fuzz.images:WHOLE",
    "image-mended": "tests.fuzz.images:MENDED",
    "image-sandboxed": "tests.fuzz.images:SANDBOXED",
    "frames": "tests.fuzz.answers:FRAMES",
    "events": "tests.fuzz.answers:EVENTS",
    "zip": "tests.fuzz.files:ZIP",
    "cells": "tests.fuzz.files:CELLS",
    "archive": "tests.fuzz.data:ARCHIVE",
    "table": "tests.fuzz.data:TABLE",
    "caption": "tests.fuzz.captions:CAPTION",
    "bundle": "tests.fuzz.bundles:BUNDLE",
    "model-zip": "tests.fuzz.bundles:ZIP",
    "manifest": "tests.fuzz.bundles:MANIFESTS",
    "facts": "tests.fuzz.facts:FACTS",
    "features": "tests.fuzz.kept:FEATURES",
    "records": "tests.fuzz.kept:RECORDS",
    "studies": "tests.fuzz.kept:STUDIES",
    "uploads": "tests.fuzz.uploads:UPLOADS",
    "url": "tests.fuzz.pages:URL",
    "pages": "tests.fuzz.pages:PAGES",
}
