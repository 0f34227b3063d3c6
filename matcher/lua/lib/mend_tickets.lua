-- include: keys
-- include: due
-- include: now
-- include: park
-- include: ticket_lane
-- include: ticket_to
-- include: emit
-- include: count
-- include: next_step
-- include: waited
-- Put every open ticket where its state says; one whose seat knows nothing of it waits at its old place.
local ENDS = { reserved = { 'ring', 'deadline' }, held = { 'hold', 'until' }, scheduled = { 'time', 'at' } }

local function returns(ticket, state, seat)
  local lane, needs = ticket_lane(ticket)
  ticket_to(ticket, state, 'waiting')
  call('HDEL', key('ticket', ticket), 'seat', 'reservation', 'session', 'served_since', 'deadline')
  if state == 'serving' then
    call('HSET', key('ticket', ticket), 'from', now)
  end
  emit('ticket_returned', 'ticket', ticket, 'why', 'seat_lost', 'seat', seat, 'lane', lane, 'needs', needs,
    'arrived_ms', call('HGET', key('ticket', ticket), 'arrived'))
  count('returned')
end

local function mend_ticket(ticket)
  local row = call('HMGET', key('ticket', ticket), 'state', 'seat', 'score', 'arrived', 'policy', 'step', 'waited',
    'lease')
  local state = row[1]
  if not state then
    call('SREM', PREFIX .. 'open', ticket)
    return
  end
  if (state == 'reserved' or state == 'serving') and call('HGET', key('seat', row[2]), 'ticket') ~= ticket then
    returns(ticket, state, row[2])
    state = 'waiting'
  end
  if ENDS[state] then
    local at = call('HGET', key('ticket', ticket), ENDS[state][2])
    call('ZADD', PREFIX .. 'due', 'NX', at or now, ENDS[state][1] .. '|' .. ticket)
  elseif state == 'waiting' then
    local lane = ticket_lane(ticket)
    park(ticket, lane, row[3], row[4])
    next_step(ticket, row[5], tonumber(row[6]), waited(row[7], call('HGET', key('ticket', ticket), 'from')))
    if tonumber(row[8]) > 0 then
      due(now + row[8], 'page', ticket)
    end
  end
end

-- Fencing tokens go on above all that are known.
local function mend_fence(tickets)
  local highest = tonumber(call('GET', PREFIX .. 'fence') or 0)
  for _, ticket in ipairs(tickets) do
    highest = math.max(highest, tonumber(call('HGET', key('ticket', ticket), 'fence') or 0))
  end
  call('SET', PREFIX .. 'fence', string.format('%.0f', highest))
end

local function mend_tickets(tickets)
  mend_fence(tickets)
  for _, ticket in ipairs(tickets) do
    mend_ticket(ticket)
  end
end
