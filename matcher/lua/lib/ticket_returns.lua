-- include: keys
-- include: now
-- include: emit
-- include: count
-- include: due
-- include: ticket_to
-- include: ticket_lane
-- include: next_step
-- include: ticket_waits
-- include: waits_since
-- A reserved or served ticket waits again, at its old score, in the lane of its present step.
local function ticket_returns(ticket, was, why, seat)
  ticket_to(ticket, was, 'waiting')
  local row = call('HMGET', key('ticket', ticket), 'arrived', 'from', 'waited', 'policy', 'step', 'lease')
  local lane, needs = ticket_lane(ticket)
  emit('ticket_returned', 'ticket', ticket, 'why', why, 'seat', seat, 'lane', lane, 'needs', needs,
    'arrived_ms', row[1], 'since_ms', waits_since(was == 'serving' and now or row[2], row[3]))
  count('returned')
  if was == 'serving' then
    call('HDEL', key('ticket', ticket), 'seat', 'reservation', 'session', 'served_since', 'explain')
    call('HSET', key('ticket', ticket), 'from', now, 'why', why)
    next_step(ticket, row[4], tonumber(row[5]), tonumber(row[3]))
    if tonumber(row[6]) > 0 then
      due(now + row[6], 'page', ticket) -- its page may have gone while it was served: nobody else would notice
    end
  end
  ticket_waits(ticket, lane)
end
