-- include: keys
-- include: now
-- include: due
-- include: emit
-- include: count
-- include: unpark
-- include: alert_over
-- include: rescind
-- include: ticket_left
-- include: ticket_returns
-- include: ticket_to
-- include: ticket_resumes
-- include: ensure_lane
-- include: next_step
-- include: shun
-- include: seat_back
-- What the sweeper does for tickets, by kind of its list's entries. A state that moved on meanwhile is left alone.
local sweep_ticket = {}
local BORROWED_MS = 10000

-- A widening step: the ticket moves to the next lane of its policy at its old score, and may be reserved there.
function sweep_ticket.widen(ticket, state, row)
  local steps = cjson.decode(call('HGET', key('policy', row.policy), 'steps'))
  local step = row.step + 1
  local to = steps[step + 1]
  if state == 'waiting' then
    unpark(ticket, row.lane)
    alert_over(ticket)
  end
  call('HSET', key('ticket', ticket), 'step', step, 'lane', to.lane)
  emit('ticket_widened', 'ticket', ticket, 'step', step, 'relaxed', to.relaxed, 'lane', to.lane, 'needs', to.needs)
  count('widened')
  next_step(ticket, row.policy, step, row.waited_ms)
  if state == 'waiting' then
    ensure_lane(to.lane, to.needs)
    ticket_waits(ticket, to.lane)
  end
end

-- Nobody answered: the seat is put away (after the allowed number of misses), the ticket goes on at its old place.
-- While the queue was away nobody could answer: both go on as if it had not rung.
function sweep_ticket.ring(ticket, state, row)
  if state ~= 'reserved' then
    return
  end
  local seat = row.seat
  if row.is_excused then
    rescind(ticket, 'queue_away')
    ticket_returns(ticket, 'reserved', 'queue_away', seat)
    seat_free(seat, 'reserved', tonumber(call('HGET', key('seat', seat), 'idle_key')))
    return
  end
  emit('reservation_expired', 'reservation', row.reservation, 'ticket', ticket, 'seat', seat)
  count('missed')
  unreserve(ticket)
  shun(ticket, seat)
  ticket_returns(ticket, 'reserved', 'expired', seat)
  local misses = call('HINCRBY', key('seat', seat), 'misses', 1)
  if misses >= rules.misses_max and not call('HGET', key('seat', seat), 'after') then
    call('HSET', key('seat', seat), 'after', 'missed')
  end
  seat_free(seat, 'reserved')
end

-- The citizen's page has not been seen for its lease.
function sweep_ticket.page(ticket, state, row)
  if state == 'waiting' then
    unpark(ticket, row.lane)
    ticket_left(ticket, state, 'abandoned', 'page_lost')
  elseif state == 'reserved' then
    local seat = rescind(ticket, 'page_lost')
    ticket_left(ticket, state, 'abandoned', 'page_lost')
    seat_free(seat, 'reserved', tonumber(call('HGET', key('seat', seat), 'idle_key')))
  end
end

-- The place was held long enough; one that was lent and not claimed waits here again.
function sweep_ticket.hold(ticket, state, row)
  if state == 'held' and row.lent_to then
    call('HDEL', key('ticket', ticket), 'lent_to', 'until')
    ticket_to(ticket, state, 'waiting')
    if row.lease_ms > 0 then
      due(now + row.lease_ms, 'page', ticket)
    end
    ticket_resumes(ticket)
  elseif state == 'held' then
    ticket_left(ticket, state, 'abandoned', 'hold_over')
  end
end

-- The seat of a call has been gone for the grace time.
function sweep_ticket.grace(ticket, state)
  if state == 'serving' then
    seat_back(ticket, 'seat_lost')
  end
end

-- The time of a callback has come; an appointment whose citizen did not come is over.
function sweep_ticket.time(ticket, state, row)
  if state ~= 'scheduled' then
    return
  elseif row.borrowed then
    due(now + BORROWED_MS, 'time', ticket) -- whose it is only the other realm knows: `settle` asks
  elseif row.appointment then
    ticket_left(ticket, state, 'no_show', 'did_not_come')
  else
    ticket_to(ticket, state, 'waiting')
    call('HDEL', key('ticket', ticket), 'at')
    next_step(ticket, row.policy, row.step, row.waited_ms)
    if row.lease_ms > 0 then
      due(now + row.lease_ms, 'page', ticket)
    end
    ticket_resumes(ticket)
  end
end
