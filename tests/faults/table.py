"""The faults: what goes wrong, where it is planted, and the tests that catch it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One fault.

    name: what goes wrong. file: where, from the root. old: what stands there exactly once. new: what the fault makes
    of it. tests: those that must fail then, and pass without it.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def plant(self, root: Path) -> str:
        """Write the fault into the tree at `root` and return the file's text from before.

        Raises a ValueError where the old text does not stand exactly once.
        """
        path = root / self.file
        before = path.read_text("utf-8") if path.is_file() else ""
        if before.count(self.old) != 1:
            raise ValueError(f"{self.file} holds {self.old!r} {before.count(self.old)} times instead of once.")
        path.write_text(before.replace(self.old, self.new), "utf-8")
        return before


FAULTS = (
    Fault(
        "a sign flipped in cell_parts",
        "mmdemo/encoders/image_encoder.py",
        'parts = np.einsum("kc,nc->kn", coef.astype(np.float64), cells)',
        'parts = -np.einsum("kc,nc->kn", coef.astype(np.float64), cells)',
        ("tests/test_image_encoders.py::test_cells_add_up_to_every_logit",),
    ),
    Fault(
        "a fold's vocabulary fitted on all rows",
        "mmdemo/training/folds.py",
        "encoder.fit_reporting([columns[name][i] for i in rows], labels[rows], on_progress)",
        "encoder.fit_reporting(list(columns[name]), labels, on_progress)",
        ("tests/test_selection.py::test_words_of_held_out_rows_are_not_known",),
    ),
    Fault(
        "the temperature applied to the coefficients only",
        "mmdemo/training/train.py",
        "intercept=fit.intercept / choice.temperature,",
        "intercept=fit.intercept,",
        ("tests/test_one_regression.py::test_logits_are_scikit_learns_divided_by_the_temperature",),
    ),
    Fault(
        "the intercept left out of the sum",
        "mmdemo/model/model.py",
        "return self.intercept + sum(",
        "return sum(",
        (
            "tests/test_one_regression.py::test_logits_are_scikit_learns_divided_by_the_temperature",
            "tests/test_explain.py::test_a_modality_that_is_missing_has_no_part[none-tfidf]",
        ),
    ),
    Fault(
        "clean skips NFKC",
        "mmdemo/preprocess/letters.py",
        'return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))',
        'return _INVISIBLE.sub("", text)',
        (
            "tests/test_preprocess_text.py::test_cleaning",
            "tests/test_preprocess_text.py::test_steps_tell_what_they_took_out",
        ),
    ),
    Fault(
        "the EXIF orientation ignored",
        "mmdemo/preprocess/decode.py",
        "return image if turn is None else image.transpose(turn)",
        "return image",
        ("tests/test_preprocess_decode.py::test_exif_orientation",),
    ),
    Fault(
        "transparency on black",
        "mmdemo/preprocess/colour.py",
        'Image.new("RGB", image.size, "white")',
        'Image.new("RGB", image.size, "black")',
        ("tests/test_preprocess_decode.py::test_alpha_on_white",),
    ),
    Fault(
        "the cache key without the settings",
        "mmdemo/encoders/image_encoder.py",
        'f"{self.identity()} {self.settings}"',
        "self.identity()",
        ("tests/test_feature_cache.py::test_encoders_ask_by_network_and_settings",),
    ),
    Fault(
        "a label not escaped in the report",
        "mmdemo/report/page.py",
        "autoescape=True",
        "autoescape=False",
        ("tests/test_report.py::test_what_people_wrote_stays_text",),
    ),
    Fault(
        "McNemar's test one-sided",
        "mmdemo/evaluation/significance.py",
        "stats.binomtest(fixed, fixed + broken).pvalue",
        'stats.binomtest(fixed, fixed + broken, alternative="greater").pvalue',
        ("tests/test_significance.py::test_mcnemar_equals_an_independent_implementation",),
    ),
    Fault(
        "the bootstrap resamples answers instead of pairs",
        "mmdemo/evaluation/repeats.py",
        "interval = bootstrap_interval(np.bincount(position, difference), counts)",
        "interval = bootstrap_interval(difference)",
        ("tests/test_repeats.py::test_a_pairs_answers_in_all_splits_are_resampled_together",),
    ),
    Fault(
        "a held-out row in train.npz",
        "mmdemo/bundles/files.py",
        '{"ids": trained.train_ids, "digests"',
        '{"ids": np.append(trained.train_ids[1:], trained.test_ids[0]), "digests"',
        ("tests/test_no_leak.py::test_no_held_out_row_lies_among_the_training_rows_of_a_bundle",),
    ),
    Fault(
        "trusted= taken from the file",
        "mmdemo/bundles/files.py",
        "trusted=trusted_types()",
        "trusted=io.get_untrusted_types(file=self.folder / _HEADS)",
        ("tests/test_bundle_hostile.py::test_an_object_of_a_foreign_class",),
    ),
    Fault(
        "a zip entry's .. kept",
        "mmdemo/datasets/zip_tree.py",
        ' or ".." in name.split("/")',
        "",
        ("tests/test_zip_tree.py::test_a_zip_with_an_entry_that_leads_out",),
    ),
    Fault(
        "inert without @",
        "mmdemo/model/batch.py",
        '("=", "+", "-", "@", "\\t", "\\r")',
        '("=", "+", "-", "\\t", "\\r")',
        ("tests/test_inert.py::test_no_cell_starts_a_formula",),
    ),
    Fault(
        "run ids of 32 bits",
        "mmdemo/jobs/queue.py",
        "secrets.token_urlsafe(16)",
        "secrets.token_urlsafe(4)",
        ("tests/test_jobs.py::test_ids_cannot_be_guessed",),
    ),
    Fault(
        "another visitor's run deletable",
        "mmdemo/jobs/queue.py",
        "if job and not job.is_of(visitor):",
        "if job and not visitor:",
        ("tests/test_jobs.py::test_nobody_else_cancels_renames_or_deletes_a_run",),
    ),
    Fault(
        "a job's log shown to strangers",
        "mmdemo/jobs/job.py",
        "log=self.log() if mine else (),",
        "log=self.log(),",
        ("tests/test_jobs.py::test_strangers_see_how_a_run_stands_and_not_its_log",),
    ),
    Fault(
        "TensorFlow imported by the server",
        "mmdemo/ui/frame.py",
        "    place = next(i for i, entry in enumerate(ENTRIES) if entry.title == title)\n",
        "    import tensorflow\n\n    place = next(i for i, entry in enumerate(ENTRIES) if entry.title == title)\n",
        ("tests/test_no_tensorflow.py::test_no_page_imports_tensorflow",),
    ),
    Fault(
        "a page without frame.page",
        "pages/data.py",
        'with frame.page("Data"):',
        "if True:",
        ("tests/test_architecture.py::test_every_page_draws_inside_the_frame",),
    ),
)
