-- The citizen leaves the screen until `until_ms`: the place is kept, but not called.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 until_ms
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING
-- Events: ticket_held, alert_over
-- include: keys
-- include: emit
-- include: count
-- include: due
-- include: unpark
-- include: alert_over
-- include: ticket_to
-- include: ticket_row
local ticket, until_ms = ARGV[3], ARGV[4]
local state, lane = unpack(call('HMGET', key('ticket', ticket), 'state', 'lane'))
if not state then
  return { -1, ticket }
elseif state ~= 'waiting' and state ~= 'held' then
  return { -2, state }
end
if state == 'waiting' then
  unpark(ticket, lane)
  alert_over(ticket)
  ticket_to(ticket, 'waiting', 'held')
  call('ZREM', PREFIX .. 'due', 'page|' .. ticket)
end
count('held')
call('HSET', key('ticket', ticket), 'until', until_ms)
due(until_ms, 'hold', ticket)
emit('ticket_held', 'ticket', ticket, 'until_ms', until_ms)
return ticket_row(ticket)
