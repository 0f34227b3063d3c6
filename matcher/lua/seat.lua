-- Read a seat.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat
-- Returns: the seat's row, or nil
-- Errors: none
-- Events: none
-- include: seat_row
return seat_row(ARGV[3])
