-- A waiting ticket steps out of the line until `at_ms`; it keeps its score. The time away is none of its waiting, and
-- the wait that it was told has nothing to be compared with any more.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 at_ms
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING
-- Events: alert_over, ticket_held
-- include: keys
-- include: emit
-- include: count
-- include: due
-- include: unpark
-- include: undue
-- include: alert_over
-- include: ticket_to
-- include: ticket_row
-- include: waited
local ticket, at_ms = ARGV[3], ARGV[4]
local state, lane, before, from = unpack(call('HMGET', key('ticket', ticket), 'state', 'lane', 'waited', 'from'))
if not state then
  return { -1, ticket }
elseif state ~= 'waiting' then
  return { -2, state }
end
unpark(ticket, lane)
alert_over(ticket)
undue(ticket, 'waiting')
ticket_to(ticket, 'waiting', 'scheduled', 'at', at_ms, 'from', at_ms,
  'waited', string.format('%.0f', waited(before, from)))
call('HDEL', key('ticket', ticket), 'told_low', 'told_high', 'told_at')
due(at_ms, 'time', ticket)
count('held')
emit('ticket_held', 'ticket', ticket, 'until_ms', at_ms, 'state', 'scheduled')
return ticket_row(ticket)
