"""It is open when the notices say so: by site, item and date, holidays and make-up days counted."""

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import pytest

from records.calendar.callbacks import STEP_MS, TIMES_MAX, callback_refusal, callback_times
from records.calendar.hours import ANY_ITEM, MINUTE_MS, Calendar, Hours, HoursPlace, ItemHours
from records.calendar.windows import BadDays, BadWindow, days, windows
from records.catalogue.entries import GraceEntry, HoursEntry
from records.catalogue.file import Catalogue
from runtime.clock import CHINA

FOUR_HOURS_MS = 4 * 3_600_000

# 2026: 21 Nov is a Saturday, 22 a Sunday, 23 a Monday. 1-7 Oct holidays, 1 Oct with a notice; 10 Oct (Saturday) and
# 20 Sept (Sunday) are make-up workdays. MZ01 is not served on Saturdays, RS01 is, GA02 has hours of its own.
CASES = """
PY-HALL  MZ01  2026-11-23 08:59  closed
PY-HALL  MZ01  2026-11-23 09:00  open
PY-HALL  MZ01  2026-11-23 11:49  open
PY-HALL  MZ01  2026-11-23 11:50  closed
PY-HALL  MZ01  2026-11-23 12:00  closed
PY-HALL  MZ01  2026-11-23 12:30  closed
PY-HALL  MZ01  2026-11-23 13:00  open
PY-HALL  MZ01  2026-11-23 16:49  open
PY-HALL  MZ01  2026-11-23 16:50  closed
PY-HALL  MZ01  2026-11-23 16:58  closed
PY-HALL  MZ01  2026-11-23 17:00  closed
PY-HALL  MZ01  2026-11-23 23:59  closed
PY-HALL  MZ01  2026-11-23 00:00  closed
PY-HALL  MZ01  2026-11-21 10:00  closed
PY-HALL  RS01  2026-11-21 10:00  open
PY-HALL  RS01  2026-11-21 12:10  closed
PY-HALL  RS01  2026-11-21 14:00  open
PY-HALL  RS01  2026-11-22 10:00  closed
PY-HALL  -     2026-11-21 10:00  open
PY-HALL  -     2026-11-22 10:00  closed
PY-HALL  GA02  2026-11-21 10:00  closed
PY-HALL  GA02  2026-11-22 10:00  open
HD-HALL  GA02  2026-11-22 09:00  open
HD-HALL  GA02  2026-11-22 11:49  open
HD-HALL  GA02  2026-11-22 11:50  closed
HD-HALL  GA02  2026-11-22 14:00  closed
HD-HALL  GA01  2026-11-22 10:00  closed
HD-HALL  -     2026-11-22 10:00  closed
HD-HALL  GA01  2026-11-21 10:00  open
HD-HALL  MZ01  2026-10-01 10:00  closed
HD-HALL  GA01  2026-10-01 10:00  open
HD-HALL  GA01  2026-10-01 14:00  open
HD-HALL  GA02  2026-10-01 14:00  open
HD-HALL  GA05  2026-10-01 16:49  open
HD-HALL  GA01  2026-10-02 10:00  closed
HD-HALL  GA02  2026-10-02 10:00  open
HD-HALL  GA02  2026-10-02 14:00  closed
HD-HALL  GA02  2026-10-07 11:00  open
HD-HALL  RS01  2026-10-01 10:00  closed
HD-HALL  -     2026-10-01 10:00  closed
HD-HALL  GA01  2026-05-01 10:00  closed
HD-HALL  GA02  2026-05-01 10:00  open
PY-HALL  RS01  2026-10-03 10:00  closed
PY-HALL  RS01  2026-02-21 10:00  closed
PY-HALL  MZ01  2026-10-08 10:00  open
PY-HALL  MZ01  2026-10-10 10:00  open
PY-HALL  RS01  2026-10-10 16:49  open
PY-HALL  MZ01  2026-10-10 12:30  closed
PY-HALL  MZ01  2026-09-20 10:00  open
PY-HALL  MZ01  2026-09-20 18:00  closed
PY-HALL  MZ01  2026-01-04 10:00  open
PY-HALL  MZ01  2026-02-14 10:00  open
PY-HALL  MZ01  2026-02-28 10:00  open
PY-HALL  MZ01  2026-05-09 10:00  open
PY-HALL  MZ01  2026-01-01 10:00  closed
PY-HALL  MZ01  2026-02-16 10:00  closed
PY-HALL  MZ01  2026-04-06 10:00  closed
PY-HALL  MZ01  2026-06-19 10:00  closed
PY-HALL  MZ01  2026-09-25 10:00  closed
HD-HC    MZ01  2026-11-23 08:30  open
HD-HC    MZ01  2026-11-23 13:30  closed
HD-HC    MZ01  2026-11-23 14:00  open
HD-HC    MZ01  2026-11-23 17:19  open
HD-HC    MZ01  2026-11-23 17:20  closed
HD-HC    RS01  2026-11-21 10:00  closed
HD-HC    GA02  2026-11-22 10:00  open
HD-TB    RS01  2026-11-21 10:00  closed
HD-TB    MZ01  2026-11-23 10:00  open
HD-SELF24  MZ01  2026-11-23 10:00  closed
HD-SELF24  GA02  2026-11-22 10:00  closed
HD-SELF24  -     2026-11-23 03:00  closed
PY-SL1   MZ01  2026-11-23 10:00  open
PY-SL1   MZ01  2026-11-23 20:00  closed
HD-GB    RS01  2026-11-21 10:00  open
PY-WB    MZ01  2026-11-23 12:30  closed
"""


@pytest.fixture(scope="session")
def hours(sample: Catalogue) -> Hours:
    return hours_of(sample)


def hours_of(sample: Catalogue) -> Hours:
    marked: dict[str, set[dt.date]] = {"holidays": set(), "first": set(), "makeup": set(), "noticed": set()}
    for row in sample.calendar.values():
        marked["holidays"] |= {day for span in row.entry.holidays for day in days(span)}
        marked["first"] |= {days(span)[0] for span in row.entry.holidays}
        marked["makeup"] |= {day for span in row.entry.makeup_workdays for day in days(span)}
        marked["noticed"] |= {day for span in row.entry.open_first_days for day in days(span)}
    calendar = Calendar(*(frozenset(marked[kind]) for kind in ("holidays", "first", "makeup", "noticed")))
    limited = frozenset(name for row in sample.overrides for name in row.entry.add)
    return Hours({name: row.entry for name, row in sample.hours.items()}, calendar, sample.grace, limited, CHINA)


def place(sample: Catalogue, site: str) -> HoursPlace:
    return next(HoursPlace(row.entry.hours) for row in sample.sites if row.entry.id == site)


def what(sample: Catalogue, item: str) -> ItemHours:
    if item == "-":
        return ANY_ITEM
    saturday = next(row.entry.sat for row in sample.items if row.entry.id == item)
    own = tuple(name for row in sample.overrides if item in row.entry.items for name in row.entry.add)
    return ItemHours(saturday, own)


PARIS = "Europe/Paris"


def ms(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_it_is_open_exactly_when_the_notices_say(hours: Hours, sample: Catalogue, case: str):
    site, item, day, time, said = case.split()
    is_open = hours.is_open(place(sample, site), what(sample, item), ms(f"{day} {time}"))
    assert is_open is (said == "open")


# A week of holidays, and the days at both ends of it.
DAYS = [dt.date(2026, 9, 30) + dt.timedelta(days=number) for number in range(14)]
GRACES = [
    GraceEntry(last_ticket_before_close_min=10, max_overrun_min=30, serve_ticket_holders_after_close=True),
    GraceEntry(last_ticket_before_close_min=1, max_overrun_min=30, serve_ticket_holders_after_close=False),
]


@pytest.mark.parametrize("grace", GRACES)
@pytest.mark.parametrize(
    ("site", "item"), [("PY-HALL", "RS01"), ("HD-HALL", "GA02"), ("HD-HC", "MZ01"), ("HD-TB", "-")]
)
def test_every_answer_agrees_with_the_spans_at_their_first_and_last_millisecond(
    sample: Catalogue, grace: GraceEntry, site: str, item: str
):
    hours = hours_of(msgspec.structs.replace(sample, grace=grace))
    where, what_for = place(sample, site), what(sample, item)
    cut_ms = grace.last_ticket_before_close_min * MINUTE_MS
    overrun_ms = grace.max_overrun_min * MINUTE_MS if grace.serve_ticket_holders_after_close else 0
    spans = [span for day in DAYS for span in hours.spans(where, what_for, day)]
    assert len(spans) > 5
    for start, end in spans:
        last = end - cut_ms
        for at_ms, is_open in ((start - 1, False), (start, True), (last - 1, True), (last, False), (end, False)):
            assert hours.is_open(where, what_for, at_ms) is is_open
            assert (hours.next_open(where, what_for, at_ms) == at_ms) is is_open
        assert hours.next_open(where, what_for, start - 1) == start
        assert (hours.next_open(where, what_for, last) or end) >= end
        assert (start, last) in hours.taking(where, what_for, start)
    for start, end in [span for day in DAYS for span in hours.spans(where, what_for, day, appointment=True)]:
        for taken_ms in (start, end - 1):
            assert hours.served_until(where, what_for, taken_ms) == end + overrun_ms
        for taken_ms in (start - 1, end):
            assert hours.served_until(where, what_for, taken_ms) is None


@pytest.mark.parametrize(("ahead", "is_found"), [(60, True), (61, False)])
def test_the_next_opening_is_looked_for_sixty_days_ahead(sample: Catalogue, ahead: int, is_found: bool):
    day = dt.date(2026, 7, 1) + dt.timedelta(days=ahead)
    rules = {"x": HoursEntry(daily=("09:00-17:00",), needs_notice=True)}
    hours = Hours(rules, Calendar(noticed=frozenset({day})), sample.grace, frozenset(), CHINA)
    assert hours.next_open(HoursPlace(("x",)), ANY_ITEM, ms("2026-07-01 10:00")) == (
        ms(f"{day} 09:00") if is_found else None
    )


KINDS = {
    "monday": dt.date(2026, 11, 23), "saturday": dt.date(2026, 11, 21), "sunday": dt.date(2026, 11, 22),
    "first": dt.date(2026, 10, 1), "holiday": dt.date(2026, 10, 2), "makeup": dt.date(2026, 10, 10),
}  # fmt: skip
KIND_DAYS = Calendar(
    holidays=frozenset({KINDS["first"], KINDS["holiday"]}),
    first_days=frozenset({KINDS["first"]}),
    makeup_workdays=frozenset({KINDS["makeup"]}),
)
OPEN_ON = {  # 10 October 2026 is a Saturday
    "workdays": {"monday", "makeup"},
    "saturdays": {"saturday", "makeup"},
    "sundays": {"sunday"},
    "statutory_holiday": {"first", "holiday"},
    "statutory_holiday_first_day": {"first"},
    "daily": set(KINDS),
}
SHUT_ON = {"statutory_holiday": {"first", "holiday"}, "makeup_workday": {"makeup"}}


def test_each_field_of_opening_hours_has_its_days_here_or_is_a_condition():
    conditions = {"except_", "items", "appointment_only", "needs_notice", "human"}
    assert set(OPEN_ON) | conditions == set(HoursEntry.__struct_fields__)


@pytest.mark.parametrize("field", OPEN_ON)
@pytest.mark.parametrize("shut", [None, *SHUT_ON])
def test_each_kind_of_day_has_its_own_windows(sample: Catalogue, field: str, shut: str | None):
    rule = msgspec.convert({field: ("09:00-17:00",), "except": (shut,) if shut else ()}, HoursEntry)
    hours = Hours({"x": rule}, KIND_DAYS, sample.grace, frozenset(), CHINA)
    is_open = {kind for kind, day in KINDS.items() if hours.spans(HoursPlace(("x",)), ANY_ITEM, day)}
    assert is_open == OPEN_ON[field] - SHUT_ON.get(shut or "", set())


def test_a_span_that_reaches_midnight_goes_on_into_the_next_day(sample: Catalogue):
    hours = Hours({"x": HoursEntry(daily=("00:00-24:00",))}, Calendar(), sample.grace, frozenset(), CHINA)
    start, end = hours.spans(HoursPlace(("x",)), ANY_ITEM, dt.date(2026, 11, 23))[0]
    assert (start, end) == (ms("2026-11-23"), ms("2026-11-25"))
    late = Hours(
        {"x": HoursEntry(workdays=("22:00-24:00",), saturdays=("00:00-01:00",))},
        Calendar(),
        sample.grace,
        frozenset(),
        CHINA,
    )
    friday = late.spans(HoursPlace(("x",)), ANY_ITEM, dt.date(2026, 11, 20))
    assert friday == [(ms("2026-11-20 22:00"), ms("2026-11-21 01:00"))]
    assert late.spans(HoursPlace(("x",)), ANY_ITEM, dt.date(2026, 11, 19)) == [
        (ms("2026-11-19 22:00"), ms("2026-11-20"))
    ]


def test_noon_is_for_appointments(hours: Hours, sample: Catalogue):
    at = ms("2026-11-23 12:30")
    hall, item = place(sample, "PY-HALL"), what(sample, "MZ01")
    assert not hours.is_open(hall, item, at)
    assert hours.is_open(hall, item, at, appointment=True)
    assert not hours.is_open(place(sample, "PY-WB"), item, at, appointment=True)


@pytest.mark.parametrize(
    ("site", "item", "now", "opens"),
    [
        ("PY-HALL", "MZ01", "2026-11-23 10:00", "2026-11-23 10:00"),
        ("PY-HALL", "MZ01", "2026-11-23 11:55", "2026-11-23 13:00"),
        ("PY-HALL", "MZ01", "2026-11-20 16:55", "2026-11-23 09:00"),
        ("PY-HALL", "RS01", "2026-11-20 16:55", "2026-11-21 09:00"),
        ("HD-HALL", "GA02", "2026-11-21 18:00", "2026-11-22 09:00"),
        ("PY-HALL", "MZ01", "2026-09-30 17:30", "2026-10-08 09:00"),
        ("PY-HALL", "MZ01", "2026-10-09 17:30", "2026-10-10 09:00"),
        ("HD-SELF24", "MZ01", "2026-11-23 10:00", None),
    ],
)
def test_the_next_opening_is_told(hours: Hours, sample: Catalogue, site: str, item: str, now: str, opens: str | None):
    told = hours.next_open(place(sample, site), what(sample, item), ms(now))
    assert told == (None if opens is None else ms(opens))


def test_who_holds_a_ticket_at_closing_time_is_served_half_an_hour_longer(hours: Hours, sample: Catalogue):
    hall, item = place(sample, "PY-WB"), what(sample, "MZ01")
    assert hours.served_until(hall, item, ms("2026-11-23 16:45")) == ms("2026-11-23 17:30")
    assert hours.served_until(hall, item, ms("2026-11-23 18:00")) is None


@pytest.mark.parametrize(
    ("site", "item", "now", "offered"),
    [
        ("PY-HALL", "MZ01", "2026-11-23 10:00", "10:30 11:00 11:30 13:00"),
        ("PY-HALL", "MZ01", "2026-11-23 10:00:01", "11:00 11:30 13:00 13:30"),
        ("PY-HALL", "MZ01", "2026-11-23 11:05", "13:00 13:30 14:00 14:30"),  # 11:50 to 13:00 gives no tickets
        ("PY-HALL", "MZ01", "2026-11-23 12:15", "13:00 13:30 14:00 14:30"),
        ("PY-HALL", "MZ01", "2026-11-23 15:31", "16:30"),
        ("PY-HALL", "MZ01", "2026-11-23 16:00", "16:30"),
        ("PY-HALL", "MZ01", "2026-11-23 16:01", ""),
        ("PY-HALL", "MZ01", "2026-11-23 17:20", ""),  # the overrun serves who is there, it gives no tickets
        ("PY-HALL", "MZ01", "2026-11-23 08:00", "09:00 09:30 10:00 10:30"),
        ("PY-HALL", "MZ01", "2026-11-23 04:30", ""),  # no longer ahead than a stub lasts
        ("PY-HALL", "MZ01", "2026-11-21 10:00", ""),
        ("PY-HALL", "MZ01", "2026-07-01 10:00", "10:30 11:00 11:30 13:00"),  # no summer time
        ("PY-HALL", "RS01", "2026-11-21 14:10", "15:00 15:30 16:00 16:30"),
        ("PY-HALL", "GA02", "2026-11-22 10:00", "10:30 11:00 11:30"),
        ("HD-HC", "MZ01", "2026-11-23 11:10", "14:00 14:30 15:00"),
        ("HD-SELF24", "MZ01", "2026-11-23 10:00", ""),
    ],
)
def test_one_is_offered_to_be_called_at_half_hours_at_which_tickets_are_given(
    hours: Hours, sample: Catalogue, site: str, item: str, now: str, offered: str
):
    spans = hours.taking(place(sample, site), what(sample, item), ms(now))
    times = callback_times(spans, ms(now), FOUR_HOURS_MS, CHINA)
    assert times == tuple(ms(f"{now[:10]} {time}") for time in offered.split())
    assert all(callback_refusal(spans, ms(now), at_ms, FOUR_HOURS_MS) == "" for at_ms in times)


@pytest.mark.parametrize("name", ["Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"])
@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-04", "2026-11-01"])
@pytest.mark.parametrize("hour", ["00", "01", "12"])
def test_half_hours_are_those_of_the_realm_s_clocks_also_where_these_change(name: str, day: str, hour: str):
    zone = ZoneInfo(name)
    now_ms = round(dt.datetime.fromisoformat(f"{day}T{hour}:07").replace(tzinfo=zone).timestamp() * 1000)
    times = callback_times(((0, 2**53),), now_ms, 24 * 3_600_000, zone)
    assert len(times) == TIMES_MAX
    assert all(dt.datetime.fromtimestamp(at_ms / 1000, zone).minute in {0, 30} for at_ms in times)
    assert times[0] - now_ms >= STEP_MS


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-11-23 10:00", "past"),
        ("2026-11-23 10:01", ""),
        ("2026-11-23 11:49", ""),
        ("2026-11-23 11:50", "closed"),
        ("2026-11-23 12:30", "closed"),
        ("2026-11-23 14:00", ""),
        ("2026-11-23 14:01", "out_of_range"),
        ("2026-11-24 10:00", "out_of_range"),
    ],
)
def test_nobody_is_called_at_a_time_that_will_not_do(hours: Hours, sample: Catalogue, at: str, why: str):
    now = ms("2026-11-23 10:00")
    spans = hours.taking(place(sample, "PY-HALL"), what(sample, "MZ01"), now)
    assert callback_refusal(spans, now, ms(at), FOUR_HOURS_MS) == why


def test_a_hall_that_never_closes_has_no_cut_off_at_midnight(sample: Catalogue):
    rule = next(row.entry for name, row in sample.hours.items() if name == "self24")
    staffed = type(rule)(daily=rule.daily)
    hours = Hours({"always": staffed}, Calendar(), sample.grace, frozenset(), CHINA)
    for time in ("00:00", "12:00", "23:55"):
        assert hours.is_open(HoursPlace(("always",)), ANY_ITEM, ms(f"2026-11-23 {time}"))


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (["9:00-12:00"], "format"),
        (["09:00-25:00"], "format"),
        (["09:60-12:00"], "format"),
        (["12:00-09:00"], "order"),
        (["09:00-09:00"], "order"),
        (["09:00-12:00", "11:00-13:00"], "overlap"),
    ],
)
def test_windows_that_make_no_sense_are_refused(texts: list[str], why: str):
    with pytest.raises(BadWindow) as caught:
        windows(texts)
    assert caught.value.why == why


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "2026-10-07/01", "2026-10-01/32", "1 October"])
def test_days_that_make_no_sense_are_refused(text: str):
    with pytest.raises(BadDays):
        days(text)


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        ("2026-03-28", "08:00", "16:00"),  # the last day of winter time in Paris: an hour ahead of UTC
        ("2026-03-29", "07:00", "15:00"),  # clocks went from 02:00 to 03:00
        ("2026-10-24", "07:00", "15:00"),
        ("2026-10-25", "08:00", "16:00"),
    ],
)
def test_hours_are_wall_time_where_clocks_change(sample: Catalogue, day: str, opens: str, closes: str) -> None:
    paris = Hours({"x": HoursEntry(daily=("09:00-17:00",))}, Calendar(), sample.grace, frozenset(), ZoneInfo(PARIS))
    span = [round(dt.datetime.fromisoformat(f"{day}T{at}+00:00").timestamp() * 1000) for at in (opens, closes)]
    assert paris.spans(HoursPlace(("x",)), ANY_ITEM, dt.date.fromisoformat(day)) == [tuple(span)]


def test_a_day_without_an_hour_is_one_span_of_23_hours(sample: Catalogue) -> None:
    paris = Hours({"x": HoursEntry(daily=("00:00-24:00",))}, Calendar(), sample.grace, frozenset(), ZoneInfo(PARIS))
    (start, end), *_ = paris.spans(HoursPlace(("x",)), ANY_ITEM, dt.date(2026, 3, 29))
    assert end - start == (23 + 24) * 3_600_000  # and the whole next day, for it reaches midnight
