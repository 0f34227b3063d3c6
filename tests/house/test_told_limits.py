"""Each limit that the protocol tells has a test that reaches it, and the program's own number: a row without fails."""

import ast
import re

import msgspec
import pytest

from protocol import limits
from protocol.participants import PARTICIPANTS_MAX
from records.outbox.hooks import HOOKS_MAX
from runtime import throttle
from runtime.security import MACHINE_TOKEN_S
from signaling.api import catalogue, sessions
from signaling.handlers.conversation import MISSING_MAX
from signaling.handlers.places import HOLD_MAX_S
from signaling.news import POLLS_MAX
from signaling.presence import resumption
from signaling.session.guest_list import INVITATION_S
from signaling.socket import answers, conversation, doors, leg
from tests.house.tree import read, select, tree

EACH = "test_the_last_try_is_free_the_next_one_waits_and_another_is_not_told_to"
GUESSES = "test_a_wrong_guess_spends_a_try_a_right_one_none_and_both_read_alike_when_there_is_none_left"
SOCKETS = "test_more_sockets_than_may_be_are_refused_in_words"
UPLOADS = "test_unfinished_uploads_of_an_address_and_of_all_are_bounded"
#: By the first column of the tables in the sections 9 and 12, in their order.
HELD: dict[str, tuple[str, ...]] = {
    "frame; frames": ("test_a_frame_is_read_up_to_the_set_size",),
    "first frame; ping; unheard": (
        "test_a_page_that_says_nothing_is_sent_away",
        "test_a_page_that_is_not_heard_any_more_is_cut",
    ),
    "command ids and their answers": ("test_a_command_sent_again_after_a_drop_is_done_once",),
    "`resume`": ("test_what_was_said_while_a_page_was_away_is_replayed_once",),
    "chat line; notes; summary; note of a verdict; comment; reason; `why`": (
        "test_every_text_on_the_wire_is_taken_up_to_its_limit_and_no_further",
    ),
    "`missing`": ("test_closing_needs_an_outcome_and_a_correction_names_what_is_missing",),
    "`hold_place` `for_s`": ("test_a_place_is_held_for_half_an_hour_at_most",),
    "ring; wrap of a lost citizen; of a lost seat; waiting without a page": (
        "test_a_ringing_ticket_is_accepted_up_to_its_deadline_whoever_sweeps",
        "test_a_citizen_who_is_gone_too_long_has_hung_up",
        "test_a_lost_seat_gives_its_citizen_back_to_the_head_with_papers_and_notes",
        "test_a_page_that_is_gone_gives_up_its_place_unless_it_is_seen",
    ),
    "ticket's token; stub": ("test_each_kind_of_signed_value_lives_so_long_and_not_a_second_more",),
    "login": ("test_a_login_is_over_when_it_is_set_to_however_busy",),
    "tries at a password": ("test_guessing_is_slowed_down_and_time_heals",),
    "wrong booth codes; wrong receipts (`/r/LINK`, codes, links and `come_back` counted with them), from one address": (
        EACH,
        GUESSES,
    ),
    "wrong one-time and recovery codes of an account; wrong passwords of a document by one reader": (
        "test_codes_are_tried_few_times_and_a_reset_ends_the_factor",
        GUESSES,
    ),
    "looks at one receipt that exists": ("test_a_receipt_s_link_opens_it_for_a_week_and_wrong_ones_read_alike",),
    "QR codes and links of receipts, from one address": (EACH,),
    "tickets of one booth": (EACH,),
    "keys and tokens of machines that open nothing, from one address": (
        "test_a_guess_spends_tries_by_address_and_the_right_key_is_not_told_to_wait",
    ),
    "tokens of one machine": ("test_a_program_that_asks_for_a_token_at_each_request_floods_no_trail",),
    "requests of one machine": ("test_a_machine_asks_so_often_and_another_is_not_told_to_wait",),
    "machine's token": ("test_each_kind_of_signed_value_lives_so_long_and_not_a_second_more",),
    "sign-ins to all accounts, from one address": ("test_a_town_behind_one_address_starts_its_day",),
    "document; documents of a ticket": ("test_the_most_documents_of_a_ticket_hold_for_what_was_begun_before",),
    "unfinished upload": ("test_an_unfinished_upload_says_that_it_ends_when_it_is_set_to",),
    "search; catalogue; sessions, a page": ("test_a_page_of_results_has_so_many_lines_and_no_more",),
    "frames of every kind, pings and pongs too": (
        "test_every_kind_of_frame_spends_the_budget_and_a_flood_ends_with_1008",
    ),
    "requests of a long-poll channel": ("test_requests_cost_what_frames_cost_and_a_flood_of_them_ends_the_channel",),
    "one request of a long-poll channel": ("test_more_than_one_request_may_bring_is_refused_whole",),
    "bytes that become no message (empty pieces)": ("test_empty_pieces_of_one_message_are_a_flood_too",),
    "one frame": ("test_a_frame_is_read_up_to_the_set_size",),
    "unread by the page": ("test_a_page_that_does_not_read_is_cut_and_comes_back",),
    "commands": ("test_commands_come_as_often_as_is_set",),
    "frames that are no media; commands": (
        "test_pages_of_one_address_share_what_they_send_and_another_address_is_served",
    ),
    "descriptions, `media_restart`, `media_ready`": (
        "test_a_page_that_asks_for_restarts_without_end_is_heard_so_often_only",
    ),
    "candidates": ("test_candidates_are_passed_on_up_to_the_set_number",),
    "until `hello`": ("test_a_page_that_says_nothing_is_sent_away",),
    "sockets opened": ("test_an_address_that_opens_sockets_without_end_gets_no_handshake",),
    "open sockets": (SOCKETS,),
    "of these without `hello`": (SOCKETS,),
    "tickets taken": ("test_one_page_cannot_take_and_leave_for_ever", EACH),
    "tickets taken, no booth, no stub": ("test_one_address_takes_so_many_tickets_and_another_is_not_told_to_wait",),
    "`come_back` with a wrong receipt, at a booth": (EACH,),
    "`hold_place` and `call_back`": ("test_a_place_is_not_held_for_ever",),
    "a waiting ticket without a page": ("test_a_ticket_whose_page_is_gone_rings_nobody_and_keeps_its_place",),
    "chat, notes, stills, verdicts": ("test_what_a_side_writes_in_a_session_is_bounded_and_the_call_can_be_ended",),
    "the same in one session": ("test_a_session_holds_so_much_and_says_so",),
    "participants of a session, invited ones included": ("test_only_the_agent_of_a_call_invites_and_not_without_end",),
    "an invitation without a first `hello`": ("test_an_invitation_has_its_time_and_the_next_window_takes_the_place",),
    "pages of older chat lines": (EACH,),
    "documents and their pages, with the ticket's token": (EACH,),
    "HTTP requests, but for `/static/`, `/voice/`, `/livez` and those of a channel": (
        "test_one_address_asks_so_often_and_parts_of_pages_do_not_count",
    ),
    "catalogue: search, item, public": ("test_the_catalogue_is_searched_so_often_by_one_address",),
    "requests to the feed of events": ("test_only_so_many_polls_of_an_account_wait_at_once",),
    "web-hooks": ("test_each_refusal_about_web_hooks_is_met_and_changes_nothing",),
    "an answer of a web-hook's receiver": ("test_a_receiver_that_does_not_answer_in_time_is_tried_again",),
    "uploads begun": (EACH,),
    "documents and unfinished uploads": ("test_the_most_documents_of_a_ticket_hold_for_what_was_begun_before",),
    "unfinished uploads": ("test_unfinished_uploads_are_counted_by_ticket_and_end", UPLOADS),
    "an unfinished upload": ("test_unfinished_uploads_are_counted_by_ticket_and_end",),
    "a document": ("test_an_empty_and_an_oversized_file_are_refused_before_a_byte_is_sent",),
}
PAGES: dict[type[msgspec.Struct], int] = {catalogue.ItemQuery: 50, catalogue.Page: 500, sessions.SessionQuery: 200}
#: What is no setting (those: test_settings) and no limit of tries: the numbers as the row has them.
NUMBERS: dict[str, tuple[float, ...]] = {
    "command ids and their answers": (limits.ID_MAX, answers.KEPT_S / 60),
    "`resume`": (resumption.KEPT_S / 60,),
    "chat line; notes; summary; note of a verdict; comment; reason; `why`": (
        limits.CHAT_MAX, limits.NOTES_MAX, limits.SUMMARY_MAX, limits.NOTE_MAX, limits.COMMENT_MAX, limits.REASON_MAX,
        limits.ID_MAX,
    ),
    "`missing`": (MISSING_MAX,),
    "`hold_place` `for_s`": (1, HOLD_MAX_S),
    "frames that are no media; commands": (
        doors.FRAMES.per_minute / 60, doors.FRAMES.burst, doors.COMMANDS.per_minute / 60, doors.COMMANDS.burst,
    ),
    "descriptions, `media_restart`, `media_ready`": (leg.NEGOTIATIONS_PER_S, leg.NEGOTIATIONS_BURST),
    "tickets taken": (conversation.TAKES_PER_S * 60, conversation.TAKES_BURST),
    "participants of a session, invited ones included": (PARTICIPANTS_MAX,),
    "an invitation without a first `hello`": (INVITATION_S / 60,),
    "keys and tokens of machines that open nothing, from one address": (
        throttle.MACHINE_KEY.burst, throttle.MACHINE_KEY.per_minute,
    ),
    "tokens of one machine": (throttle.MACHINE_TOKEN.burst, throttle.MACHINE_TOKEN.per_minute),
    "requests of one machine": (throttle.MACHINE.burst, throttle.MACHINE.per_minute),
    "machine's token": (MACHINE_TOKEN_S / 60,),
    "requests to the feed of events": (POLLS_MAX,),
    "web-hooks": (HOOKS_MAX,),
    "sign-ins to all accounts, from one address": (throttle.ADDRESS.burst, throttle.ADDRESS.per_minute),
    "search; catalogue; sessions, a page": tuple(PAGES.values()),
}  # fmt: skip


def rows() -> dict[str, str]:
    """Return the limits of both tables by their first column."""
    text = read("docs/protocol.md")
    told = "".join(re.findall(r"^## (?:9|12)\. .*?(?=^## )", text, re.MULTILINE | re.DOTALL))
    found = [(one[1].strip(), one[2].strip()) for one in (row.split("|") for row in told.split("\n")) if len(one) > 3]
    return {what: limit for what, limit in found if what != "what" and not what.startswith("---")}


def names_of_tests() -> set[str]:
    """Return the name of every function under `tests`."""
    return {
        node.name
        for path in select(".py", inside=("tests/",))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_each_limit_that_is_told_names_a_test_that_there_is() -> None:
    assert set(rows()) == set(HELD), "name the test that reaches the limit of each row"
    assert {test for named in HELD.values() for test in named} - names_of_tests() == set()


@pytest.mark.parametrize("what", NUMBERS)
def test_each_limit_that_is_told_is_the_program_s(what: str) -> None:
    told = [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", rows()[what])]
    assert told == list(NUMBERS[what]), rows()[what]


@pytest.mark.parametrize(("kind", "most"), list(PAGES.items()))
def test_a_page_of_results_has_so_many_lines_and_no_more(kind: type[msgspec.Struct], most: int) -> None:
    _ = msgspec.convert({"limit": most}, kind)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"limit": most + 1}, kind)
