-- include: keys
-- include: unshun
-- include: seat_free
-- Somebody sits there again: what rang in vain may ring again.
local function forgive(seat)
  for _, ticket in ipairs(call('ZRANGE', key('shun', seat), 0, -1)) do
    unshun(ticket, seat)
  end
end

-- A seat takes tickets from now on.
local function ready_seat(seat)
  local state, reason, after, misses =
    unpack(call('HMGET', key('seat', seat), 'state', 'reason', 'after', 'misses'))
  if after then
    call('HDEL', key('seat', seat), 'after')
  end
  if state ~= 'paused' and state ~= 'wrap_up' then
    return
  end
  if state == 'wrap_up' then
    call('ZREM', PREFIX .. 'due', 'wrap|' .. seat)
  end
  if misses ~= '0' then
    call('HSET', key('seat', seat), 'misses', 0)
  end
  if reason == 'missed' then
    forgive(seat)
  end
  seat_free(seat, state)
end
