"""Variables of Keras by place and by name: told apart, or said to be undecided, and never mixed."""

from hypothesis import given
from hypothesis import strategies as st

from loadstone.runtime.keras_pairs import decide
from loadstone.runtime.keras_slots import slot

SHAPES = st.sampled_from([((4, 4), (4,)), ((4, 8), (8,)), ((4,),)])
NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1, max_size=6)


def layers(held, kind=""):
    """Return the variables of layers in their order, each a name with shapes."""
    return [
        slot(str(at), str(tail), name, shape, f"{at}/{tail}", f"{name}/{tail}", kind)
        for at, (name, shapes) in enumerate(held)
        for tail, shape in enumerate(shapes)
    ]


def whole(found):
    return not (found["missing"] or found["unexpected"] or found["mismatched"])


def exchanged(found):
    return [pair for pair in found["pairs"] if pair[0]["layer"] != pair[1]["layer"]]


@st.composite
def permuted(draw):
    names = draw(NAMES)
    held = [(name, draw(SHAPES)) for name in names]
    return held, draw(st.permutations(held))


@given(permuted())
def test_layers_in_another_order_are_recovered_or_told(both):
    """Where all fits and nothing is open, each variable goes where its name says."""
    held, other = both
    found = decide(layers(held), layers(other))
    if whole(found) and not found["open"]:
        assert not exchanged(found)
    assert whole(decide(layers(held), layers(other), force=True))
    assert not exchanged(decide(layers(held), layers(other), force=True))


@given(permuted())
def test_numbers_are_names_only_where_that_is_asked(both):
    held, other = both
    numbers = {name: f"dense_{at}" for at, (name, _) in enumerate(sorted(held))}
    sides = [
        layers([(numbers[name], shapes) for name, shapes in side], "dense")
        for side in (held, other)
    ]
    found = decide(*sides)
    if whole(found) and not found["open"]:
        assert not exchanged(found)
    exact = decide(*sides, exact=True)
    if whole(exact) and not exact["open"]:
        assert not exchanged(exact)


@given(permuted(), st.data())
def test_other_names_leave_places_alone_and_say_so(both, data):
    held, _ = both
    renamed = [(f"new_{name}", shapes) for name, shapes in held]
    found = decide(layers(held), layers(renamed))
    assert whole(found)
    assert not found["open"]
    shapes = [item for _, item in held]
    assert len(found["unnamed"]) == sum(shapes.count(item) > 1 for item in shapes)


@given(permuted())
def test_what_lacks_is_missing(both):
    held, _ = both
    found = decide(layers(held)[1:], layers(held))
    assert [item["key"] for item in found["missing"]] == ["0/0"]
    found = decide(layers(held), layers(held)[1:])
    assert [item["key"] for item in found["unexpected"]] == ["0/0"]


def test_an_older_name_for_another_layer_is_no_name():
    """By the shapes, the names are other layers' now: the places hold."""
    file = layers([("a", ((4, 8), (8,))), ("b", ((8, 2), (2,)))])
    model = layers([("b", ((4, 8), (8,))), ("a", ((8, 2), (2,)))])
    found = decide(file, model)
    assert whole(found)
    assert not found["open"]
    assert [(a["layer"], b["layer"]) for a, b in found["pairs"]][::2] == [("a", "b"), ("b", "a")]
