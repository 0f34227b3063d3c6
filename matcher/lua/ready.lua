-- The seat takes tickets from now on; during a call it undoes a pause or sign-out that was asked for after it.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND
-- Events: seat_changed, reservation_made
-- include: keys
-- include: unshun
-- include: seat_free
-- include: seat_row
local seat = ARGV[3]
local row = call('HMGET', key('seat', seat), 'state', 'reason')
local state = row[1]
if not state or state == 'offline' then
  return { -5, seat }
end
call('HDEL', key('seat', seat), 'after')
if state == 'paused' or state == 'wrap_up' then
  call('ZREM', PREFIX .. 'due', 'wrap|' .. seat)
  call('HSET', key('seat', seat), 'misses', 0)
  if row[2] == 'missed' then -- somebody sits there again: what rang in vain may ring again
    for _, ticket in ipairs(call('ZRANGE', key('shun', seat), 0, -1)) do
      unshun(ticket, seat)
    end
  end
  seat_free(seat, state)
end
return seat_row(seat)
