"""Story 3: what raises nothing is found by witnesses, with the stage named."""

from __future__ import annotations


def test_dropout_left_on_is_told_and_the_bundle_predicts_without_it(silent):
    out = silent("python", "dropout_left_on.py")
    assert "training mode" in out + silent.stderr


def test_a_model_that_does_not_repeat_itself_is_refused(silent):
    out = silent("python", "not_repeatable.py")
    assert "error[LS6" in out
    assert not (silent.folder / "noisy.lode").exists()


def test_a_flag_changed_after_the_save_is_named(silent):
    out = silent("python", "changed_flag.py")
    assert "as saved: identical" in out
    assert "error[LS6" in out
    assert "slope" in out
    assert "0.2" in out
    assert "0.01" in out


def test_weights_left_at_random_do_not_pass_for_the_trained_ones(silent):
    out = silent("python", "half_random.py")
    assert "error[LS6" in out
    assert not (silent.folder / "half.lode").exists()
