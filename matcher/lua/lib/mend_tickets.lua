-- include: keys
-- include: call_lost
-- include: due
-- include: now
-- include: park
-- include: ticket_lane
-- include: ticket_to
-- include: emit
-- include: count
-- include: next_step
-- include: waited
-- include: waits_since
-- Put every open ticket where its state says; one whose seat knows nothing of it waits at its old place.
local ENDS = { reserved = { 'ring', 'deadline' }, held = { 'hold', 'until' }, scheduled = { 'time', 'at' } }

local function returns(ticket, state, seat)
  local lane, needs = ticket_lane(ticket)
  ticket_to(ticket, state, 'waiting')
  call('HDEL', key('ticket', ticket), 'seat', 'reservation', 'session', 'served_since', 'deadline')
  if state == 'serving' then
    call('HSET', key('ticket', ticket), 'from', now)
    call_lost(ticket)
  end
  local arrived, from, before = unpack(call('HMGET', key('ticket', ticket), 'arrived', 'from', 'waited'))
  emit('ticket_returned', 'ticket', ticket, 'why', 'seat_lost', 'seat', seat, 'lane', lane, 'needs', needs,
    'arrived_ms', arrived, 'since_ms', waits_since(from, before))
  count('returned')
end

local function mend_ticket(ticket)
  local state, seat, score, policy, step, before, lease_ms =
    unpack(call('HMGET', key('ticket', ticket), 'state', 'seat', 'score', 'policy', 'step', 'waited', 'lease'))
  if not state then
    call('SREM', PREFIX .. 'open', ticket)
    return
  end
  if (state == 'reserved' or state == 'serving') and call('HGET', key('seat', seat), 'ticket') ~= ticket then
    returns(ticket, state, seat)
    state, score = 'waiting', call('HGET', key('ticket', ticket), 'score')
  end
  if ENDS[state] then
    local at = call('HGET', key('ticket', ticket), ENDS[state][2])
    call('ZADD', PREFIX .. 'due', 'NX', at or now, ENDS[state][1] .. '|' .. ticket)
  elseif state == 'waiting' then
    local lane = ticket_lane(ticket)
    local from = call('HGET', key('ticket', ticket), 'from')
    park(ticket, lane, score, waits_since(from, before))
    next_step(ticket, policy, tonumber(step), waited(before, from))
  end
  if (state == 'waiting' or state == 'reserved') and tonumber(lease_ms) > 0 then
    due(now + lease_ms, 'page', ticket)
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
