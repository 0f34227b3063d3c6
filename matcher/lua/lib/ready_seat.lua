-- include: keys
-- include: agent_of
-- include: each_place
-- include: idle_out
-- include: seat_idles
-- include: unshun
-- include: seat_free
-- Somebody sits there again: what rang in vain may ring again. Tells whether there was any.
local function forgiven(agent)
  local tickets = call('ZRANGE', key('shun', agent), 0, -1)
  for _, ticket in ipairs(tickets) do
    unshun(ticket, agent)
  end
  return #tickets > 0
end

-- A place that stayed idle beside what was kept from it looks again.
local function look_again(place)
  local row = call('HMGET', key('seat', place), 'state', 'profile', 'duty', 'idle_key', 'since')
  if row[1] == 'idle' then
    idle_out(place, row[2], row[3])
    seat_idles(place, row[2], row[3], row[4], row[5])
  end
end

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
  local agent = agent_of(seat)
  local others_look = row[2] == 'missed' and forgiven(agent)
  seat_free(seat, state)
  if others_look then
    each_place(agent, look_again)
  end
end
