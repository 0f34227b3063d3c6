-- A waiting ticket is lent to another realm until `until_ms`: its place is kept, nobody here is given it. The other
-- realm must `lent` it in that time, or it waits here again. The same realm again gives the same answer.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 the other realm, 5 until_ms
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING
-- Events: ticket_held, alert_over
-- include: keys
-- include: emit
-- include: count
-- include: due
-- include: unpark
-- include: alert_over
-- include: next_fence
-- include: ticket_to
-- include: ticket_row
local ticket, realm, until_ms = ARGV[3], ARGV[4], ARGV[5]
local state, lane, lent_to = unpack(call('HMGET', key('ticket', ticket), 'state', 'lane', 'lent_to'))
if not state then
  return { -1, ticket }
elseif state == 'held' and lent_to == realm then
  return ticket_row(ticket)
elseif state ~= 'waiting' then
  return { -2, state }
end
unpark(ticket, lane)
alert_over(ticket)
call('ZREM', PREFIX .. 'due', 'page|' .. ticket)
ticket_to(ticket, 'waiting', 'held', 'until', until_ms, 'lent_to', realm, 'fence', string.format('%.0f', next_fence()))
due(until_ms, 'hold', ticket)
count('held')
emit('ticket_held', 'ticket', ticket, 'until_ms', until_ms)
return ticket_row(ticket)
