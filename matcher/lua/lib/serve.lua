-- include: keys
-- include: now
-- include: rules
-- include: emit
-- include: count
-- include: patience
-- include: waited
-- include: ticket_to
-- include: seat_to
-- A ticket and a seat begin their session; `waiter` is what is known of the ticket, `claim` what to tell of a claim.
local function serve(ticket, was, waiter, seat, seat_was, session, claim)
  local waited_ms = string.format('%.0f', waited(waiter.waited, waiter.from))
  call('ZREM', PREFIX .. 'due', 'widen|' .. ticket, 'ring|' .. ticket, 'page|' .. ticket)
  ticket_to(ticket, was, 'serving', 'session', session, 'served_since', now, 'waited', waited_ms,
    'account', waiter.account or '')
  emit('reservation_accepted', 'reservation', waiter.reservation, 'ticket', ticket, 'seat', seat, 'fence', waiter.fence,
    'session', session, 'waited_ms', waited_ms, 'account', waiter.account or '', 'agent_name', waiter.name or '',
    unpack(claim or {}))
  seat_to(seat, seat_was, 'serving', '', 0, ticket, 'misses', 0)
  patience(0, waited_ms)
  count('answered')
  count('answered_wait_ms', waited_ms)
  if tonumber(waited_ms) <= rules.target_ms then
    count('answered_in_target')
  end
end
