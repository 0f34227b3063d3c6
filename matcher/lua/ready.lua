-- The seat takes tickets from now on; during a call it undoes a pause or sign-out that was asked for after it.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND
-- Events: seat_changed, reservation_made
-- include: keys
-- include: ready_seat
-- include: seat_row
local seat = ARGV[3]
local state = call('HGET', key('seat', seat), 'state')
if not state or state == 'offline' then
  return { -5, seat }
end
ready_seat(seat)
return seat_row(seat)
