"""What an exception says, in one line."""

from loadstone.runtime.errors import describe, in_a_line


def test_a_line_ends_with_a_whole_word():
    assert in_a_line("one\n  two\tthree") == "one two three"
    assert in_a_line("the sizes, of tensors, do not match", 12) == "the sizes …"
    assert in_a_line("x" * 50, 10) == "x" * 10 + " …"
    assert in_a_line("exactly ten", 11) == "exactly ten"


def test_an_exception_is_told_with_its_class():
    assert describe(ValueError("no\nway")) == "ValueError: no way"
    assert describe(KeyError()) == "KeyError"
