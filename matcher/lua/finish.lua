-- The session is over: the ticket is done, the seat goes into wrap-up or on. Again: the same answer.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 fence
-- Returns: the seat's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING, RESERVATION_STALE
-- Events: ticket_done, seat_changed, reservation_made
-- include: keys
-- include: now
-- include: emit
-- include: count
-- include: ticket_ends
-- include: seat_done
-- include: seat_row
local ticket = ARGV[3]
local row = call('HMGET', key('ticket', ticket), 'state', 'fence', 'seat', 'session', 'served_since')
if not row[1] then
  return { -1, ticket }
elseif row[2] ~= ARGV[4] then
  return { -4, ticket }
elseif row[1] == 'done' then
  return seat_row(row[3])
elseif row[1] ~= 'serving' then
  return { -2, row[1] }
end
local served_ms = math.max(0, now - row[5])
ticket_ends(ticket, 'serving', 'done')
emit('ticket_done', 'ticket', ticket, 'seat', row[3], 'session', row[4], 'served_ms', served_ms)
count('done')
count('served_ms', served_ms)
seat_done(row[3])
return seat_row(row[3])
