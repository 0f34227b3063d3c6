-- A ticket that did not show up waits again, at its old place.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING
-- Events: ticket_returned, reservation_made, seat_changed, seats_alerted
-- include: keys
-- include: now
-- include: emit
-- include: count
-- include: due
-- include: policy_hold
-- include: next_step
-- include: ticket_to
-- include: ticket_lane
-- include: ticket_waits
-- include: ticket_row
-- include: waits_since
local ticket = ARGV[3]
local state, policy, step, lease_ms, before =
  unpack(call('HMGET', key('ticket', ticket), 'state', 'policy', 'step', 'lease', 'waited'))
if not state then
  return { -1, ticket }
elseif state ~= 'no_show' then
  return { -2, state }
end
policy_hold(policy, call('HGET', key('policy', policy), 'steps'))
call('PERSIST', key('ticket', ticket))
call('PERSIST', key('about', ticket))
call('HDEL', key('ticket', ticket), 'seat', 'reservation', 'session', 'served_since', 'explain', 'why', 'at',
  'appointment')
call('HSET', key('ticket', ticket), 'from', now)
ticket_to(ticket, 'no_show', 'waiting')
if tonumber(lease_ms) > 0 then
  due(now + lease_ms, 'page', ticket)
end
call('SADD', PREFIX .. 'open', ticket)
local lane, needs = ticket_lane(ticket)
emit('ticket_returned', 'ticket', ticket, 'why', 'recalled', 'lane', lane, 'needs', needs,
  'arrived_ms', call('HGET', key('ticket', ticket), 'arrived'), 'since_ms', waits_since(now, before))
count('returned')
next_step(ticket, policy, tonumber(step), tonumber(before))
ticket_waits(ticket, lane)
return ticket_row(ticket)
