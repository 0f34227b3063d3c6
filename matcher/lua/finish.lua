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
local state, fence, seat, session, served_since =
  unpack(call('HMGET', key('ticket', ticket), 'state', 'fence', 'seat', 'session', 'served_since'))
if not state then
  return { -1, ticket }
elseif fence ~= ARGV[4] then
  return { -4, ticket }
elseif state == 'done' then
  return seat_row(seat)
elseif state ~= 'serving' then
  return { -2, state }
end
local served_ms = math.max(0, now - served_since)
ticket_ends(ticket, 'serving', 'done')
emit('ticket_done', 'ticket', ticket, 'seat', seat, 'session', session, 'served_ms', served_ms)
count('done')
count('served_ms', served_ms)
seat_done(seat)
return seat_row(seat)
