"""Writes the pieces that numbers, times and days are put together from, in each language they are said in."""

from typing import Final

LANGUAGES: Final = ("cmn", "yue", "en")
MOST: Final = 100
"""The highest count that is said exactly; above it one hears "more than a hundred"."""

NOON: Final = 12
TEN: Final = 10

DIGITS: Final = "零一二三四五六七八九"
WEEKDAYS: Final = ("日", "一", "二", "三", "四", "五", "六")
ONES: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
PERIODS: Final = ("night", "morning", "noon", "afternoon", "evening")


def chinese(number: int) -> str:
    """Return a number from 0 to 100 in Chinese numerals."""
    if number == MOST:
        return "一百"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones or not tens else "")


def english(number: int) -> str:
    """Return a number from 0 to 100 in English words."""
    if number == MOST:
        return "one hundred"
    if number < len(ONES):
        return ONES[number]
    tens, ones = divmod(number, 10)
    return TENS[tens] + (f" {ONES[ones]}" if ones else "")


def period(hour: int) -> str:
    """Return the part of the day that an hour (0-23) belongs to."""
    bounds = ((6, "night"), (12, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))
    return next(name for until, name in bounds if hour < until)


def pieces(language: str) -> dict[str, str]:
    """Return the words of every piece by its name, such as `n.12`, `letter.a`, `hour.14`, `minute.5`, `weekday.0`."""
    letters = {f"letter.{chr(code).lower()}": chr(code) for code in range(ord("A"), ord("Z") + 1)}
    return letters | (_english() if language == "en" else _chinese(language))


def _chinese(language: str) -> dict[str, str]:
    two, dot, day = ("两", "点", "号") if language == "cmn" else ("兩", "點", "號")
    parts = {"night": "凌晨", "morning": "上午", "noon": "中午", "afternoon": "下午", "evening": "晚上"}
    week = "星期"
    hours = {hour: chinese(hour if hour <= NOON else hour - NOON) for hour in range(24)}
    hours |= {2: two, 2 + NOON: two}
    return {
        **{f"n.{number}": chinese(number) for number in range(MOST + 1)},
        "count.2": two,
        "n.over": "一百多",
        **{f"hour.{hour}": f"{parts[period(hour)]}{said}{dot}" for hour, said in hours.items()},
        **{f"minute.{n}": f"{'零' if n < TEN else ''}{chinese(n)}分" for n in range(1, 60)},
        **{f"month.{n}": f"{chinese(n)}月" for n in range(1, 13)},
        **{f"day.{n}": f"{chinese(n)}{day}" for n in range(1, 32)},
        **{f"weekday.{n}": f"{week}{name}" for n, name in enumerate(WEEKDAYS)},
    }


def _english() -> dict[str, str]:
    said = {"night": "at night", "noon": "in the afternoon", "evening": "in the evening"}
    return {
        **{f"n.{number}": english(number) for number in range(MOST + 1)},
        "count.2": "two",
        "n.over": "more than a hundred",
        **{f"hour.{hour}": english(hour % NOON or NOON) for hour in range(24)},
        "minute.0": "o'clock",
        **{f"minute.{n}": f"{'oh ' if n < TEN else ''}{english(n)}" for n in range(1, 60)},
        **{f"period.{name}": said.get(name, f"in the {name}") for name in PERIODS},
        **{f"month.{n}": name for n, name in enumerate(MONTHS, 1)},
        **{f"day.{n}": ordinal(n) for n in range(1, 32)},
        **{f"weekday.{n}": name for n, name in enumerate(DAYS)},
    }


def ordinal(number: int) -> str:
    """Return a day of the month as it is said in English: the first, the twenty second."""
    odd = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"}
    tens, ones = divmod(number, 10)
    if number in odd:
        return odd[number]
    if number < len(ONES):
        return f"{ONES[number]}th"
    return f"{TENS[tens]} {odd.get(ones, ONES[ones] + 'th')}" if ones else f"{TENS[tens][:-1]}ieth"
