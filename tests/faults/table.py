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
        "mmdemo/training/encoding.py",
        "self._fitters[name, place](rows[present])",
        "self._fitters[name, place](present[present])",
        ("tests/test_selection.py::test_words_of_left_out_pairs_are_not_known",),
    ),
    Fault(
        "the temperature applied to the coefficients only",
        "mmdemo/training/train.py",
        "intercept=head.intercept / choice.temperature,",
        "intercept=head.intercept,",
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
        'unicodedata.normalize("NFKC", _few_marks(_INVISIBLE.sub("", text)))',
        '_few_marks(_INVISIBLE.sub("", text))',
        (
            "tests/test_preprocess_text.py::test_cleaning",
            "tests/test_preprocess_text.py::test_steps_tell_what_they_took_out",
        ),
    ),
    Fault(
        "the EXIF orientation ignored",
        "mmdemo/preprocess/opened_image.py",
        "return pixels if turn is None else np.asarray(Image.fromarray(pixels).transpose(turn))",
        "return pixels",
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
        'f"{self.identity()} {self.settings} {_DECODED}"',
        'f"{self.identity()} {_DECODED}"',
        ("tests/test_feature_cache.py::test_encoders_ask_by_network_and_settings",),
    ),
    Fault(
        "a doubted answer called sure",
        "mmdemo/ui/answer_line.py",
        "        if prediction.warnings:\n",
        "        if not prediction.sure and prediction.warnings:\n",
        ("tests/test_answer_line.py::test_what_puts_an_answer_in_doubt_stands_beside_it",),
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
        "min(1.0, 2 * float(bdtr(min(better, worse), better + worse, 0.5)))",
        "float(bdtr(min(better, worse), better + worse, 0.5))",
        ("tests/test_significance.py::test_mcnemar_equals_independent_implementations",),
    ),
    Fault(
        "the interval resamples pairs instead of groups",
        "mmdemo/evaluation/intervals.py",
        "    if group is None:\n        return values\n",
        "    if True:\n        return values\n",
        ("tests/test_intervals.py::test_pairs_that_always_go_together_count_once",),
    ),
    Fault(
        "the interval of half the pairs",
        "mmdemo/evaluation/intervals.py",
        "_ENDS = 0.025, 0.975",
        "_ENDS = 0.25, 0.75",
        (
            "tests/test_intervals.py::test_a_share_of_independent_pairs_has_jeffreys_interval",
            "tests/test_intervals.py::test_on_many_pairs_it_is_the_interval_of_drawing_groups_with_replacement",
        ),
    ),
    Fault(
        "copies counted as evidence by the test",
        "mmdemo/evaluation/difference.py",
        "better, worse = sides(change, group)",
        "better, worse = sides(change)",
        ("tests/test_significance.py::test_a_difference_is_what_a_loop_counts",),
    ),
    Fault(
        "the verdict by the interval alone",
        "mmdemo/evaluation/difference.py",
        "test = int(np.sign(self.better - self.worse)) if self.mcnemar_p < SIGNIFICANT else 0",
        "test = interval",
        ("tests/test_significance.py::test_the_outcome_is_what_interval_and_test_both_support",),
    ),
    Fault(
        "what a modality adds, over that modality alone",
        "mmdemo/evaluation/difference.py",
        "over = head_without(modality, tested.modalities)",
        "over = modality",
        ("tests/test_evaluate.py::test_what_each_modality_adds_is_over_the_head_without_it",),
    ),
    Fault(
        "macro F1 over classes that do not occur",
        "mmdemo/evaluation/metrics.py",
        'labels=np.unique(labels), average="macro"',
        'labels=list(tested.classes), average="macro"',
        ("tests/test_evaluate.py::test_a_class_without_a_pair_does_not_count",),
    ),
    Fault(
        "a fold's settings chosen on the fold itself",
        "mmdemo/training/plan.py",
        "return tuple(fold for fold in range(folds) if fold != place)",
        "return tuple(range(folds))",
        (
            "tests/test_no_leak.py::test_a_fold_is_blind_to_its_pairs",
            "tests/test_selection.py::test_every_training_pair_judges_once",
        ),
    ),
    Fault(
        "groups ignored by the folds",
        "mmdemo/training/split.py",
        "return folds_of(group.tolist(), labels.tolist(), config.n_folds, config.seed)",
        "return folds_of(labels.index.tolist(), labels.tolist(), config.n_folds, config.seed)",
        ("tests/test_training.py::test_a_group_column_keeps_pairs_together",),
    ),
    Fault(
        "a setting judged by classes that its fit never saw",
        "mmdemo/training/selection.py",
        " & np.isin(self.codes, self.codes[fitted])",
        "",
        ("tests/test_gaps.py::test_a_class_that_a_fit_never_saw_does_not_judge_it",),
    ),
    Fault(
        "a held-out pair explained by the model for new pairs",
        "mmdemo/bundles/bundle.py",
        "return self.fold_models[self._folds[row]] if self.fold_models.kept and row in self._folds else self.model",
        "return self.model",
        ("tests/test_bundle.py::test_a_held_out_pair_is_explained_by_the_model_that_had_not_seen_it[none-tfidf]",),
    ),
    Fault(
        "parts that do not add up go through",
        "mmdemo/explanation/explain.py",
        "if not off <= _TOLERANCE * scale:",
        "if off < 0:",
        ("tests/test_explain.py::test_parts_that_do_not_add_up_are_a_fault",),
    ),
    Fault(
        "a pair that lacks something answered by the model for all",
        "mmdemo/model/model.py",
        "rows[chosen] = logits[smaller][chosen]",
        "rows[chosen] = rows[chosen]",
        ("tests/test_gaps.py::test_a_pair_is_answered_by_the_model_for_exactly_what_it_holds",),
    ),
    Fault(
        "a held-out row in train.npz",
        "mmdemo/bundles/files_written.py",
        '{"ids": parts.train_ids, "digests"',
        '{"ids": np.append(parts.train_ids[1:], parts.held_out.ids[0]), "digests"',
        ("tests/test_no_leak.py::test_no_held_out_row_lies_among_the_training_rows_of_one_split",),
    ),
    Fault(
        "trusted= taken from the file",
        "mmdemo/bundles/heads_of_schema_3.py",
        "trusted=trusted_types()",
        "trusted=skops.get_untrusted_types(data=content)",
        ("tests/test_schema_3.py::test_an_object_of_a_foreign_class",),
    ),
    Fault(
        "a zip entry's .. kept",
        "mmdemo/datasets/files/member.py",
        ' or ".." in name.split("/")',
        "",
        ("tests/test_zip_tree.py::test_an_entry_that_leads_out_costs_itself_alone",),
    ),
    Fault(
        "an image taken from another folder",
        "mmdemo/datasets/files/index.py",
        "return [key for key in found if there in",
        "return [key for key in found if there not in",
        ("tests/test_file_finder.py::test_a_file_missing_from_a_folder_that_is_there_is_no_other_file",),
    ),
    Fault(
        "copies counted as different pairs of a class",
        "mmdemo/datasets/rare_classes.py",
        'pairs.drop_duplicates()["label"]',
        'pairs["label"]',
        ("tests/test_training.py::test_a_rare_class_is_left_out_and_costs_no_other",),
    ),
    Fault(
        "a damaged image only found while training",
        "mmdemo/datasets/own_source.py",
        "verify=True",
        "verify=False",
        ("tests/test_own_data.py::test_one_bad_row_never_costs_the_others[folder]",),
    ),
    Fault(
        "inert without @",
        "mmdemo/storage/spreadsheet.py",
        '"-", "@", "\\t"',
        '"-", "\\t"',
        ("tests/test_spreadsheet.py::test_no_cell_starts_a_formula",),
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
        "log=tuple(map(without_places, self.log())) if mine else (),",
        "log=tuple(map(without_places, self.log())),",
        ("tests/test_jobs.py::test_strangers_see_how_a_run_stands_and_not_its_log",),
    ),
    Fault(
        "uploads that arrive not counted",
        "mmdemo/ui/door/upload_gate.py",
        "self._arriving.get((session_id, file_id), 0) + count",
        "self._arriving.get((session_id, file_id), 0)",
        ("tests/test_upload_gate.py::test_more_than_was_announced_is_counted",),
    ),
    Fault(
        "uploads taken that no uploader asked for",
        "mmdemo/ui/door/upload_gate.py",
        "if file.file_id not in self._given.get(session_id, ()):",
        "if not file.file_id:",
        ("tests/test_upload_gate.py::test_only_a_file_that_an_uploader_asked_for_is_taken",),
    ),
    Fault(
        "the server's answers without its headers",
        "mmdemo/ui/door/application.py",
        "    Middleware(SecurityHeaders),\n",
        "",
        ("tests/test_door.py::test_every_answer_has_the_headers",),
    ),
    Fault(
        "a closed tab's image read to the end",
        "mmdemo/sandbox/sandbox.py",
        'call.stop("abandoned")',
        "pass",
        ("tests/test_sandbox.py::test_what_is_no_longer_wanted_stops",),
    ),
    Fault(
        "a worker's memory not watched",
        "mmdemo/sandbox/call.py",
        "elif child.ready and megabytes > self.budget.megabytes:",
        "elif child.ready and megabytes < 0:",
        ("tests/test_sandbox.py::test_what_a_task_may_do_is_one_sentence_and_the_next_call_is_in_order",),
    ),
    Fault(
        "what no count bounds decoded in the process itself",
        "mmdemo/preprocess/webp.py",
        "bounded=opaque,",
        "bounded=True,",
        ("tests/test_hostile_images.py::test_a_hostile_file_is_read_or_refused_within_the_budget[webp of codes]",),
    ),
    Fault(
        "a caption not cut when it has grown",
        "mmdemo/preprocess/text.py",
        "after[:MAX_CHARACTERS]",
        "after",
        ("tests/test_captions_bounded.py::test_no_step_of_cleaning_exceeds_the_limit",),
    ),
    Fault(
        "links not parted",
        "mmdemo/ui/as_written.py",
        "broken = _TURNED.sub(_BREAK, ",
        "broken = str(",
        ("tests/test_as_written.py::test_the_text_comes_back_whole_and_nothing_in_it_turns",),
    ),
    Fault(
        "another visitor's run ended",
        "mmdemo/jobs/job.py",
        "return bool(visitor) and visitor == self.owner",
        "return bool(visitor)",
        ("tests/test_permissions.py::test_cancel",),
    ),
    Fault(
        "the seal of a manifest not checked",
        "mmdemo/bundles/manifest.py",
        "if not _is_sealed(written, manifest):",
        "if not written:",
        ("tests/test_bundle.py", "tests/test_bundle_hostile.py::test_a_seal_that_is_no_hash"),
    ),
    Fault(
        "results believed that the held-out pairs do not give",
        "mmdemo/bundles/bundle.py",
        "    check_evaluation(bundle.evaluation, bundle.held_out)\n",
        "",
        ("tests/test_bundle_budgets.py::test_results_that_the_held_out_pairs_do_not_give",),
    ),
    Fault(
        "another account's folder of runs used",
        "mmdemo/storage/folders.py",
        "    if not is_ours(folder):\n        raise NotOursError",
        "    if not folder:\n        raise NotOursError",
        ("tests/test_private_folders.py::test_a_folder_of_another_account_is_refused",),
    ),
    Fault(
        "the bytes of a stream not counted while it is read",
        "mmdemo/storage/bounded.py",
        "if self._left < 0:",
        "if not buffer:",
        ("tests/test_hostile_tables.py::test_a_file_that_grows_while_it_is_read_has_an_end",),
    ),
    Fault(
        "a formula in the header of a spreadsheet",
        "mmdemo/storage/spreadsheet.py",
        "shown.rename(columns=inert)",
        "shown",
        ("tests/test_spreadsheet.py::test_both_ways_to_write_a_table_escape_header_and_cells",),
    ),
    Fault(
        "TensorFlow imported by the server",
        "mmdemo/ui/frame.py",
        "    place = next(i for i, entry in enumerate(ENTRIES) if entry.title == title)\n",
        "    import tensorflow\n\n    place = next(i for i, entry in enumerate(ENTRIES) if entry.title == title)\n",
        ("tests/test_never_imported.py::test_no_page_imports_tensorflow_or_spark",),
    ),
    Fault(
        "Spark imported by the server",
        "mmdemo/ui/frame.py",
        "    place = next(i for i, entry in enumerate(ENTRIES) if entry.title == title)\n",
        "    import pyspark\n\n    place = next(i for i, entry in enumerate(ENTRIES) if entry.title == title)\n",
        ("tests/test_never_imported.py::test_no_page_imports_tensorflow_or_spark",),
    ),
    Fault(
        "a page without frame.page",
        "pages/data.py",
        'with frame.page("Data"):',
        "if True:",
        ("tests/test_architecture.py::test_every_page_draws_inside_the_frame",),
    ),
)
