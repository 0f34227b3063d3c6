-- The wrap-up of a seat lasts longer, up to `longest_ms` since it began.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 for_ms, 5 longest_ms
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND, WRAP_UP_OVER
-- Events: seat_changed
-- include: keys
-- include: now
-- include: due
-- include: emit
-- include: seat_row
local seat = ARGV[3]
local state, ends, since = unpack(call('HMGET', key('seat', seat), 'state', 'until', 'since'))
if not state then
  return { -5, seat }
elseif state ~= 'wrap_up' then
  return { -9, seat }
end
local until_ms = math.min(math.max(tonumber(ends), now) + ARGV[4], since + ARGV[5])
if until_ms <= tonumber(ends) then
  return { -9, seat }
end
until_ms = string.format('%.0f', until_ms)
call('HSET', key('seat', seat), 'until', until_ms)
due(until_ms, 'wrap', seat)
emit('seat_changed', 'seat', seat, 'state', 'wrap_up', 'was', 'wrap_up', 'until_ms', until_ms)
return seat_row(seat)
