"""Conversations from ids."""

from hypothesis import given
from hypothesis import strategies as st

from inbox.threading import Threaded, thread


def test_answers_hang_under_what_they_answer() -> None:
    messages = [
        Threaded(1, "a"),
        Threaded(2, "b", ("a",)),
        Threaded(3, "c", ("a", "b")),
        Threaded(4, "x"),
        Threaded(5, "d", ("a",)),
    ]
    assert thread(messages) == [(1, 2, 3, 5), (4,)]


def test_order_of_arrival_does_not_matter() -> None:
    messages = [Threaded(3, "c", ("a", "b")), Threaded(2, "b", ("a",)), Threaded(1, "a")]
    assert thread(messages) == [(1, 2, 3)]


def test_a_parent_that_never_came_still_joins_its_answers() -> None:
    assert thread([Threaded(1, "b", ("lost",)), Threaded(2, "c", ("lost",))]) == [(1, 2)]


def test_in_reply_to_serves_where_references_are_missing() -> None:
    assert thread([Threaded(1, "a"), Threaded(2, "b", (), ("a",))]) == [(1, 2)]


def test_missing_and_doubled_ids_lose_no_message() -> None:
    assert thread([Threaded(1, None), Threaded(2, "a"), Threaded(3, "a"), Threaded(4, None)]) == [
        (1,),
        (2,),
        (3,),
        (4,),
    ]


def test_a_loop_of_references_is_cut() -> None:
    assert sorted(
        key for keys in thread([Threaded(1, "a", ("b",)), Threaded(2, "b", ("a",))]) for key in keys
    ) == [1, 2]


ids = st.sampled_from("abcdef")


@given(st.lists(st.tuples(st.none() | ids, st.lists(ids, max_size=4))))
def test_every_message_is_in_exactly_one_conversation(rows: list[tuple[str | None, list[str]]]) -> None:
    messages = [Threaded(at, own, tuple(references)) for at, (own, references) in enumerate(rows)]
    assert sorted(key for keys in thread(messages) for key in keys) == list(range(len(rows)))
