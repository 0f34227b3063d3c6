-- The seat takes no tickets, with a reason. A ringing ticket goes on at its old place; during a call the pause counts
-- from its end.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 reason
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND
-- Events: seat_changed, reservation_rescinded, ticket_returned, reservation_made
-- include: keys
-- include: pause_seat
-- include: seat_row
local seat, reason = ARGV[3], ARGV[4]
local state = call('HGET', key('seat', seat), 'state')
if not state or state == 'offline' then
  return { -5, seat }
end
pause_seat(seat, reason)
return seat_row(seat)
