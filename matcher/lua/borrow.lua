-- Let a borrowed ticket wait here, now that its own realm has given it up: it stands where it stood there.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND
-- Events: ticket_resumed, reservation_made, seat_changed, seats_alerted
-- include: keys
-- include: next_step
-- include: waited
-- include: ticket_to
-- include: ticket_resumes
-- include: ticket_row
local ticket = ARGV[3]
local state, is_borrowed, policy, step, before, from =
  unpack(call('HMGET', key('ticket', ticket), 'state', 'borrowed', 'policy', 'step', 'waited', 'from'))
if not state then
  return { -1, ticket }
elseif state == 'scheduled' and is_borrowed then
  call('HDEL', key('ticket', ticket), 'borrowed', 'at')
  call('HDEL', PREFIX .. 'borrowed', ticket)
  call('ZREM', PREFIX .. 'due', 'time|' .. ticket)
  ticket_to(ticket, 'scheduled', 'waiting')
  next_step(ticket, policy, tonumber(step), waited(before, from))
  ticket_resumes(ticket)
end
return ticket_row(ticket)
