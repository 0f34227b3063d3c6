-- The seat takes its ringing ticket, if the reservation is its latest and its time is not over. Again: the same answer.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 reservation, 5 fence, 6 session, 7 account, 8 its display name
-- Returns: the ticket's row
-- Errors: SEAT_NOT_FOUND, RESERVATION_STALE
-- Events: reservation_accepted, seat_changed
-- include: keys
-- include: now
-- include: serve
-- include: ticket_row
local seat, reservation, fence, session = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local state, ticket, rings, its_fence, deadline =
  unpack(call('HMGET', key('seat', seat), 'state', 'ticket', 'reservation', 'fence', 'deadline'))
if not state then
  return { -5, seat }
elseif rings ~= reservation or its_fence ~= fence then
  return { -4, reservation }
elseif state == 'serving' and call('HGET', key('ticket', ticket), 'session') == session then
  return ticket_row(ticket)
elseif state ~= 'reserved' or now > tonumber(deadline) then
  return { -4, reservation }
end
local before, from = unpack(call('HMGET', key('ticket', ticket), 'waited', 'from'))
local waiter = { waited = before, from = from, reservation = reservation, fence = fence,
  account = ARGV[7], name = ARGV[8] }
serve(ticket, 'reserved', waiter, seat, 'reserved', session)
return ticket_row(ticket)
