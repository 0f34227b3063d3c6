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
local row = call('HMGET', key('ticket', ticket), 'state', 'lent_to', 'fence')
if not row[1] then
  return { -1, ticket }
elseif row[2] ~= realm or row[3] ~= fence or (row[1] ~= 'held' and row[1] ~= 'redirected') then
  return { -4, ticket }
end
if row[1] == 'held' then
  ticket_left(ticket, 'held', 'redirected', 'lent:' .. realm)
end
return ticket_row(ticket)
