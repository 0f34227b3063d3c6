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
-- include: call_lost
-- A reserved or served ticket waits again, in the lane of its present step: at its old score, or with the head start of
-- those whose call was lost.
local function ticket_returns(ticket, was, why, seat)
  ticket_to(ticket, was, 'waiting')
  local arrived, from, before, policy, step, lease_ms =
    unpack(call('HMGET', key('ticket', ticket), 'arrived', 'from', 'waited', 'policy', 'step', 'lease'))
  local lane, needs = ticket_lane(ticket)
  emit('ticket_returned', 'ticket', ticket, 'why', why, 'seat', seat, 'lane', lane, 'needs', needs,
    'arrived_ms', arrived, 'since_ms', waits_since(was == 'serving' and now or from, before))
  count('returned')
  if was == 'serving' then
    call('HDEL', key('ticket', ticket), 'seat', 'reservation', 'session', 'served_since', 'explain')
    call('HSET', key('ticket', ticket), 'from', now, 'why', why)
    if why == 'seat_lost' then
      call_lost(ticket)
    end
    next_step(ticket, policy, tonumber(step), tonumber(before))
    if tonumber(lease_ms) > 0 then
      due(now + lease_ms, 'page', ticket) -- its page may have gone while it was served: nobody else would notice
    end
  end
  ticket_waits(ticket, lane)
end
