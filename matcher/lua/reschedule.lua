-- The time of an appointment or of a call back moves, because the clock by which it was promised was set: later by
-- `by_ms`, or sooner where that is negative, at the earliest now.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 by_ms
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING
-- Events: ticket_held
-- include: keys
-- include: now
-- include: rules
-- include: emit
-- include: count
-- include: due
-- include: ticket_row
local ticket = ARGV[3]
local state, at, is_appointment, is_borrowed =
  unpack(call('HMGET', key('ticket', ticket), 'state', 'at', 'appointment', 'borrowed'))
if not state then
  return { -1, ticket }
elseif state ~= 'scheduled' or is_borrowed then
  return { -2, state }
end
local at_ms = math.max(now, at + ARGV[4])
call('HSET', key('ticket', ticket), 'at', string.format('%.0f', at_ms))
if not is_appointment then
  call('HSET', key('ticket', ticket), 'from', string.format('%.0f', at_ms))
end
due(is_appointment and at_ms + rules.on_time_ms or at_ms, 'time', ticket)
count('held')
emit('ticket_held', 'ticket', ticket, 'until_ms', string.format('%.0f', at_ms), 'state', 'scheduled')
return ticket_row(ticket)
