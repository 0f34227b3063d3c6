-- The wrap-up of a seat lasts longer, up to `longest_ms` since it began; its places that are in none are left alone.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 for_ms, 5 longest_ms
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND, WRAP_UP_OVER
-- Events: seat_changed
-- include: keys
-- include: now
-- include: due
-- include: emit
-- include: each_place
-- include: seat_row
local seat = ARGV[3]
local is_longer = false
if call('EXISTS', key('seat', seat)) == 0 then
  return { -5, seat }
end
each_place(seat, function(place)
  local row = call('HMGET', key('seat', place), 'state', 'until', 'since')
  if row[1] ~= 'wrap_up' then
    return
  end
  local until_ms = math.min(math.max(tonumber(row[2]), now) + ARGV[4], row[3] + ARGV[5])
  if until_ms <= tonumber(row[2]) then
    return
  end
  is_longer = true
  until_ms = string.format('%.0f', until_ms)
  call('HSET', key('seat', place), 'until', until_ms)
  due(until_ms, 'wrap', place)
  emit('seat_changed', 'seat', place, 'state', 'wrap_up', 'was', 'wrap_up', 'until_ms', until_ms)
end)
if not is_longer then
  return { -9, seat }
end
return seat_row(seat)
