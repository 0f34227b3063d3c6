-- include: keys
-- include: now
-- include: rules
-- include: emit
-- include: count
-- include: undue
-- include: patience
-- include: waited
-- include: ticket_to
-- include: seat_to
-- A ticket and a seat begin their session.
local function serve(ticket, was, seat, seat_was, session)
  local row = call('HMGET', key('ticket', ticket), 'waited', 'from', 'reservation', 'fence', 'explain')
  local waited_ms = waited(row[1], row[2])
  undue(ticket)
  ticket_to(ticket, was, 'serving', 'session', session, 'served_since', now, 'waited', waited_ms)
  call('HDEL', key('ticket', ticket), 'deadline')
  call('HDEL', key('seat', seat), 'deadline')
  emit('reservation_accepted', 'reservation', row[3], 'ticket', ticket, 'seat', seat, 'fence', row[4],
    'session', session, 'waited_ms', waited_ms, 'explain', row[5] or '')
  seat_to(seat, seat_was, 'serving', '', 0, ticket, 'misses', 0)
  patience(0, waited_ms)
  count('answered')
  count('answered_wait_ms', waited_ms)
  if waited_ms <= rules.target_ms then
    count('answered_in_target')
  end
end
