-- include: keys
-- include: agent_of
-- include: unshun
-- include: seat_free
-- One place takes tickets from now on.
local function ready_seat(seat)
  local row = call('HMGET', key('seat', seat), 'state', 'reason', 'after', 'misses')
  local state = row[1]
  if row[3] then
    call('HDEL', key('seat', seat), 'after')
  end
  if state ~= 'paused' and state ~= 'wrap_up' then
    return
  end
  if state == 'wrap_up' then
    call('ZREM', PREFIX .. 'due', 'wrap|' .. seat)
  end
  if row[4] ~= '0' then
    call('HSET', key('seat', seat), 'misses', 0)
  end
  if row[2] == 'missed' then -- somebody sits there again: what rang in vain may ring again
    local agent = agent_of(seat)
    for _, ticket in ipairs(call('ZRANGE', key('shun', agent), 0, -1)) do
      unshun(ticket, agent)
    end
  end
  seat_free(seat, state)
end
