-- include: keys
-- include: now
-- include: emit
-- include: count
-- include: ticket_to
-- include: ticket_lane
-- include: next_step
-- include: ticket_waits
-- A reserved or served ticket waits again, at its old score, in the lane of its present step.
local function ticket_returns(ticket, was, why, seat)
  ticket_to(ticket, was, 'waiting')
  local lane, needs = ticket_lane(ticket)
  emit('ticket_returned', 'ticket', ticket, 'why', why, 'seat', seat, 'lane', lane, 'needs', needs,
    'arrived_ms', call('HGET', key('ticket', ticket), 'arrived'))
  count('returned')
  if was == 'serving' then
    local row = call('HMGET', key('ticket', ticket), 'policy', 'step', 'waited')
    call('HDEL', key('ticket', ticket), 'seat', 'reservation', 'session', 'served_since', 'explain')
    call('HSET', key('ticket', ticket), 'from', now)
    next_step(ticket, row[1], tonumber(row[2]), tonumber(row[3]))
  end
  ticket_waits(ticket, lane)
end
