-- The seat takes tickets from now on; during a call it undoes a pause or sign-out that was asked for after it.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND
-- Events: seat_changed, reservation_made
-- include: keys
-- include: each_place
-- include: ready_seat
-- include: seat_row
local seat = ARGV[3]
local row = call('HMGET', key('seat', seat), 'state', 'capacity')
if not row[1] or row[1] == 'offline' then
  return { -5, seat }
end
each_place(seat, ready_seat, row[2])
return seat_row(seat)
