-- The other realm claims a lent ticket: from here on it is that realm's. Again: the same answer.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 the other realm, 5 fence
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, RESERVATION_STALE
-- Events: ticket_left
-- include: keys
-- include: ticket_left
-- include: ticket_row
local ticket, realm, fence = ARGV[3], ARGV[4], ARGV[5]
local state, lent_to, its_fence = unpack(call('HMGET', key('ticket', ticket), 'state', 'lent_to', 'fence'))
if not state then
  return { -1, ticket }
elseif lent_to ~= realm or its_fence ~= fence or (state ~= 'held' and state ~= 'redirected') then
  return { -4, ticket }
end
if state == 'held' then
  ticket_left(ticket, 'held', 'redirected', 'lent:' .. realm)
end
return ticket_row(ticket)
