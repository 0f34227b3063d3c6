-- The seat is closed. A ringing ticket goes on at its old place; with a call in progress the seat closes after it.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND
-- Events: seat_changed, reservation_rescinded, ticket_returned, reservation_made
-- include: keys
-- include: sign_out_seat
-- include: seat_row
local seat = ARGV[3]
if call('EXISTS', key('seat', seat)) == 0 then
  return { -5, seat }
end
sign_out_seat(seat)
return seat_row(seat)
