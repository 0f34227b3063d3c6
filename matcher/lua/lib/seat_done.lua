-- include: keys
-- include: now
-- include: due
-- include: seat_to
-- include: seat_free
-- The seat's call is over: wrap-up if it has any, and what was asked for meanwhile comes after that.
local function seat_done(seat)
  local row = call('HMGET', key('seat', seat), 'wrap_ms', 'after')
  if tonumber(row[1]) > 0 and row[2] ~= 'offline' then
    call('HDEL', key('seat', seat), 'reservation', 'fence', 'deadline')
    seat_to(seat, 'serving', 'wrap_up', '', now + row[1], '')
    due(now + row[1], 'wrap', seat)
  else
    seat_free(seat, 'serving')
  end
end
