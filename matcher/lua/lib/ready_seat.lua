-- include: keys
-- include: unshun
-- include: seat_free
-- One place takes tickets from now on.
local function ready_seat(seat)
  local row = call('HMGET', key('seat', seat), 'state', 'reason')
  call('HDEL', key('seat', seat), 'after')
  if row[1] ~= 'paused' and row[1] ~= 'wrap_up' then
    return
  end
  call('ZREM', PREFIX .. 'due', 'wrap|' .. seat)
  call('HSET', key('seat', seat), 'misses', 0)
  if row[2] == 'missed' then -- somebody sits there again: what rang in vain may ring again
    for _, ticket in ipairs(call('ZRANGE', key('shun', seat), 0, -1)) do
      unshun(ticket, seat)
    end
  end
  seat_free(seat, row[1])
end
