"""The sample class: right is full, wrong is named, cheating is zero, nobody else is touched."""

import pytest

from dlcourse.grading.classroom import Settings, grade
from dlcourse.grading.sample import sample_class as list_samples
from dlcourse.grading.tasks import find_unit

UNIT = find_unit(1)
SAMPLES = {sample.student: sample for sample in list_samples(UNIT, {"cells": []})}


def test_the_class_has_twenty_four_of_every_kind():
    kinds = {sample.kind for sample in SAMPLES.values()}
    assert len(SAMPLES) == 24
    assert kinds == {"right", "wrong", "blank", "broken", "cheating", "corrupted"}


@pytest.mark.parametrize("student", SAMPLES)
def test_everybody_loses_exactly_the_tasks_that_are_spoiled(sample_class, student):
    _, _, verdicts = sample_class
    sample, verdict = SAMPLES[student], verdicts[student]
    if sample.kind == "corrupted":
        assert (verdict["status"], verdict["tasks"]) == ("ungradable", [])
        assert "hand in" in verdict["reason"]
        return
    assert verdict["status"] == "graded"
    lost = {task["name"] for task in verdict["tasks"] if task["score"] < task["max_score"]}
    assert lost == set(sample.spoiled)


@pytest.mark.parametrize("student", [s for s in SAMPLES if SAMPLES[s].kind == "cheating"])
def test_cheating_earns_nothing(sample_class, student):
    assert sample_class[2][student]["score"] == 0


@pytest.mark.parametrize("student", [s for s in SAMPLES if SAMPLES[s].kind == "wrong"])
def test_every_known_mistake_is_named(sample_class, student):
    verdict = sample_class[2][student]
    (spoiled,) = SAMPLES[student].spoiled
    task = next(task for task in verdict["tasks"] if task["name"] == spoiled)
    known = {mistake.name: mistake.says for mistake in UNIT.task(spoiled).misconceptions}
    assert task["misconception"] in known
    assert task["message"] == known[task["misconception"]]


def test_blank_is_zero(sample_class):
    assert sample_class[2]["blank"]["score"] == 0


def test_importing_the_answer_is_flagged(sample_class):
    flags = sample_class[2]["cheat-imports-the-answer"]["flags"]
    assert any("the course's own answers" in flag for flag in flags)


def test_no_verdict_shows_a_hidden_input_or_the_seed_to_feedback(sample_class):
    place, _, verdicts = sample_class
    for student, verdict in verdicts.items():
        assert all(
            "example" not in criterion for t in verdict["tasks"] for criterion in t["criteria"]
        )
        page = place.feedback(UNIT, student)
        assert not page.exists() or verdict["seed"] not in page.read_text()


def test_grading_again_does_nothing(sample_class):
    place, _, _ = sample_class
    before = place.journal.read_bytes(), (place.root / "gradebook.db").stat().st_mtime_ns
    again = grade(place, UNIT, Settings(), lambda verdict, left: None)
    assert (again.verdicts, again.recovered, len(again.unchanged)) == ([], [], 24)
    assert (place.journal.read_bytes(), (place.root / "gradebook.db").stat().st_mtime_ns) == before


def test_the_honest_get_the_same_without_the_others(sample_class, course):
    """Neighbours who cheat, crash and loop change nothing for the rest."""
    place, samples, verdicts = sample_class
    honest = [sample.student for sample in samples if sample.kind in ("right", "wrong")]
    for student in honest:
        folder = course.submission(UNIT, student)
        folder.mkdir(parents=True)
        source = place.submission(UNIT, student) / "neuron.ipynb"
        (folder / "neuron.ipynb").write_bytes(source.read_bytes())
    (course.state).mkdir()
    (course.state / "secret").write_text(place.secret().hex() + "\n")
    grade(course, UNIT, Settings(workers=2), lambda verdict, left: None)
    assert {verdict["student"]: verdict for verdict in course.verdicts(UNIT)} == {
        student: verdicts[student] for student in honest
    }
