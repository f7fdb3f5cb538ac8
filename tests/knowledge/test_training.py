"""Training on a small scale with the real weights, and what holds of its parts without them."""

import importlib.util
import json
import os
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.library import Library
from knowledge.context import turning
from knowledge.encoder import Encoder
from knowledge.lexicon import lexicon
from knowledge.linear import Linear
from knowledge.load import FOLDER
from knowledge.made import Made
from knowledge.training.context_corpus import written_in_context
from knowledge.training.corpus import Example, labels, named, sentences, written
from knowledge.training.noise import Noise, typed
from knowledge.training.selection import digest, far_titles
from knowledge.understand import TopicReader, build_normaliser, known_texts

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None and not os.environ.get("CAUSO_NO_SKIP"),
    reason="needs what `make train` installs",
)
FEW = ("dang-ky-khai-sinh", "dang-ky-ket-hon", "ho-chieu-pho-thong")


def quiet(stage: str, done: int, total: int) -> None:
    """Nobody watches the progress of a test."""


def few(library: Library) -> list[Example]:
    """Some messages of three topics and of one kind of no topic."""
    every = written()
    chosen = [example for key in FEW for example in [e for e in every if e.label == key][:40]]
    return chosen + [example for example in every if example.label == "none:doi-song"][:25]


@pytest.mark.parametrize(
    ("word", "vni", "keys"),
    [
        ("đăng", False, "ddawng"),
        ("đăng", True, "d9a8ng"),
        ("ký", False, "kys"),
        ("trẻ", True, "tre3"),
        ("an", False, "an"),
    ],
)
def test_a_dead_keyboard_leaves_its_keys(word: str, vni: bool, keys: str) -> None:
    assert typed(word, vni) == keys


def test_noise_is_repeatable_and_every_kind_occurs() -> None:
    noise = Noise(lexicon())
    clean = "tôi muốn làm giấy khai sinh cho cháu bé không có giấy chứng sinh"
    forms = [noise(clean, random.Random(number)) for number in range(200)]
    assert forms == [noise(clean, random.Random(number)) for number in range(200)]
    assert clean in forms
    assert any(form.isascii() for form in forms)
    assert any("ddwow" in form or "giaays" in form for form in forms)
    assert any(" ko " in form or " k " in form for form in forms)


def test_every_topic_has_messages_by_several_writers() -> None:
    every = written()
    topics = [label for label in labels(every) if not label.startswith("none:")]
    fewest = min(sum(example.label == topic for example in every) for topic in topics)
    assert len(topics) == 83
    assert fewest >= 140


def test_what_is_held_out_is_not_trained_on() -> None:
    trained = {example.text.casefold() for example in written()}
    assert not [e.text for e in written(sub="messages-held-out") if e.text.casefold() in trained]


def test_sentences_and_titles_belong_where_they_are_put(library: Library) -> None:
    content = library.current.content
    found = sentences(content)
    assert {example.label for example in found} <= set(content.procedures)
    assert len({example.text for example in found}) == len(found)
    far = far_titles(content)
    assert far
    assert {example.label for example in far} == {"none:thu-tuc-khac"}


def test_the_digest_names_the_messages() -> None:
    one, two = Example("một", "a"), Example("hai", "b")
    assert digest([one, two]) == digest([two, one]) != digest([one, replace(two, label="a")])


def test_a_changed_list_of_topics_is_noticed() -> None:
    made = Made(10, ("a", "b", "faq:c", "none:d"), "x")
    assert made.unknown({"a", "new"}) == ("new",)
    assert made.gone({"a"}) == ("b",)


def test_the_program_reads_without_what_training_made(library: Library, tmp_path: Path) -> None:
    texts = known_texts(library.current.content)
    bare = TopicReader(texts, tmp_path)
    assert bare.fusion is None
    assert bare.read("đăng ký khai sinh cho bé").matches[0].id == "dang-ky-khai-sinh"


def test_what_is_committed_was_made_from_this_content(library: Library) -> None:
    made = Made.kept()
    assert made
    ids = set(library.current.content.procedures)
    assert (made.unknown(ids), made.gone(ids)) == ((), ())
    assert sum(path.stat().st_size for path in (FOLDER.parent / "trained").iterdir()) <= 30_000_000


@needs_torch
def test_the_linear_model_keeps_what_it_learnt(library: Library, tmp_path: Path) -> None:
    from knowledge.training.fit_linear import fit_linear

    content, messages = library.current.content, few(library)
    fitted = fit_linear(content, messages, [], quiet)
    fitted.keep(tmp_path)
    kept = Linear.kept(tmp_path)
    assert kept
    assert kept.labels == labels(messages)
    normalise, fillers = build_normaliser(content), lexicon().fillers
    right = 0
    for example in messages:
        scores = kept(normalise(example.text), fillers)
        assert np.array_equal(scores, fitted(normalise(example.text), fillers))
        right += kept.labels[int(scores.argmax())] == example.label
    assert right / len(messages) > 0.95


@needs_torch
def test_a_small_encoder_learns_its_messages_and_survives_export(library: Library, tmp_path: Path) -> None:
    from knowledge.training.encode import Recipe, train_encoder

    content, messages = library.current.content, few(library)
    seen: list[tuple[str, int, int]] = []
    recipe = Recipe(messages, [], [], epochs=3, distil_epochs=1)
    train_encoder(content, recipe, tmp_path, lambda *told: seen.append(told))
    encoder = Encoder.kept(tmp_path)
    assert encoder
    assert encoder.labels == labels(messages)
    assert {stage for stage, _, _ in seen} == {"pieces", "distil", "finetune"}
    assert all(done <= total for _, done, total in seen)
    normalise = build_normaliser(content)
    right = 0
    for example in messages:
        said, asked = encoder(normalise(example.text).text)
        assert abs(float(np.exp(said).sum()) - 1) < 1e-3
        assert all(0 <= value <= 1 for value in asked.values())
        right += encoder.labels[int(said.argmax())] == example.label
    assert right / len(messages) > 0.8  # three short epochs


def test_names_of_an_entry_that_answers_for_a_topic_count_as_the_topic(library: Library) -> None:
    content = library.current.content
    found = {example.label for example in named(content)}
    assert found == set(content.procedures) | {f"faq:{key}" for key, entry in content.faqs.items() if not entry.topic}


def test_messages_in_context_name_topics_and_judge_nothing(library: Library) -> None:
    written_ones = list(written_in_context())
    known = set(library.current.content.procedures)
    assert {key for said in written_ones for key in (said.spoken_of, said.topic)} <= known
    lines = Path("tests/questions/dialogues.jsonl").read_text(encoding="utf-8").splitlines()
    judging = {turn["q"].casefold() for line in lines for turn in json.loads(line)["turns"]}
    assert not [said.text for said in written_ones if said.text.casefold() in judging]
    assert len(written_ones) > 150


def test_a_short_word_stays_and_a_new_wish_turns(library: Library) -> None:
    reader, content = library.current.reader, library.current.content
    topic = "tro-cap-huu-tri-xa-hoi"
    close = content.procedures[topic].related

    def stays(said: str) -> float:
        found = reader.stays(turning(reader.read(said), topic, close, len(said.split())))
        assert found is not None
        return found

    assert stays("vậy nộp ở đâu") > 0.9
    assert stays("tôi muốn đổi bằng lái xe") < 0.1
